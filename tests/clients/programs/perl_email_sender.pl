# Email::MIME with header_str, sent by Email::Sender: base64 of the base64 as encoded-words.
use strict;
use warnings;
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
        'X-SMTPAPI' => encode_base64($api, ''),
    ],
    attributes => { charset => 'utf-8', encoding => '8bit' },
    body_str => "Dear %name%\n"
);
sendmail($mail, {
    from => 'support@ifaxin.com', to => 'ben@ifaxin.com',
    transport => Email::Sender::Transport::SMTP->new({
        host => $ENV{SENDCLOUD_SMTP_HOST}, port => $ENV{SENDCLOUD_SMTP_PORT},
        sasl_username => $ENV{SENDCLOUD_API_USER}, sasl_password => $ENV{SENDCLOUD_API_KEY},
    }),
});
