<?php
// PHPMailer's addCustomHeader: MIME-Version and Content-Type come after it.
require "libphp-phpmailer/autoload.php";

$api = [
    "to" => ["ben@ifaxin.com", "joe@ifaxin.com", "bida@ifaxin.com"],
    "sub" => ["%name%" => ["Ben", "Joe", "Bida"]],
];
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
