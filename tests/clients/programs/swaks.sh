# swaks with --add-header, X-SMTPAPI last.
value=$(printf '%s' '{"to": ["ben@ifaxin.com", "joe@ifaxin.com", "bida@ifaxin.com"], "sub": {"%name%": ["Ben", "Joe", "Bida"]}}' | base64 -w0)
swaks --server "$SENDCLOUD_SMTP_HOST" --port "$SENDCLOUD_SMTP_PORT" --auth LOGIN \
  --auth-user "$SENDCLOUD_API_USER" --auth-password "$SENDCLOUD_API_KEY" \
  --from support@ifaxin.com --to ben@ifaxin.com --header 'Subject: Hello %name%' \
  --add-header 'SC-Custom-key1: value1' --add-header "X-SMTPAPI: $value" --body 'Dear %name%'
