<?php
// Symfony Mailer made right: X-SMTPAPI goes behind the headers of the finished message.
require "Symfony/Component/Mailer/autoload.php";
require "Symfony/Component/Mime/autoload.php";

use Symfony\Component\Mailer\Envelope;
use Symfony\Component\Mailer\Mailer;
use Symfony\Component\Mailer\Transport;
use Symfony\Component\Mime\Address;
use Symfony\Component\Mime\Email;
use Symfony\Component\Mime\RawMessage;

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
$value = base64_encode(json_encode($api));
$raw = preg_replace("/\r\n\r\n/", "\r\nX-SMTPAPI: $value\r\n\r\n", $mail->toString(), 1);
$envelope = new Envelope(new Address("support@ifaxin.com"), [new Address("ben@ifaxin.com")]);
$place = getenv("SENDCLOUD_SMTP_HOST") . ":" . getenv("SENDCLOUD_SMTP_PORT");
$login = getenv("SENDCLOUD_API_USER") . ":" . getenv("SENDCLOUD_API_KEY");
(new Mailer(Transport::fromDsn("smtp://$login@$place")))->send(new RawMessage($raw), $envelope);
