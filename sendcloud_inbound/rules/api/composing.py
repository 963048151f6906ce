"""The message that is made of a mail's parameters, as a client of SMTP would hand it over.

Substitution, tracking and the headers of delivered mail come later, as for all mail; X-SMTPAPI
stands last in the header, as base64 (SENDCLOUD.md 7.4, 3.4).
"""

from __future__ import annotations

import binascii
import hashlib
import re
from datetime import UTC, datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from typing import TYPE_CHECKING

from sendcloud_inbound.rules.api.mail import is_ours
from sendcloud_inbound.rules.headers import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sendcloud_inbound.rules.api.given import File
    from sendcloud_inbound.rules.api.mail import ApiMail, Mailbox

_POLICY = SMTP.clone(max_line_length=76)
_HIDDEN = "display:none;max-height:0;overflow:hidden"
_PREVIEW = re.compile(r"\s*+<(div|span)\s([^<>]{0,2000}+)>[^<>]*+</\1\s*+>", re.IGNORECASE)
_HIDES = re.compile(r"display\s{0,8}+:\s{0,8}+none", re.IGNORECASE)
"""Hidden text at the beginning of a body: a preview that its author has put there. Nothing is
looked at twice, for a body may be made of what almost is one."""
_LONGEST_BOUNDARY = 32


def compose(mail: ApiMail, now_ms: int) -> bytes:
    """Return the message, dated now. The same mail at the same time gives the same octets."""
    message = EmailMessage(_POLICY)
    _add_header(message, mail, now_ms)
    _add_body(message, mail)
    _set_boundaries(message, mail)
    head, _, body = message.as_bytes().partition(b"\r\n\r\n")
    return b"\r\n".join([head, *_own_fields(mail), b"", body])


def _own_fields(mail: ApiMail) -> Iterator[bytes]:
    """Yield the fields that the client ordered, X-SMTPAPI last: nothing is read into them."""
    for name, value in mail.headers:
        if not is_ours(name):
            text = Header(_line(value), header_name=name).encode(linesep="\r\n")
            yield f"{name}: {text}".encode()
    if mail.xsmtpapi:
        yield b"X-SMTPAPI: " + binascii.b2a_base64(mail.xsmtpapi.encode(), newline=False)


def _add_header(message: EmailMessage, mail: ApiMail, now_ms: int) -> None:
    message["From"] = _mailbox(mail.sender)
    for name, addresses in (("To", mail.to), ("Cc", mail.cc)):  # Bcc is nobody's to see
        if addresses:
            message[name] = _list(addresses)
    message["Subject"] = _line(mail.subject)
    message["REPLY-TO"] = _list(mail.reply_to or (mail.sender.address,))
    if mail.wants_receipt:
        message["Disposition-Notification-To"] = mail.sender.address
    message["Date"] = format_datetime(datetime.fromtimestamp(now_ms // 1000, UTC))


def _line(text: str) -> str:
    """Return a text as one line of a header, whatever Python or others take for the end of one."""
    return " ".join(clean(text).splitlines())


def _mailbox(mailbox: Mailbox) -> Address:
    local, _, domain = mailbox.address.rpartition("@")
    return Address(_line(mailbox.name), local, domain)


def _list(addresses: Sequence[str]) -> list[Address]:
    return [Address("", *address.rsplit("@", 1)) for address in addresses]


def _add_body(message: EmailMessage, mail: ApiMail) -> None:
    if mail.html:
        message.set_content(_with_summary(mail.html, mail.summary), subtype="html")
    else:
        message.set_content(mail.plain)
    for cid, image in mail.embedded:
        main, sub = _type(image)
        message.add_related(
            image.content,
            main,
            sub,
            disposition="inline",
            cid=f"<{_line(cid)}>",
            filename=_line(image.name),
        )
    if mail.invitation is not None:
        method, calendar = mail.invitation
        message.add_alternative(calendar, subtype="calendar", params={"method": method})
    for file in mail.attachments:
        main, sub = _type(file)
        message.add_attachment(file.content, main, sub, filename=_line(file.name))


def _with_summary(html: str, summary: str) -> str:
    """Put the preview text first in the body, where mailboxes take it from, for no eye to see."""
    if not summary:
        return html
    hidden = f'<div style="{_HIDDEN}">{escape(summary)}</div>'
    begin = html.lower().find("<body")
    end = html.find(">", begin) + 1 if begin >= 0 else 0
    return f"{html[:end]}{hidden}{html[_after_preview(html, end) :]}"


def _after_preview(html: str, begin: int) -> int:
    """Return where the body goes on behind a preview that stands there; else its beginning."""
    found = _PREVIEW.match(html, begin)
    return found.end() if found and _HIDES.search(found[2]) else begin


def _type(file: File) -> tuple[str, str]:
    kind = file.content_type.partition(";")[0].strip().lower()
    main, _, sub = kind.partition("/")
    if not (main.isalnum() and sub) or main in {"multipart", "message"} or not sub.isascii():
        return "application", "octet-stream"
    return main, _line(sub)


def _set_boundaries(message: EmailMessage, mail: ApiMail) -> None:
    """Give each multipart its own, from what is in it: no chance decides what a message is."""
    seed = hashlib.sha256(repr(mail).encode("utf-8", "replace")).hexdigest()[:_LONGEST_BOUNDARY]
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_{seed}_{number}")
