# mutt with my_hdr.
value=$(printf '%s' '{"to": ["ben@ifaxin.com", "joe@ifaxin.com", "bida@ifaxin.com"], "sub": {"%name%": ["Ben", "Joe", "Bida"]}}' | base64 -w0)
echo 'Dear %name%' | mutt -n -F /dev/null -s 'Hello %name%' \
  -e "set smtp_url=smtp://$SENDCLOUD_API_USER@$SENDCLOUD_SMTP_HOST:$SENDCLOUD_SMTP_PORT/" \
  -e "set smtp_pass=$SENDCLOUD_API_KEY smtp_authenticators=login ssl_force_tls=no" \
  -e 'set from=support@ifaxin.com realname=Support use_envelope_from=yes copy=no' \
  -e 'my_hdr SC-Custom-key1: value1' -e "my_hdr X-SMTPAPI: $value" ben@ifaxin.com
