<?php
// PHPMailer made right: preSend() has all headers written when it returns, X-SMTPAPI goes behind.
require "libphp-phpmailer/autoload.php";

use PHPMailer\PHPMailer\PHPMailer;

class SendCloudMail extends PHPMailer
{
    public $api;

    public function preSend()
    {
        $done = parent::preSend();
        $value = base64_encode(json_encode($this->api));
        $this->MIMEHeader = rtrim($this->MIMEHeader) . "\r\nX-SMTPAPI: $value\r\n\r\n";
        return $done;
    }
}

$mail = new SendCloudMail();
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
$mail->api = [
    "to" => ["ben@ifaxin.com", "joe@ifaxin.com", "bida@ifaxin.com"],
    "sub" => ["%name%" => ["Ben", "Joe", "Bida"]],
];
$mail->send();
