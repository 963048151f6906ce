# sendEmail with message-header.
value=$(printf '%s' '{"to": ["ben@ifaxin.com", "joe@ifaxin.com", "bida@ifaxin.com"], "sub": {"%name%": ["Ben", "Joe", "Bida"]}}' | base64 -w0)
sendemail -s "$SENDCLOUD_SMTP_HOST:$SENDCLOUD_SMTP_PORT" -xu "$SENDCLOUD_API_USER" \
  -xp "$SENDCLOUD_API_KEY" -o tls=no -f support@ifaxin.com -t ben@ifaxin.com \
  -u 'Hello %name%' -m 'Dear %name%' \
  -o message-header='SC-Custom-key1: value1' -o message-header="X-SMTPAPI: $value"
