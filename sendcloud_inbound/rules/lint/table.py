"""Findings: what SendCloud makes of a message's mistakes, and how to mend them, in one table.

Each row tells where the rule stands: a section of SENDCLOUD.md or HARAKA.md, the guide's example
(G), or the decision taken where the documents disagree (D) or are silent (S). The cures name the
clients that were seen to make the mistake (CLIENTS.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendcloud_inbound.rules.headers import clean
from sendcloud_inbound.rules.lint import cures
from sendcloud_inbound.rules.lint.api_rows import API
from sendcloud_inbound.rules.lint.key_rows import KEYS
from sendcloud_inbound.rules.lint.mail_rows import MAIL
from sendcloud_inbound.rules.lint.rule import Rule
from sendcloud_inbound.rules.lint.text_rows import TEXTS
from sendcloud_inbound.rules.model import Finding, Level

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_TOLD = 10
"""So many findings of one code at most, for a header may hold 100,000 mistakes of one kind."""
_LONGEST_FILL = 80
"""What a client wrote is cut at so many characters when a finding repeats it."""

TABLE: Mapping[str, Rule] = {
    **API,
    **KEYS,
    **MAIL,
    **TEXTS,
    "too-many-received": Rule(
        Level.REFUSED,
        "{count} Received fields: taken for a mail loop, 552 at the end of DATA",
        "Find the relay that sends the mail round in circles, or remove its Received fields",
        "HARAKA.md 4",
    ),
    "xsmtpapi-repeated": Rule(
        Level.REFUSED,
        "{count} X-SMTPAPI fields in one message; 552 xsmtpapi error at the end of DATA",
        "Send one X-SMTPAPI with all keys in one object; remove the old one before setting it again"
        "\nPython: del msg['X-SMTPAPI']"
        "\nPHPMailer: $mail->clearCustomHeaders()"
        '\nJava: message.setHeader("X-SMTPAPI", value), not addHeader'
        "\nPerl MIME::Lite: $msg->replace('X-SMTPAPI' => $value), not add",
        "S6",
    ),
    "xsmtpapi-not-last": Rule(
        Level.REFUSED,
        "X-SMTPAPI is not the last header: {followers} after it; 552 xsmtpapi error",
        "Set X-SMTPAPI after every other header, as the last step before sending"
        "\nPython MIMEText, MIMEMultipart: msg['X-SMTPAPI'] = Header(value)"
        f"\nPython EmailMessage, after set_content() and add_attachment(): {cures.PYTHON}"
        f"\nnodemailer, which writes custom headers first: {cures.NODEMAILER}"
        f"\nPHPMailer: {cures.PHPMAILER}"
        f"\nSymfony Mailer: {cures.SYMFONY}"
        "\nSwift Mailer: $message->getHeaders()->defineOrdering([...])"
        "\nCommons Email: email.buildMimeMessage(); "
        'email.getMimeMessage().setHeader("X-SMTPAPI", value); email.sendMimeMessage()'
        "\ngomail: wrap the Sender; redmail: set it on what get_message() returns"
        "\nyagmail, emailjs, python-emails, git send-email: they cannot have it last"
        "\nthrough Postfix or Exim: set Date and Message-ID yourself, or the relay appends them",
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
        "Encode without line breaks"
        "\nPython: base64.b64encode(data), not encodebytes"
        "\nRuby: Base64.strict_encode64(json), not encode64"
        "\nPerl: encode_base64($json, '')"
        "\nPHP: base64_encode($json), without chunk_split"
        "\nJava: Base64.getEncoder(), not getMimeEncoder()"
        "\nshell: base64 -w0",
        "SENDCLOUD.md 3.4, CLIENTS.md",
        strict=True,
    ),
    "xsmtpapi-encoded-words": Rule(
        Level.ADVICE,
        "The X-SMTPAPI value comes as RFC 2047 encoded-words ({octets} octets); they are decoded "
        "here, but reported dropped in production",
        "Keep the value plain and on one line"
        f"\nPython EmailMessage (aiosmtplib, redmail), as the last step: {cures.PYTHON}"
        "\nPython MIMEText, MIMEMultipart: msg['X-SMTPAPI'] = Header(value), without charset or "
        "policy"
        "\nPHPMailer, which encodes what is longer than 998 octets, or folds it: fewer recipients "
        f"in each mail, and then {cures.PHPMAILER}"
        "\nPerl Email::MIME: put the line X-SMTPAPI: $value before the first empty line of "
        "$email->as_string",
        "SENDCLOUD.md 3.5, D12",
        strict=True,
    ),
    "xsmtpapi-folded": Rule(
        Level.ADVICE,
        "The X-SMTPAPI value is folded over several lines; it is unfolded here, but reported "
        "dropped in production",
        "Keep the value on the header's own line"
        "\nPython MIMEText, MIMEMultipart: msg['X-SMTPAPI'] = Header(value), with Header of "
        "email.header, not a plain str"
        f"\nPython EmailMessage, as the last step: {cures.PYTHON}"
        "\nDjango, in an override of message(): msg = super().message(); "
        "msg.set_raw('X-SMTPAPI', Header(value)); return msg"
        "\nnodemailer: headers: {{'X-SMTPAPI': {{prepared: true, value}}}} unfolds it but leaves "
        f"it first; to have it last: {cures.NODEMAILER}"
        "\nPHPMailer folds lines over 998 octets: fewer recipients in each mail"
        "\nPostfix and mutt do, too: set smtp_line_length_limit = 0 in "
        "Postfix's main.cf, name fewer recipients in a message, or send without a relay",
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
        "without line breaks"
        "\nPython: base64.b64encode(json.dumps(api).encode()).decode()"
        "\nNode: Buffer.from(JSON.stringify(api)).toString('base64')"
        "\nPHP: base64_encode(json_encode($api))"
        "\nJava: Base64.getEncoder().encodeToString(json.getBytes(UTF_8))"
        "\nGo: base64.StdEncoding.EncodeToString(json)",
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
    "xsmtpapi-tracking-not-configured": Rule(
        Level.IGNORED,
        "No tracking domain is configured, so enable has no effect: this tracking is {state}",
        "Give the sending domain its tracking CNAME (sctrack.<your domain>) in the console; here, "
        "set domain under [tracking]",
        "SENDCLOUD.md 3.1, G18, D45",
    ),
    "xsmtpapi-page-unknown": Rule(
        Level.IGNORED,
        "The API_USER has no unsubscribe page {page}: its default page is used",
        "Use the number of a page made in the console; here, add it to the account's page_ids",
        "SENDCLOUD.md 3.1, S14",
    ),
    "xsmtpapi-send-domain-not-permitted": Rule(
        Level.IGNORED,
        "The API_USER has no permission to send from {domain}: the mail leaves from {own}",
        "Ask SendCloud for the permission, add the domain and verify it; here, add it to the "
        "account's send_domains",
        "SENDCLOUD.md 3.1, G21, S14",
    ),
    "xsmtpapi-send-domain-not-verified": Rule(
        Level.IGNORED,
        "The domain {domain} is not verified: the mail leaves from {own}",
        "Set the domain's DNS records and verify it in the console; here, move it from the "
        "account's unverified_domains to its send_domains",
        "SENDCLOUD.md 3.1, G21, S14",
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
