"""Findings: what SendCloud makes of a message's mistakes, and how to mend them, in one table.

Each row tells where the rule stands: a section of SENDCLOUD.md or HARAKA.md, the guide's example
(G), or the decision taken where the documents disagree (D) or are silent (S). The cures name the
clients that were seen to make the mistake (CLIENTS.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sendcloud_inbound.rules.headers import clean
from sendcloud_inbound.rules.model import Finding, Level

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_TOLD = 10
"""So many findings of one code at most, for a header may hold 100,000 mistakes of one kind."""
_LONGEST_FILL = 80
"""What a client wrote is cut at so many characters when a finding repeats it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table: what is said of one kind of mistake."""

    level: Level
    message: str
    """What is wrong and what becomes of it; `{...}` is filled in by `finding`."""
    remedy: str
    source: str
    strict: bool = False
    """Refused in strict mode although SendCloud takes it, or may take it (D12)."""

    @property
    def refused_in_strict(self) -> bool:
        """Whether strict mode refuses it: all that fails later in faithful mode."""
        return self.strict or self.level in (Level.REFUSED, Level.INVALID)


_PLAIN_BASE64 = (
    "Put base64 of the UTF-8 JSON text into the header, in one piece, without line breaks"
)

TABLE: Mapping[str, Rule] = {
    "too-many-received": Rule(
        Level.REFUSED,
        "{count} Received fields: taken for a mail loop, 552 at the end of DATA",
        "Find the relay that sends the mail round in circles, or remove its Received fields",
        "HARAKA.md 4",
    ),
    "xsmtpapi-repeated": Rule(
        Level.REFUSED,
        "{count} X-SMTPAPI fields in one message; 552 xsmtpapi error at the end of DATA",
        "Send one X-SMTPAPI with all keys in one object; replace the header instead of adding it "
        "(Python: del msg['X-SMTPAPI'] before setting it again)",
        "S6",
    ),
    "xsmtpapi-not-last": Rule(
        Level.REFUSED,
        "X-SMTPAPI is not the last header: {followers} after it; 552 xsmtpapi error",
        "Set X-SMTPAPI after every other header. Python EmailMessage: after set_content() and "
        "add_attachment(). nodemailer, Symfony Mailer: send a raw message. PHPMailer: override "
        "preSend(). gomail: wrap the Sender. Swift Mailer: defineOrdering(). Commons Email: set "
        "it after buildMimeMessage(). redmail: set it on what get_message() returns. Through "
        "Postfix or Exim: set Date and Message-ID yourself, or the relay appends them",
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
        "Encode without line breaks. Ruby: Base64.strict_encode64. Perl: encode_base64($json, ''). "
        "Python: base64.b64encode, not encodebytes. PHP: no chunk_split. Java: "
        "Base64.getEncoder(), not getMimeEncoder()",
        "SENDCLOUD.md 3.4, CLIENTS.md",
        strict=True,
    ),
    "xsmtpapi-encoded-words": Rule(
        Level.ADVICE,
        "The X-SMTPAPI value comes as RFC 2047 encoded-words ({octets} octets); they are decoded "
        "here, but reported dropped in production",
        "Keep the value on one line. Python EmailMessage: "
        "policy.clone(max_line_length=100000) for the header, or build the message with "
        "MIMEMultipart and Header(value). Perl Email::MIME: header, not header_str. "
        "PHPMailer: fewer recipients per message, so that the value stays below 998 octets",
        "SENDCLOUD.md 3.5, D12",
        strict=True,
    ),
    "xsmtpapi-folded": Rule(
        Level.ADVICE,
        "The X-SMTPAPI value is folded over several lines; it is unfolded here, but reported "
        "dropped in production",
        "Keep the value on the header's own line. Python: msg['X-SMTPAPI'] = Header(value), not a "
        "plain str. nodemailer: {{prepared: true, value: ...}}. Otherwise send a raw message",
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
        f"{_PLAIN_BASE64}; the standard alphabet with its padding, not the URL-safe one",
        "SENDCLOUD.md 3.5, G12, D10",
    ),
    "xsmtpapi-not-json": Rule(
        Level.REFUSED,
        "X-SMTPAPI decodes to no JSON: {why}; 552 xsmtpapi error at the end of DATA",
        "Let a JSON library write the text. If it ends too early: the base64 was cut at a line "
        "break, so encode it in one piece",
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
        'an object of {{"settings": {{"enable": "1"}}}}; page_id a number or an array of numbers; '
        "send_domain a string",
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
        "Send one message per {limit} addresses",
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
        "SendCloud knows no such key: it is ignored",
        "The keys are to, sub, pubsub, section, filters, settings and send_domain; category, "
        "unique_args, asm and config_file belong to another service's header of the same name",
        "SENDCLOUD.md 3.1, S13",
    ),
    "xsmtpapi-sub-ignored": Rule(
        Level.IGNORED,
        "pubsub is there, so sub is ignored as a whole",
        "Use sub alone: repeat the common values once per recipient in it",
        "SENDCLOUD.md 3.2, G9",
    ),
    "xsmtpapi-bad-recipient": Rule(
        Level.INVALID,
        "{address} is no address: this recipient becomes invalid with sub-status 404",
        "Write bare addresses, without a display name, angle brackets or blanks",
        "S12",
    ),
    "xsmtpapi-duplicate-recipient": Rule(
        Level.ADVICE,
        "{address} stands in to {count} times: each position gets an email of its own",
        "Name each address once; SendCloud's clients give all copies the first one's emailId",
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
