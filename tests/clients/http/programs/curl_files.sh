# curl with files, first generation: -F for each part; a text that begins with < would be a file.
cd "$HOME"
printf '99.5 元\n' > 账单.txt
printf '\211PNG\r\n\032\n' > logo.png
curl --silent --show-error "$SENDCLOUD_HTTP_URL/webapi/mail.send.json" \
  -F "api_user=$SENDCLOUD_API_USER" -F "api_key=$SENDCLOUD_API_KEY" \
  -F 'from=support@ifaxin.com' -F 'fromname=爱发信' \
  -F 'subject=%name%，您的账单' --form-string 'html=<p>亲爱的%name%</p>' \
  -F 'x_smtpapi={"to":["ben@ifaxin.com","joe@ifaxin.com"],"sub":{"%name%":["小本","小乔"]}}' \
  -F 'resp_email_id=true' -F 'files=@账单.txt' -F 'files=@logo.png'
