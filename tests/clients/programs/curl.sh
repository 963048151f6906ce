# curl with a message that was written by hand.
value=$(printf '%s' '{"to": ["ben@ifaxin.com", "joe@ifaxin.com", "bida@ifaxin.com"], "sub": {"%name%": ["Ben", "Joe", "Bida"]}}' | base64 -w0)
printf '%s\r\n' 'From: support@ifaxin.com' 'To: ben@ifaxin.com' 'Subject: Hello %name%' \
  'SC-Custom-key1: value1' "X-SMTPAPI: $value" '' 'Dear %name%' |
  curl --silent --show-error "smtp://$SENDCLOUD_SMTP_HOST:$SENDCLOUD_SMTP_PORT" \
    --user "$SENDCLOUD_API_USER:$SENDCLOUD_API_KEY" --login-options AUTH=LOGIN \
    --mail-from support@ifaxin.com --mail-rcpt ben@ifaxin.com --upload-file -
