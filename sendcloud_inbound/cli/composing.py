"""The mail that `send` sends: composed from options, or read from a file as it is."""

from __future__ import annotations

import base64
import re
import sys
from dataclasses import dataclass
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid, parseaddr
from pathlib import Path

from typer import BadParameter

from sendcloud_inbound.cli.envelopes import addresses
from sendcloud_inbound.cli.text import reason
from sendcloud_inbound.rules.headers import scan

SENDER, RECIPIENT = "sender@example.com", "recipient@example.com"
"""Of a test mail whose options name none; example.com reaches nobody (RFC 2606)."""
SUBJECT = "A test mail"
TEXT = "Sent with sendcloud-inbound send.\n"

_LONE_LF = re.compile(rb"(?<!\r)\n")
_END_OF_HEADERS = b"\r\n\r\n"
_FIELD_NAME = re.compile(r"[!-9;-~]+")
"""RFC 5322 2.2."""


@dataclass(frozen=True, slots=True)
class Mail:
    """An envelope and the octets that go into it."""

    mail_from: str
    rcpt_to: tuple[str, ...]
    content: bytes


@dataclass(frozen=True, slots=True)
class Draft:
    """A mail as the options describe it; None is what was not given."""

    sender: str | None
    to: tuple[str, ...]
    subject: str | None
    text: str | None
    html: str | None
    headers: tuple[str, ...]
    """Each `Name: value`."""
    xsmtpapi: bytes | None
    """JSON, not yet encoded; not looked into, so that wrong JSON can be tried out."""

    def compose(self) -> Mail:
        """Make a mail; `BadParameter` when it cannot be written."""
        sender, to = self.sender or SENDER, self.to or (RECIPIENT,)
        mail_from, rcpt_to = bare(sender), tuple(map(bare, to))
        try:
            content = _message(self, sender, to)
        except UnicodeEncodeError as error:  # octets of the command line that are no text
            raise BadParameter(f"no mail can be made of this: {error}") from error
        if self.xsmtpapi is not None:
            content = _with_last_header(content, self.xsmtpapi)
        return Mail(mail_from, rcpt_to, content)

    def address(self, content: bytes) -> Mail:
        """Take a message as it is, lone LFs apart; its header gives the envelope we were not."""
        if self.headers or any(
            part is not None for part in (self.subject, self.text, self.html, self.xsmtpapi)
        ):
            raise BadParameter(
                "FILE is sent as it is; leave out --subject, --text, --html, --header, --xsmtpapi"
            )
        header = scan(content)
        sender = self.sender or next(addresses(header, "from"), SENDER)
        rcpt_to = self.to or tuple(addresses(header, "to", "cc", "bcc")) or (RECIPIENT,)
        return Mail(bare(sender), tuple(map(bare, rcpt_to)), on_the_wire(content))


def read(path: str, option: str) -> bytes:
    """Read a file, `-` for stdin; `BadParameter` names the option."""
    try:
        return sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as error:
        raise BadParameter(f"{path} cannot be read: {reason(error)}", param_hint=option) from error


def read_message(path: str) -> bytes:
    """Read FILE, `-` for stdin; `BadParameter` when it holds no message."""
    content = read(path, "FILE")
    if not content:
        raise BadParameter(f"{path} is empty and holds no message", param_hint="FILE")
    return content


def on_the_wire(content: bytes) -> bytes:
    """Return a file's message with the line ends of SMTP: an editor's lone LFs become CRLF."""
    return _LONE_LF.sub(b"\r\n", content)


def _message(draft: Draft, sender: str, to: tuple[str, ...]) -> bytes:
    """Write the message; headers stand as they were given, one line each where they are ASCII."""
    body = EmailMessage(policy=SMTP)
    body.set_content(TEXT if draft.text is None else draft.text)
    if draft.html is not None:
        body.add_alternative(draft.html, subtype="html")
    fields = [
        ("From", _named(sender)),
        ("To", ", ".join(map(_named, to))),
        ("Subject", SUBJECT if draft.subject is None else draft.subject),
        ("Date", formatdate(localtime=True)),
        ("Message-ID", make_msgid(domain="localhost")),
        *map(_split, draft.headers),
    ]
    head = "".join(f"{name}: {_encoded(value)}\r\n" for name, value in fields)
    return head.encode() + body.as_bytes()


def _named(address: str) -> str:
    """Return an address as a header has it, its display name encoded where it has to be."""
    name, bare = parseaddr(address)
    return address if name.isascii() else f"{_encoded(name)} <{bare}>"


def _encoded(value: str) -> str:
    """Return a header's value in RFC 2047's words where it is not ASCII."""
    if not value.isprintable():
        raise BadParameter(f"{value!r} cannot stand in a header")
    return value if value.isascii() else Header(value, "utf-8").encode(linesep="\r\n")


def _split(header: str) -> tuple[str, str]:
    name, colon, value = header.partition(":")
    if not colon or not _FIELD_NAME.fullmatch(name):
        raise BadParameter(f"{header!r} is not 'Name: value'", param_hint="--header")
    return name, value.strip()


def _with_last_header(content: bytes, xsmtpapi: bytes) -> bytes:
    """Add X-SMTPAPI as one unfolded line, as the last header (SENDCLOUD.md 3.4, D13)."""
    headers, end, body = content.partition(_END_OF_HEADERS)
    return headers + b"\r\nX-SMTPAPI: " + base64.b64encode(xsmtpapi) + end + body


def bare(address: str) -> str:
    """Return the address without a display name; what cannot be parsed is for the server to say."""
    if not address.isprintable():
        raise BadParameter(f"{address!r} is not an address; give another with --from or --to")
    try:
        return parseaddr(address)[1] or address
    except RecursionError:  # of comments within comments
        return address
