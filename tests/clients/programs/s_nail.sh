# s-nail with its `customhdr`: the value becomes encoded-words, MIME headers come after it.
value=$(printf '%s' '{"to": ["ben@ifaxin.com", "joe@ifaxin.com", "bida@ifaxin.com"], "sub": {"%name%": ["Ben", "Joe", "Bida"]}}' | base64 -w0)
echo 'Dear %name%' | s-nail -:/ -Sv15-compat -Ssmtp-auth=login -SDEAD=/dev/null \
  -S'from=support@ifaxin.com' -S"mta=smtp://$SENDCLOUD_API_USER:$SENDCLOUD_API_KEY@$SENDCLOUD_SMTP_HOST:$SENDCLOUD_SMTP_PORT" \
  -S"customhdr=SC-Custom-key1: value1,X-SMTPAPI: $value" -s 'Hello %name%' ben@ifaxin.com
