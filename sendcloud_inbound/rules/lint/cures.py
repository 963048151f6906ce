"""The last step of a program that puts X-SMTPAPI in its place, last and in one piece.

It is for the clients that write their own headers after it, fold it or encode it (CLIENTS.md). A
remedy is a template, so braces stand twice.
"""

from __future__ import annotations

PYTHON = "msg.policy = msg.policy.clone(refold_source='none'); msg.set_raw('X-SMTPAPI', value)"
"""For EmailMessage: a header that was parsed, as this one pretends, is left as it is."""
NODEMAILER = (
    "const MailComposer = require('nodemailer/lib/mail-composer'); const mime = (await new "
    "MailComposer(mail).compile().build()).toString('latin1'); await transport.sendMail({{"
    "envelope: {{from, to}}, raw: Buffer.from(mime.replace('\\r\\n\\r\\n', "
    "`\\r\\nX-SMTPAPI: ${{value}}\\r\\n\\r\\n`), 'latin1')}})"
)
"""The finished mail with one more line; base64 holds no `$` that replace would take."""
PHPMAILER = (
    "class Mail extends PHPMailer {{ public $api; function preSend() {{ $ok = parent::preSend(); "
    '$this->MIMEHeader = rtrim($this->MIMEHeader) . "\\r\\nX-SMTPAPI: $this->api\\r\\n\\r\\n"; '
    "return $ok; }} }}"
)
"""preSend() has all headers written when it returns."""
SYMFONY = (
    "$raw = preg_replace('/\\r\\n\\r\\n/', \"\\r\\nX-SMTPAPI: $value\\r\\n\\r\\n\", "
    "$email->toString(), 1); $mailer->send(new RawMessage($raw), new Envelope(new Address($from), "
    "[new Address($to)]))"
)
"""As with nodemailer; a RawMessage needs an envelope of its own."""
