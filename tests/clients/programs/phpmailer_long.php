<?php
// PHPMailer's addCustomHeader with 100 recipients: above 998 octets it makes encoded-words.
require "libphp-phpmailer/autoload.php";

$api = ["to" => [], "sub" => ["%name%" => []]];
for ($number = 0; $number < 100; $number++) {
    $api["to"][] = "user$number@ifaxin.com";
    $api["sub"]["%name%"][] = "Name$number";
}
$mail = new PHPMailer\PHPMailer\PHPMailer();
$mail->isSMTP();
$mail->Host = getenv("SENDCLOUD_SMTP_HOST");
$mail->Port = getenv("SENDCLOUD_SMTP_PORT");
$mail->SMTPAuth = true;
$mail->SMTPAutoTLS = false;
$mail->Username = getenv("SENDCLOUD_API_USER");
$mail->Password = getenv("SENDCLOUD_API_KEY");
$mail->setFrom("support@ifaxin.com");
$mail->addAddress("ben@ifaxin.com");
$mail->Subject = "Hello %name%";
$mail->Body = "Dear %name%";
$mail->addCustomHeader("SC-Custom-key1", "value1");
$mail->addCustomHeader("X-SMTPAPI", base64_encode(json_encode($api)));
$mail->send();
