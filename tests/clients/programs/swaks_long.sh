# swaks with 100 recipients: one line of more than 5 kB.
to=$(seq -f '"user%g@ifaxin.com"' -s ', ' 0 99)
names=$(seq -f '"Name%g"' -s ', ' 0 99)
value=$(printf '%s' "{\"to\": [$to], \"sub\": {\"%name%\": [$names]}}" | base64 -w0)
swaks --server "$SENDCLOUD_SMTP_HOST" --port "$SENDCLOUD_SMTP_PORT" --auth LOGIN \
  --auth-user "$SENDCLOUD_API_USER" --auth-password "$SENDCLOUD_API_KEY" \
  --from support@ifaxin.com --to ben@ifaxin.com --header 'Subject: Hello %name%' \
  --add-header 'SC-Custom-key1: value1' --add-header "X-SMTPAPI: $value" --body 'Dear %name%'
