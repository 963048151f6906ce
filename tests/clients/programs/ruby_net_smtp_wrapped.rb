# Net::SMTP with encode64, which wraps: the lines after the first are no header at all.
require "base64"
require "json"
require "net/smtp"

api = { to: %w[ben@ifaxin.com joe@ifaxin.com bida@ifaxin.com], sub: { "%name%" => %w[Ben Joe Bida] } }
message = <<~MAIL
  From: support@ifaxin.com
  To: ben@ifaxin.com
  Subject: Hello %name%
  SC-Custom-key1: value1
  X-SMTPAPI: #{Base64.encode64(JSON.generate(api)).strip}

  Dear %name%
MAIL
smtp = Net::SMTP.new(ENV["SENDCLOUD_SMTP_HOST"], ENV["SENDCLOUD_SMTP_PORT"].to_i)
smtp.disable_starttls if smtp.respond_to?(:disable_starttls)
smtp.start("localhost", ENV["SENDCLOUD_API_USER"], ENV["SENDCLOUD_API_KEY"], :login) do |session|
  session.send_message(message, "support@ifaxin.com", "ben@ifaxin.com")
rescue Net::SMTPError => e
  warn e.message
end
