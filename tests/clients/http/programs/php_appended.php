<?php
// A PHP library that builds the body of what it is given, and appends the login.
$api = json_encode(
    ["to" => ["ben@ifaxin.com", "joe@ifaxin.com"], "sub" => ["%name%" => ["小本", "小乔"]]],
    JSON_UNESCAPED_UNICODE
);
$body = http_build_query([
    "from" => "support@ifaxin.com",
    "fromName" => "爱发信",
    "subject" => "%name%，您的账单",
    "html" => "<p>亲爱的%name%</p>",
    "xsmtpapi" => $api,
]);
$body .= "&apiUser=" . getenv("SENDCLOUD_API_USER") . "&apiKey=" . getenv("SENDCLOUD_API_KEY");
$options = ["http" => [
    "method" => "POST",
    "header" => "Content-Type: application/x-www-form-urlencoded",
    "content" => $body,
]];
$url = getenv("SENDCLOUD_HTTP_URL") . "/apiv2/mail/send";
echo file_get_contents($url, false, stream_context_create($options));
