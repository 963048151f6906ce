"""The judgement at the end of DATA: what is refused there and what is left to the worker.

SENDCLOUD.md 3.5 tells the two moments; the documents disagree (D10) and say little, so the
decisions S1 to S6, D12, D13 and D17 draw the line. What can be seen of X-SMTPAPI as a header, and
what its base64 holds, is refused in the session; a value that is no base64 gets 250 and becomes
invalid later. Strict mode refuses at once whatever would fail later.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sendcloud_inbound.rules import headers, replies, xsmtpapi
from sendcloud_inbound.rules.addresses import is_recipient
from sendcloud_inbound.rules.lint import MAX_TOLD, finding, refused_in_strict
from sendcloud_inbound.rules.model import Fidelity, Finding, Level
from sendcloud_inbound.rules.xsmtpapi.model import (
    MAX_RECIPIENTS,
    has_known_keys,
    unknown_keys,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sendcloud_inbound.rules.replies import Reply
    from sendcloud_inbound.rules.xsmtpapi import Reading

_HEADER = xsmtpapi.HEADER
_MAX_RECEIVED = 100
"""The server's own included: 99 of the client's pass, 100 do not (HARAKA.md 4)."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of a message at the end of DATA."""

    findings: tuple[Finding, ...]
    """Of an accepted message, what was to be seen so far; the worker adds the rest."""
    refusal: Reply | None
    """What the client is told when it is not taken."""


_ACCEPTED = Verdict((), None)


def judge(content: bytes, fidelity: Fidelity) -> Verdict:
    """Judge a message by its content alone."""
    block = headers.scan(content)
    received = block.count(b"received")
    if received >= _MAX_RECEIVED:
        loop = finding("too-many-received", "Received", count=received)
        return Verdict((loop,), replies.TOO_MANY_RECEIVED)
    reading = xsmtpapi.read(block)
    return _ACCEPTED if reading is xsmtpapi.ABSENT else _judge_reading(reading, fidelity)


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


def effect(reading: Reading) -> Iterator[Finding]:
    """Yield what X-SMTPAPI asks for in vain, or fails at recipient by recipient."""
    api = reading.api
    if api is None:
        return
    if not has_known_keys(api):
        yield finding("xsmtpapi-empty-object", _HEADER)
    for path, _ in zip(unknown_keys(api), range(MAX_TOLD), strict=False):
        yield finding("xsmtpapi-unknown-key", f"{_HEADER} {path}")
    if api.sub is not None and api.pubsub is not None:
        yield finding("xsmtpapi-sub-ignored", f"{_HEADER} sub")
    yield from _recipients((api.to or [])[:MAX_RECIPIENTS])


def repeated(code: str, where: str, addresses: Sequence[str]) -> Iterator[Finding]:
    """Yield a finding for each address that was given several times (S11)."""
    if len(set(addresses)) < len(addresses):
        twice = [(address, times) for address, times in Counter(addresses).items() if times > 1]
        for address, times in twice[:MAX_TOLD]:
            yield finding(code, where, address=address, count=times)


def _judge_reading(reading: Reading, fidelity: Fidelity) -> Verdict:
    found = [*form(reading)]
    refused = any(each.level is Level.REFUSED for each in found)
    if not refused and fidelity is Fidelity.FAITHFUL:
        return Verdict(tuple(found), None)
    # The worker never sees a refused message, so all is told now.
    found.extend(effect(reading))
    if fidelity is Fidelity.FAITHFUL:
        return Verdict(tuple(found), replies.XSMTPAPI_ERROR)
    code = next((each.code for each in found if refused_in_strict(each)), None)
    return Verdict(tuple(found), replies.xsmtpapi_error(code) if code else None)


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


def _recipients(to: Sequence[str]) -> Iterator[Finding]:
    for position, address in enumerate(to):
        if not is_recipient(address):
            yield finding("xsmtpapi-bad-recipient", f"{_HEADER} to[{position}]", address=address)
    yield from repeated("xsmtpapi-duplicate-recipient", f"{_HEADER} to", to)
