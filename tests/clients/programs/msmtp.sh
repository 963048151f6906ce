# msmtp with a message that was written by hand.
value=$(printf '%s' '{"to": ["ben@ifaxin.com", "joe@ifaxin.com", "bida@ifaxin.com"], "sub": {"%name%": ["Ben", "Joe", "Bida"]}}' | base64 -w0)
printf '%s\n' 'From: support@ifaxin.com' 'To: ben@ifaxin.com' 'Subject: Hello %name%' \
  'SC-Custom-key1: value1' "X-SMTPAPI: $value" '' 'Dear %name%' |
  msmtp --host="$SENDCLOUD_SMTP_HOST" --port="$SENDCLOUD_SMTP_PORT" --auth=login \
    --user="$SENDCLOUD_API_USER" --passwordeval="echo $SENDCLOUD_API_KEY" --tls=off \
    --from=support@ifaxin.com ben@ifaxin.com
