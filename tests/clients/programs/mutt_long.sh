# mutt with 100 recipients: it folds the value at 998 octets.
to=$(seq -f '"user%g@ifaxin.com"' -s ', ' 0 99)
names=$(seq -f '"Name%g"' -s ', ' 0 99)
value=$(printf '%s' "{\"to\": [$to], \"sub\": {\"%name%\": [$names]}}" | base64 -w0)
echo 'Dear %name%' | mutt -n -F /dev/null -s 'Hello %name%' \
  -e "set smtp_url=smtp://$SENDCLOUD_API_USER@$SENDCLOUD_SMTP_HOST:$SENDCLOUD_SMTP_PORT/" \
  -e "set smtp_pass=$SENDCLOUD_API_KEY smtp_authenticators=login ssl_force_tls=no" \
  -e 'set from=support@ifaxin.com realname=Support use_envelope_from=yes copy=no' \
  -e 'my_hdr SC-Custom-key1: value1' -e "my_hdr X-SMTPAPI: $value" ben@ifaxin.com
