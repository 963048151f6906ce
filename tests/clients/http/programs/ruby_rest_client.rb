# The multipart body of rest-client, by Net::HTTP: a list of files is `attachments[]` on the wire.
require "json"
require "net/http"
require "securerandom"

params = {
  "apiUser" => ENV["SENDCLOUD_API_USER"],
  "apiKey" => ENV["SENDCLOUD_API_KEY"],
  "from" => "support@ifaxin.com",
  "fromName" => "爱发信",
  "subject" => "%name%，您的账单",
  "html" => "<p>亲爱的%name%</p>",
  "xsmtpapi" => JSON.generate(to: %w[ben@ifaxin.com joe@ifaxin.com], sub: { "%name%" => %w[小本 小乔] })
}
files = [["账单.txt", "text/plain", "99.5 元\n".b], ["logo.png", "image/png", "\x89PNG\r\n\x1A\n".b]]

boundary = "----RubyFormBoundary#{SecureRandom.alphanumeric(16)}"
body = "".b
params.each do |name, value|
  body << "--#{boundary}\r\nContent-Disposition: form-data; name=\"#{name}\"\r\n\r\n#{value}\r\n".b
end
files.each do |name, type, content|
  body << "--#{boundary}\r\nContent-Disposition: form-data; name=\"attachments[]\"; ".b
  body << "filename=\"#{name}\"\r\nContent-Type: #{type}\r\n\r\n".b << content << "\r\n".b
end
body << "--#{boundary}--\r\n".b

uri = URI(ENV["SENDCLOUD_HTTP_URL"] + "/apiv2/mail/send")
headers = { "Content-Type" => "multipart/form-data; boundary=#{boundary}" }
puts Net::HTTP.post(uri, body, headers).body
