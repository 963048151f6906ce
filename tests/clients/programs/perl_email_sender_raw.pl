# Email::MIME made right: X-SMTPAPI goes behind the headers of the finished message.
use strict;
use warnings;
use Email::Abstract;
use Email::MIME;
use Email::Sender::Simple qw(sendmail);
use Email::Sender::Transport::SMTP;
use MIME::Base64;

my $api = '{"to": ["ben@ifaxin.com", "joe@ifaxin.com", "bida@ifaxin.com"], '
  . '"sub": {"%name%": ["Ben", "Joe", "Bida"]}}';
my $mail = Email::MIME->create(
    header_str => [
        From => 'support@ifaxin.com', To => 'ben@ifaxin.com', Subject => 'Hello %name%',
        'SC-Custom-key1' => 'value1',
    ],
    attributes => { charset => 'utf-8', encoding => '8bit' },
    body_str => "Dear %name%\n"
);
my $value = encode_base64($api, "");
(my $raw = $mail->as_string) =~ s{\r?\n\r?\n}{\r\nX-SMTPAPI: $value\r\n\r\n};
sendmail(Email::Abstract->new($raw), {
    from => 'support@ifaxin.com', to => 'ben@ifaxin.com',
    transport => Email::Sender::Transport::SMTP->new({
        host => $ENV{SENDCLOUD_SMTP_HOST}, port => $ENV{SENDCLOUD_SMTP_PORT},
        sasl_username => $ENV{SENDCLOUD_API_USER}, sasl_password => $ENV{SENDCLOUD_API_KEY},
    }),
});
