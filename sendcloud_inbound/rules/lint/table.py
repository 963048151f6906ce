"""Findings: what SendCloud makes of a message's mistakes, and how to mend them, in one table.

Each row tells where the rule stands: a section of SENDCLOUD.md or HARAKA.md, the guide's example
(G), or the decision taken where the documents disagree (D) or are silent (S). The cures name the
clients that were seen to make the mistake (CLIENTS.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendcloud_inbound.rules.headers import clean
from sendcloud_inbound.rules.lint.key_rows import KEYS
from sendcloud_inbound.rules.lint.mail_rows import MAIL
from sendcloud_inbound.rules.lint.rule import Rule
from sendcloud_inbound.rules.model import Finding, Level

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_TOLD = 10
"""So many findings of one code at most, for a header may hold 100,000 mistakes of one kind."""
_LONGEST_FILL = 80
"""What a client wrote is cut at so many characters when a finding repeats it."""

# The last step that puts the header in its place in one piece, for the clients that put their own
# headers after it or break it. In a remedy, which is a template, braces stand twice.
_PYTHON = "msg.policy = msg.policy.clone(refold_source='none'); msg.set_raw('X-SMTPAPI', value)"
_NODEMAILER = (
    "const MailComposer = require('nodemailer/lib/mail-composer'); const mime = (await new "
    "MailComposer(mail).compile().build()).toString('latin1'); await transport.sendMail({{"
    "envelope: {{from, to}}, raw: Buffer.from(mime.replace('\\r\\n\\r\\n', "
    "`\\r\\nX-SMTPAPI: ${{value}}\\r\\n\\r\\n`), 'latin1')}})"
)
_PHPMAILER = (
    "class Mail extends PHPMailer {{ public $api; function preSend() {{ $ok = parent::preSend(); "
    '$this->MIMEHeader = rtrim($this->MIMEHeader) . "\\r\\nX-SMTPAPI: $this->api\\r\\n\\r\\n"; '
    "return $ok; }} }}"
)
_SYMFONY = (
    "$raw = preg_replace('/\\r\\n\\r\\n/', \"\\r\\nX-SMTPAPI: $value\\r\\n\\r\\n\", "
    "$email->toString(), 1); $mailer->send(new RawMessage($raw), new Envelope(new Address($from), "
    "[new Address($to)]))"
)

TABLE: Mapping[str, Rule] = {
    **KEYS,
    **MAIL,
    "too-many-received": Rule(
        Level.REFUSED,
        "{count} Received fields: taken for a mail loop, 552 at the end of DATA",
        "Find the relay that sends the mail round in circles, or remove its Received fields",
        "HARAKA.md 4",
    ),
    "xsmtpapi-repeated": Rule(
        Level.REFUSED,
        "{count} X-SMTPAPI fields in one message; 552 xsmtpapi error at the end of DATA",
        "Send one X-SMTPAPI with all keys in one object. Setting it again adds a second one: first "
        "remove the old. Python: del msg['X-SMTPAPI']. PHPMailer: $mail->clearCustomHeaders(). "
        "Java: message.setHeader(...), not addHeader. Perl MIME::Lite: $msg->replace(...)",
        "S6",
    ),
    "xsmtpapi-not-last": Rule(
        Level.REFUSED,
        "X-SMTPAPI is not the last header: {followers} after it; 552 xsmtpapi error",
        "Set X-SMTPAPI after every other header. Python MIMEMultipart and MIMEText: as the last "
        "statement, msg['X-SMTPAPI'] = Header(value). Python EmailMessage: after set_content() and "
        f"add_attachment(), {_PYTHON}. nodemailer writes custom headers first, so put it into the "
        f"finished mail: {_NODEMAILER}. PHPMailer: {_PHPMAILER}. Symfony Mailer: {_SYMFONY}. Swift "
        "Mailer: $message->getHeaders()->defineOrdering([...]). Commons Email: "
        'email.buildMimeMessage(); email.getMimeMessage().setHeader("X-SMTPAPI", value); '
        "email.sendMimeMessage(). gomail: wrap the Sender. redmail: set it on what get_message() "
        "returns. yagmail, emailjs, python-emails and git send-email cannot. Through Postfix or "
        "Exim: set Date and Message-ID yourself, or the relay appends them",
        "SENDCLOUD.md 3.4, D13",
    ),
    "xsmtpapi-too-long": Rule(
        Level.REFUSED,
        "The X-SMTPAPI value has {octets} octets, at most {limit} are taken; 552 xsmtpapi error",
        "Split the recipients over several messages; values that are the same for all go into "
        "pubsub, once",
        "SENDCLOUD.md 1.6, S2",
    ),
    "xsmtpapi-wrapped": Rule(
        Level.IGNORED,
        "The base64 is wrapped into lines without leading white space: only the first line, "
        "{octets} octets, is the value, the other lines are no header at all",
        "Encode without line breaks. Python: base64.b64encode(data), not encodebytes. Ruby: "
        "Base64.strict_encode64(json). Perl: encode_base64($json, ''). PHP: base64_encode($json) "
        "without chunk_split. Java: Base64.getEncoder(), not getMimeEncoder(). Shell: base64 -w0",
        "SENDCLOUD.md 3.4, CLIENTS.md",
        strict=True,
    ),
    "xsmtpapi-encoded-words": Rule(
        Level.ADVICE,
        "The X-SMTPAPI value comes as RFC 2047 encoded-words ({octets} octets); they are decoded "
        "here, but reported dropped in production",
        "Keep the value plain and on one line. Python EmailMessage (also in aiosmtplib, redmail): "
        f"as the last step, {_PYTHON}. Python MIMEText and MIMEMultipart: msg['X-SMTPAPI'] = "
        "Header(value), without a charset, under the default policy. Perl Email::MIME: put the "
        "line X-SMTPAPI: $value before the first empty line of $email->as_string. PHPMailer, which "
        f"encodes what is longer than 998 octets: {_PHPMAILER}",
        "SENDCLOUD.md 3.5, D12",
        strict=True,
    ),
    "xsmtpapi-folded": Rule(
        Level.ADVICE,
        "The X-SMTPAPI value is folded over several lines; it is unfolded here, but reported "
        "dropped in production",
        "Keep the value on the header's own line. Python MIMEText and MIMEMultipart: "
        "msg['X-SMTPAPI'] = Header(value), with Header of email.header, not a plain str. Python "
        f"EmailMessage: as the last step, {_PYTHON}. Django: override message() to do msg = "
        "super().message(); msg.set_raw('X-SMTPAPI', Header(value)); return msg. "
        "nodemailer: {{prepared: true, value}} unfolds it but leaves it first; to have it last: "
        f"{_NODEMAILER}. Postfix and mutt fold lines over 998 octets: set smtp_line_length_limit = "
        "0 in Postfix's main.cf, name fewer recipients in a message, or send without a relay",
        "SENDCLOUD.md 3.5, D12",
        strict=True,
    ),
    "xsmtpapi-empty": Rule(
        Level.IGNORED,
        "X-SMTPAPI is empty: handled as if it were not there",
        "Leave the header out, or give it a value",
        "S6",
    ),
    "xsmtpapi-not-base64": Rule(
        Level.INVALID,
        "The X-SMTPAPI value is not base64: {why}; it is taken with 250, then the worker makes "
        "the mail invalid",
        "Put base64 of the UTF-8 JSON text into the header, the standard alphabet with padding, "
        "without line breaks. Python: base64.b64encode(json.dumps(api).encode()).decode(). Node: "
        "Buffer.from(JSON.stringify(api)).toString('base64'). PHP: "
        "base64_encode(json_encode($api)). Java: "
        "Base64.getEncoder().encodeToString(json.getBytes(UTF_8)). Go: "
        "base64.StdEncoding.EncodeToString(json)",
        "SENDCLOUD.md 3.5, G12, D10",
    ),
    "xsmtpapi-not-json": Rule(
        Level.REFUSED,
        "X-SMTPAPI decodes to no JSON: {why}; 552 xsmtpapi error at the end of DATA",
        "Let a JSON library write the text, in UTF-8. Python: json.dumps(api), not str(api). If it "
        "ends too early, the base64 was cut at a line break: encode it in one piece",
        "S3, D17",
    ),
    "xsmtpapi-not-object": Rule(
        Level.REFUSED,
        "X-SMTPAPI holds {got} where an object belongs; 552 xsmtpapi error",
        'Send an object such as {{"to": ["ben@ifaxin.com"]}}',
        "SENDCLOUD.md 3, S3",
    ),
    "xsmtpapi-wrong-type": Rule(
        Level.REFUSED,
        "Wrong type: {expected} belongs here, not {got}; 552 xsmtpapi error",
        "to is an array of strings; sub an object of arrays; pubsub and section objects; filters "
        'an object such as {{"open_tracking": {{"settings": {{"enable": "1"}}}}}}; page_id a '
        "number or an array of numbers; send_domain a string",
        "SENDCLOUD.md 3.1, S3",
    ),
    "xsmtpapi-to-empty": Rule(
        Level.REFUSED,
        "to is an empty array; 552 xsmtpapi error",
        "Name at least one address, or leave to out: then the RCPT addresses are the recipients",
        "S3",
    ),
    "xsmtpapi-to-too-many": Rule(
        Level.REFUSED,
        "to has {count} addresses, at most {limit} are taken; 552 xsmtpapi error",
        "Send one message per {limit} addresses. Python: for at in range(0, len(to), {limit}): "
        "send(to[at:at + {limit}]), and cut the arrays of sub alike",
        "SENDCLOUD.md 1.6, G16, S2",
    ),
    "xsmtpapi-empty-object": Rule(
        Level.IGNORED,
        "X-SMTPAPI holds an object without any known key: it has no effect",
        "Leave the header out, or name recipients in to",
        "S3",
    ),
    "xsmtpapi-duplicate-key": Rule(
        Level.IGNORED,
        "The key {key} stands several times in one object: only its last value counts",
        "Write each key once",
        "RFC 8259 4",
    ),
    "xsmtpapi-unknown-key": Rule(
        Level.IGNORED,
        "SendCloud knows no key {key} here: it is ignored",
        "{hint} The keys here are {known}",
        "SENDCLOUD.md 3.1, S13",
    ),
    "xsmtpapi-sub-ignored": Rule(
        Level.IGNORED,
        "pubsub is there, so sub is ignored as a whole, also its variables that pubsub lacks",
        "Use sub alone and give a common value once per recipient. Python: sub['%price%'] = "
        "[price] * len(to)",
        "SENDCLOUD.md 3.2, G9",
    ),
    "xsmtpapi-bad-recipient": Rule(
        Level.INVALID,
        "{address} is no address: this recipient becomes invalid with sub-status 404",
        "Write the bare address: ben@ifaxin.com, without display name, angle brackets or blanks. "
        "Python: email.utils.parseaddr(text)[1]",
        "S12",
    ),
    "xsmtpapi-duplicate-recipient": Rule(
        Level.ADVICE,
        "{address} stands in to {count} times: each position gets an email of its own",
        "Name each address once, and drop its values from the arrays of sub too. Python, when "
        "there is no sub: to = list(dict.fromkeys(to))",
        "SENDCLOUD.md 2.2, S11",
    ),
    "rcpt-duplicate-recipient": Rule(
        Level.ADVICE,
        "{address} was given by RCPT {count} times: each gets an email of its own",
        "Give each address once",
        "SENDCLOUD.md 2.2, S11",
    ),
}


def finding(code: str, where: str, **fills: object) -> Finding:
    """Return the finding of that code, its blanks filled in; what a client wrote is cut short."""
    rule = TABLE[code]
    shown = {name: _shown(value) for name, value in fills.items()}
    return Finding(
        code=code,
        level=rule.level,
        where=_shown(where),
        message=rule.message.format(**shown),
        remedy=rule.remedy.format(**shown),
        source=rule.source,
    )


def refused_in_strict(found: Finding) -> bool:
    """Tell whether strict mode refuses a message for this."""
    return TABLE[found.code].refused_in_strict


def _shown(value: object) -> str:
    text = clean(str(value))
    return text if len(text) <= _LONGEST_FILL else f"{text[:_LONGEST_FILL]}..."
