# What HTTP::Request::Common makes of Content_Type => 'form-data', by HTTP::Tiny.
use strict;
use warnings;
use HTTP::Tiny;

my @fields = (
    apiUser => $ENV{SENDCLOUD_API_USER}, apiKey => $ENV{SENDCLOUD_API_KEY},
    from => 'support@ifaxin.com', fromName => '爱发信',
    subject => '%name%，您的账单', html => '<p>亲爱的%name%</p>',
    xsmtpapi => '{"to":["ben@ifaxin.com","joe@ifaxin.com"],"sub":{"%name%":["小本","小乔"]}}',
);
my @files = (['账单.txt', 'text/plain', "99.5 元\n"], ['logo.png', 'image/png', "\x89PNG\r\n\x1a\n"]);

my $body = '';
while (my ($name, $value) = splice(@fields, 0, 2)) {
    $body .= "--xYzZY\r\nContent-Disposition: form-data; name=\"$name\"\r\n\r\n$value\r\n";
}
for my $file (@files) {
    my ($name, $type, $content) = @$file;
    $body .= "--xYzZY\r\nContent-Disposition: form-data; name=\"attachments\"; "
      . "filename=\"$name\"\r\nContent-Type: $type\r\n\r\n$content\r\n";
}
$body .= "--xYzZY--\r\n";
my $answer = HTTP::Tiny->new->post("$ENV{SENDCLOUD_HTTP_URL}/apiv2/mail/send", {
    headers => { 'Content-Type' => 'multipart/form-data; boundary=xYzZY' }, content => $body,
});
print "$answer->{content}\n";
