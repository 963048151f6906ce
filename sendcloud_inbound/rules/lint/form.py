"""X-SMTPAPI as a header, and as base64 of an object: what the server itself sees of it.

SENDCLOUD.md 3.4, 3.5; D12, D13, D17, S1 to S6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendcloud_inbound.rules import xsmtpapi
from sendcloud_inbound.rules.lint.table import finding
from sendcloud_inbound.rules.xsmtpapi.model import MAX_RECIPIENTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sendcloud_inbound.rules.model import Finding
    from sendcloud_inbound.rules.xsmtpapi import Reading

_HEADER = xsmtpapi.HEADER


def form(reading: Reading) -> Iterator[Finding]:
    """Yield what is wrong with X-SMTPAPI as a header and as base64 of an object."""
    if reading.count == 1 and not reading.octets:
        yield finding("xsmtpapi-empty", _HEADER)
        return  # as if it were not there, so its place does not matter
    if reading.count > 1:
        yield finding("xsmtpapi-repeated", _HEADER, count=reading.count)
    if reading.followers:
        yield finding("xsmtpapi-not-last", _HEADER, followers=", ".join(reading.followers))
    yield from _shape(reading)
    yield from reading.findings
    if reading.to is not None:
        yield from _length_of_to(reading.to)


def _shape(reading: Reading) -> Iterator[Finding]:
    if reading.octets > xsmtpapi.MAX_OCTETS:
        yield finding(
            "xsmtpapi-too-long", _HEADER, octets=reading.octets, limit=xsmtpapi.MAX_OCTETS
        )
    if reading.wrapped:
        yield finding("xsmtpapi-wrapped", _HEADER, octets=reading.octets)
    if reading.encoded_words:
        yield finding("xsmtpapi-encoded-words", _HEADER, octets=reading.octets)
    elif reading.folded:
        yield finding("xsmtpapi-folded", _HEADER)


def _length_of_to(to: Sequence[str]) -> Iterator[Finding]:
    where = f"{_HEADER} to"
    if not to:
        yield finding("xsmtpapi-to-empty", where)
    if len(to) > MAX_RECIPIENTS:
        yield finding("xsmtpapi-to-too-many", where, count=len(to), limit=MAX_RECIPIENTS)
