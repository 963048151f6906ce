<?php
// Symfony Mailer with addTextHeader: its own headers come after X-SMTPAPI.
require "Symfony/Component/Mailer/autoload.php";
require "Symfony/Component/Mime/autoload.php";

use Symfony\Component\Mailer\Mailer;
use Symfony\Component\Mailer\Transport;
use Symfony\Component\Mime\Email;

$api = [
    "to" => ["ben@ifaxin.com", "joe@ifaxin.com", "bida@ifaxin.com"],
    "sub" => ["%name%" => ["Ben", "Joe", "Bida"]],
];
$mail = (new Email())
    ->from("support@ifaxin.com")
    ->to("ben@ifaxin.com")
    ->subject("Hello %name%")
    ->text("Dear %name%");
$mail->getHeaders()->addTextHeader("SC-Custom-key1", "value1");
$mail->getHeaders()->addTextHeader("X-SMTPAPI", base64_encode(json_encode($api)));
$place = getenv("SENDCLOUD_SMTP_HOST") . ":" . getenv("SENDCLOUD_SMTP_PORT");
$login = getenv("SENDCLOUD_API_USER") . ":" . getenv("SENDCLOUD_API_KEY");
(new Mailer(Transport::fromDsn("smtp://$login@$place")))->send($mail);
