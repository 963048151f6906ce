"""X-SMTPAPI in the header of a message: found, unfolded, decoded (SENDCLOUD.md 3.4, 3.5, 3.8).

`read` tells what stands there without judging it; `acceptance` and `expansion` judge. The keys
are in `model`, the way from the header's value to them in `decoding`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sendcloud_inbound.rules.headers import WHITE, decode_octets
from sendcloud_inbound.rules.xsmtpapi.decoding import NotReadable, decode

if TYPE_CHECKING:
    from sendcloud_inbound.rules.headers import Field, HeaderBlock
    from sendcloud_inbound.rules.model import Finding
    from sendcloud_inbound.rules.xsmtpapi.model import XSmtpApi

HEADER = "X-SMTPAPI"
NAME = HEADER.lower().encode()
MAX_OCTETS = 1_048_576
"""The guide's "1M", counted as sent, folding removed (SENDCLOUD.md 1.6, S2)."""

_BLANK = re.compile(rb"[ \t\r\n]*")
_BASE64_LINE = re.compile(rb"[A-Za-z0-9+/]+={0,2}\r?(?:\n|\Z)")


@dataclass(frozen=True, slots=True)
class Reading:
    """What the X-SMTPAPI fields of a message hold; of several, the last one is read."""

    count: int
    followers: tuple[str, ...]
    """Names of the fields after it; none when it is the last header, as it must be (D13)."""
    octets: int
    """The value's length as sent, folding removed."""
    folded: bool
    encoded_words: bool
    wrapped: bool
    """Lines of base64 that are no part of it come after it (CLIENTS.md)."""
    api: XSmtpApi | None
    """None when the value is empty, too long or cannot be read."""
    findings: tuple[Finding, ...]
    """Those of decoding the value."""

    @property
    def to(self) -> list[str] | None:
        """The recipients, if it names any."""
        return self.api.to if self.api else None


ABSENT = Reading(
    count=0,
    followers=(),
    octets=0,
    folded=False,
    encoded_words=False,
    wrapped=False,
    api=None,
    findings=(),
)


def read(block: HeaderBlock) -> Reading:
    """Return what X-SMTPAPI says in a message's header; `ABSENT` when there is none."""
    tail = block.tail(NAME) if block.may_hold(NAME) else []
    if not tail:
        return ABSENT
    field, *after = tail
    sent = _without_white(_stripped(field))
    value = _without_white(decode_octets(sent)) if _may_hold_words(sent) else sent
    api, findings = _try_to_decode(value) if 0 < len(sent) <= MAX_OCTETS else (None, ())
    return Reading(
        count=block.count(NAME),
        followers=tuple(follower.name for follower in after),
        octets=len(sent),
        folded=field.folded,
        encoded_words=value != sent,
        wrapped=_is_wrapped(field),
        api=api,
        findings=findings,
    )


def _stripped(field: Field) -> bytes:
    """Return the value without white space around it, by one copy."""
    blank = _BLANK.match(field.content, field.begin, field.end)
    begin = blank.end() if blank else field.begin
    return field.content[begin : field.end].rstrip(WHITE)


def _without_white(value: bytes) -> bytes:
    # Deleting costs 50 times what looking costs, and most values are one unbroken line.
    if any(white in value for white in (b"\n", b" ", b"\t", b"\r")):
        return value.translate(None, WHITE)
    return value


def _may_hold_words(sent: bytes) -> bool:
    # A single octet is found at once, and no base64 has this one.
    return len(sent) <= MAX_OCTETS and b"?" in sent and b"=?" in sent


def _is_wrapped(field: Field) -> bool:
    after = field.content.find(b"\n", field.end) + 1
    return after > 0 and _BASE64_LINE.match(field.content, after) is not None


def _try_to_decode(value: bytes) -> tuple[XSmtpApi | None, tuple[Finding, ...]]:
    try:
        return decode(value)
    except NotReadable as error:
        return None, error.findings
