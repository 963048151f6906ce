# curl as in the vendor's samples: -d as it is typed, --data-urlencode for what has signs in it.
curl --silent --show-error "$SENDCLOUD_HTTP_URL/apiv2/mail/send" \
  -d "apiUser=$SENDCLOUD_API_USER" -d "apiKey=$SENDCLOUD_API_KEY" \
  -d 'from=support@ifaxin.com&fromName=爱发信' \
  --data-urlencode 'subject=%name%，您的账单' \
  --data-urlencode 'html=<p>亲爱的%name%</p>' \
  --data-urlencode 'xsmtpapi={"to":["ben@ifaxin.com","joe@ifaxin.com"],"sub":{"%name%":["小本","小乔"]}}'
