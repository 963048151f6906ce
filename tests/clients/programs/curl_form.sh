# curl builds the message itself from -F and -H; MIME headers come first, the others in order.
value=$(printf '%s' '{"to": ["ben@ifaxin.com", "joe@ifaxin.com", "bida@ifaxin.com"], "sub": {"%name%": ["Ben", "Joe", "Bida"]}}' | base64 -w0)
curl --silent --show-error "smtp://$SENDCLOUD_SMTP_HOST:$SENDCLOUD_SMTP_PORT" \
  --user "$SENDCLOUD_API_USER:$SENDCLOUD_API_KEY" --login-options AUTH=LOGIN \
  --mail-from support@ifaxin.com --mail-rcpt ben@ifaxin.com \
  -F '=Dear %name%;type=text/plain' -H 'From: support@ifaxin.com' -H 'To: ben@ifaxin.com' \
  -H 'Subject: Hello %name%' -H 'SC-Custom-key1: value1' -H "X-SMTPAPI: $value"
