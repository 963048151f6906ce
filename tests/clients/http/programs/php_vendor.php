<?php
// The vendor's PHP sample: multipart by hand, names without quotation marks, an MD5 sum between.
$api = json_encode([
    "to" => ["ben@ifaxin.com", "joe@ifaxin.com"],
    "sub" => ["%name%" => ["小本", "小乔"]],
]);
$param = [
    "apiUser" => getenv("SENDCLOUD_API_USER"),
    "apiKey" => getenv("SENDCLOUD_API_KEY"),
    "from" => "support@ifaxin.com",
    "fromName" => "爱发信",
    "xsmtpapi" => $api,
    "subject" => "%name%，您的账单",
    "html" => "<p>亲爱的%name%</p>",
    "respEmailId" => "true",
];
$files = ["账单.txt" => "99.5 元\n", "logo.png" => "\x89PNG\r\n\x1a\n"];

$eol = "\r\n";
$boundary = md5(uniqid());
$data = "";
foreach ($param as $key => $value) {
    $data .= "--" . $boundary . $eol;
    $data .= "Content-Disposition: form-data; name=" . $key . $eol . $eol;
    $data .= $value . $eol;
}
foreach ($files as $name => $content) {
    $data .= "--" . $boundary . $eol;
    $data .= 'Content-Disposition: form-data; name="attachments"; filename="' . $name . '"' . $eol;
    $data .= "Content-Type: text/plain" . $eol;
    $data .= "Content-Transfer-Encoding: binary" . $eol . $eol;
    $data .= $content . $eol;
}
$data .= "--" . $boundary . "--" . $eol . $eol;

$options = ["http" => [
    "method" => "POST",
    "header" => "Content-Type: multipart/form-data;boundary=" . $boundary . $eol,
    "content" => $data,
]];
$url = getenv("SENDCLOUD_HTTP_URL") . "/apiv2/mail/send";
echo file_get_contents($url, false, stream_context_create($options));
