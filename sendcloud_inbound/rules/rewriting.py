"""The headers of delivered mail, and its envelope sender (SENDCLOUD.md 6.5, 1.5).

Fields are added on top; what the client wrote stays, but for X-SMTPAPI, which is emptied, and, with
`to`, the addresses that a recipient is not to see.
"""

from __future__ import annotations

import binascii
import hashlib
import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from sendcloud_inbound.rules import xsmtpapi
from sendcloud_inbound.rules.headers import clean
from sendcloud_inbound.rules.ids import email_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sendcloud_inbound.rules.headers import Field, HeaderBlock
    from sendcloud_inbound.rules.model import DeliveryFacts

_BEIJING = timezone(timedelta(hours=8))
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip
_NO_LABEL = "0"
"""What `labelId` is when there is none (SENDCLOUD.md 4.4)."""
_LOG_TAIL = "#false#false#0#0#"
"""Since 2021; what its two numbers mean is not known."""
_LONGEST_VALUE = 970
"""Octets; with the name of its field it is below 998 (RFC 5322 2.1.1)."""
_FOLD_AFTER = 230
"""Characters, of four octets at most."""
_ONE_CLICK = "List-Unsubscribe-Post: List-Unsubscribe=One-Click"
_WRAPPED_BASE64 = re.compile(rb"(?:[A-Za-z0-9+/]++={0,2}\r?(?:\n|\Z))++")
_GREGORIAN = datetime(1582, 10, 15, tzinfo=UTC)
"""Where the time of version-1 UUIDs begins (RFC 4122 4.1.4)."""


@dataclass(frozen=True, slots=True)
class Change:
    """Octets of a header replaced by others."""

    start: int
    end: int
    octets: bytes


class Top:
    """The fields on top of every copy of a message."""

    def __init__(self, facts: DeliveryFacts, block: HeaderBlock, *, to_recipient: bool) -> None:
        self._facts = facts
        self._received = _received(facts)
        self._domain = clean(facts.sending_domain)
        label = clean(facts.label_id or _NO_LABEL)
        self._sender = f"{label}_{facts.api_user_number}"
        self._log_tail = f"#{facts.api_user_number}#{facts.user_id}#{label}{_LOG_TAIL}"
        self._adds_message_id = block.find(b"message-id") is None
        self._adds_unsubscribe = (
            facts.subscription_tracking and block.find(b"list-unsubscribe") is None
        )
        self._adds_one_click = block.find(b"list-unsubscribe-post") is None
        self._adds_to = to_recipient and block.find(b"to") is None

    def fields(self, position: int, recipient: str, unsubscribe_url: str | None = None) -> bytes:
        """Return them for one recipient, whose address may hold anything."""
        facts, shown = self._facts, clean(recipient)
        place = f"{facts.message_id}{position}"
        number = f"{place}${shown}"  # the emailId
        log = f"{number}#{shown}{self._log_tail}"
        fields = (
            f"{self._received}X-SENDCLOUD-UUID: {_folded(number)}\r\n"
            f"X-SENDCLOUD-LOG: {_folded(log)}\r\nX-SENDCLOUD-LOG-NEW: {_folded(_base64(log))}\r\n"
        )
        if self._adds_message_id:
            fields += f"Message-ID: <{place}@{self._domain}>\r\n"
        if self._adds_unsubscribe:
            mailto = f"<mailto:{self._sender}_{place}@{self._domain}>"
            fields += self._list_unsubscribe(mailto, unsubscribe_url)
        if self._adds_to:
            fields += f"To: {_folded(shown)}\r\n"
        return fields.encode()

    def _list_unsubscribe(self, mailto: str, url: str | None) -> str:
        """Return both forms of the address, and that one POST is enough (6.5, RFC 8058)."""
        if url is None or len(url) > _LONGEST_VALUE:  # a URL cannot be folded
            return f"List-Unsubscribe: {mailto}\r\n"
        fold = "" if len(mailto) + len(url) < _LONGEST_VALUE else "\r\n"
        one_click = f"{_ONE_CLICK}\r\n" if self._adds_one_click else ""
        return f"List-Unsubscribe: {mailto},{fold} <{url}>\r\n{one_click}"


