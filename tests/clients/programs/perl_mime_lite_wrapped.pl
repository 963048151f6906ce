# MIME::Lite with encode_base64 as it comes: lines of 76, which become folds.
use strict;
use warnings;
use MIME::Base64;
use MIME::Lite;
use Net::SMTP;

my $api = '{"to": ["ben@ifaxin.com", "joe@ifaxin.com", "bida@ifaxin.com"], '
  . '"sub": {"%name%": ["Ben", "Joe", "Bida"]}}';
my $mail = MIME::Lite->new(
    From => 'support@ifaxin.com', To => 'ben@ifaxin.com',
    Subject => 'Hello %name%', Data => 'Dear %name%'
);
$mail->add('SC-Custom-key1' => 'value1');
$mail->add('X-SMTPAPI' => encode_base64($api));
my $smtp = Net::SMTP->new($ENV{SENDCLOUD_SMTP_HOST}, Port => $ENV{SENDCLOUD_SMTP_PORT});
$smtp->auth($ENV{SENDCLOUD_API_USER}, $ENV{SENDCLOUD_API_KEY});
$smtp->mail('support@ifaxin.com');
$smtp->to('ben@ifaxin.com');
$smtp->data($mail->as_string);
$smtp->quit;
