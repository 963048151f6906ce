# The mail gem with encode64, which wraps: the newline stays in the value as =0A.
require "base64"
require "json"
require "mail"

api = { to: %w[ben@ifaxin.com joe@ifaxin.com bida@ifaxin.com], sub: { "%name%" => %w[Ben Joe Bida] } }
Mail.defaults do
  delivery_method :smtp, address: ENV["SENDCLOUD_SMTP_HOST"], port: ENV["SENDCLOUD_SMTP_PORT"].to_i,
                         user_name: ENV["SENDCLOUD_API_USER"], password: ENV["SENDCLOUD_API_KEY"],
                         authentication: :login, enable_starttls_auto: false
end
Mail.deliver do
  from "support@ifaxin.com"
  to "ben@ifaxin.com"
  subject "Hello %name%"
  body "Dear %name%"
  header["SC-Custom-key1"] = "value1"
  header["X-SMTPAPI"] = Base64.encode64(JSON.generate(api))
end
