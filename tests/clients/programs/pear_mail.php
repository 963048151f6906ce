<?php
// PEAR Mail_smtp: headers go out in the order of the array.
error_reporting(E_ERROR);
require "Mail.php";

$api = [
    "to" => ["ben@ifaxin.com", "joe@ifaxin.com", "bida@ifaxin.com"],
    "sub" => ["%name%" => ["Ben", "Joe", "Bida"]],
];
$headers = [
    "From" => "support@ifaxin.com",
    "To" => "ben@ifaxin.com",
    "Subject" => "Hello %name%",
    "Content-Type" => "text/plain; charset=utf-8",
    "SC-Custom-key1" => "value1",
    "X-SMTPAPI" => base64_encode(json_encode($api)),
];
$mailer = Mail::factory("smtp", [
    "host" => getenv("SENDCLOUD_SMTP_HOST"),
    "port" => getenv("SENDCLOUD_SMTP_PORT"),
    "auth" => "LOGIN",
    "username" => getenv("SENDCLOUD_API_USER"),
    "password" => getenv("SENDCLOUD_API_KEY"),
]);
$sent = $mailer->send("ben@ifaxin.com", $headers, "Dear %name%");
if (PEAR::isError($sent)) {
    echo $sent->getMessage();
}