def envelope_sender(facts: DeliveryFacts, position: int, recipient: str) -> str:
    """Return the address that a copy leaves with: a version-1 UUID at the sending domain."""
    number = email_id(facts.message_id, position, recipient)
    digest = hashlib.sha256(number.encode("utf-8", "replace")).digest()
    since = datetime.fromtimestamp(facts.received_at_ms / 1000, UTC) - _GREGORIAN
    ticks = since // timedelta(microseconds=1) * 10
    node = int.from_bytes(digest[:6]) | 1 << 40  # the multicast bit: of no network card
    clock = int.from_bytes(digest[6:8]) & 0x3FFF | 0x8000
    time = (ticks & 0xFFFFFFFF, ticks >> 32 & 0xFFFF, ticks >> 48 & 0x0FFF | 0x1000)
    prefix = uuid.UUID(fields=(*time, clock >> 8, clock & 0xFF, node))
    return f"{prefix}@{clean(facts.sending_domain)}"


def shown_to(recipient: str) -> bytes:
    """Return a To field's value that shows one address and adds nothing, whatever it holds."""
    return f" {_folded(clean(recipient))}".encode()


def first_line(block: HeaderBlock) -> int:
    """Return where fields can be put on top: behind junk that would continue them."""
    if not block.content.startswith((b" ", b"\t")):
        return 0
    return min(len(next(block.junk())) + 1, len(block.content))


def emptied(block: HeaderBlock) -> Iterator[Change]:
    """Yield what empties X-SMTPAPI, lines of base64 behind it included (CLIENTS.md)."""
    for field in block.fields():
        if field.name.lower() == xsmtpapi.HEADER.lower():
            yield Change(field.begin, field.end, b"")
            after = _line_after(field)
            if wrapped := _WRAPPED_BASE64.match(block.content, after):
                yield Change(after, wrapped.end(), b"")


def hidden(block: HeaderBlock) -> Iterator[Change]:
    """Yield what removes Cc and every To but the first: a copy shows one address (3.1)."""
    first = block.find(b"to")
    for field in block.fields():
        name = field.name.lower()
        if name == "cc" or (name == "to" and field != first):
            line = block.content.rfind(b"\n", 0, field.begin) + 1
            yield Change(line, _line_after(field), b"")


def _line_after(field: Field) -> int:
    return field.content.find(b"\n", field.end) + 1 or len(field.content)


def _received(facts: DeliveryFacts) -> str:
    session = facts.session
    protocol, cipher = "ESMTPA", ""
    if session.tls:
        version, _, name = session.tls.partition(" ")
        protocol, cipher = "ESMTPSA", f" (version={version} cipher={name})"
    digest = hashlib.sha256(facts.message_id.encode("utf-8", "replace")).digest()
    number = str(uuid.UUID(bytes=digest[:16], version=4)).upper()
    return (
        f"Received: from {_shown(session.helo)} (Unknown [{_ip(session.peer)}])"
        f" by SendCloud Inbound Server with {protocol} id {number}.1\r\n"
        f"   envelope-from <{_shown(facts.mail_from)}> (authenticated bits=0){clean(cipher)};"
        f" {_date(facts.received_at_ms)}\r\n"
    )


def _shown(text: str) -> str:
    return clean(text)[:_FOLD_AFTER]


def _ip(peer: str) -> str:
    """Return the address without the port; an IPv6 address has brackets when there is one."""
    host, _, port = peer.rpartition(":")
    return clean(host.strip("[]") if host and port.isdigit() else peer)


def _date(ms: int) -> str:
    """Return a time as RFC 5322 writes it, by Beijing time."""
    at = datetime.fromtimestamp(ms / 1000, _BEIJING)
    return f"{_DAYS[at.weekday()]}, {at.day} {_MONTHS[at.month - 1]} {at:%Y %H:%M:%S} +0800"


def _base64(text: str) -> str:
    return binascii.b2a_base64(text.encode(), newline=False).decode("ascii")


def _folded(value: str) -> str:
    if len(value) <= _FOLD_AFTER or len(value.encode()) <= _LONGEST_VALUE:
        return value
    return "\r\n ".join(value[at : at + _FOLD_AFTER] for at in range(0, len(value), _FOLD_AFTER))
