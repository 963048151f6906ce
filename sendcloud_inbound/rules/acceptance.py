"""The judgement at the end of DATA: what is refused there and what is left to the worker.

SENDCLOUD.md 3.5 tells the two moments; the documents disagree (D10) and say little, so the
decisions S1 to S6, D12, D13 and D17 draw the line. What can be seen of X-SMTPAPI as a header, and
what its base64 holds, is refused in the session; a value that is no base64 gets 250 and becomes
invalid later. Strict mode refuses at once whatever would fail later.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sendcloud_inbound.rules import headers, rendering, replies, xsmtpapi
from sendcloud_inbound.rules.lint import finding, refused_in_strict
from sendcloud_inbound.rules.lint.form import form
from sendcloud_inbound.rules.lint.remarks import remarks
from sendcloud_inbound.rules.model import Fidelity, Finding, Level

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sendcloud_inbound.rules.replies import Reply
    from sendcloud_inbound.rules.xsmtpapi import Reading

_MAX_RECEIVED = 100
"""The server's own included: 99 of the client's pass, 100 do not (HARAKA.md 4)."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of a message at the end of DATA."""

    findings: tuple[Finding, ...]
    """Of an accepted message, what was to be seen so far; the worker adds the rest."""
    refusal: Reply | None
    """What the client is told when it is not taken."""
    reading: Reading | None = field(default=None, compare=False, repr=False)
    """What X-SMTPAPI of an accepted message says: a megabyte of it need not be read twice."""


_ACCEPTED = Verdict((), None)


def judge(
    content: bytes,
    fidelity: Fidelity,
    mail_from: str | None = None,
    rcpt_to: Sequence[str] = (),
) -> Verdict:
    """Judge a message by its content; the envelope is looked at when there is more to tell."""
    block = headers.scan(content)
    received = block.count(b"received")
    if received >= _MAX_RECEIVED:
        loop = finding("too-many-received", "Received", count=received)
        return Verdict((loop,), replies.TOO_MANY_RECEIVED)
    reading = xsmtpapi.read(block)
    if reading is xsmtpapi.ABSENT:
        return _ACCEPTED
    found = [*form(reading)]
    refused = any(each.level is Level.REFUSED for each in found)
    if not refused and fidelity is Fidelity.FAITHFUL:
        return Verdict(tuple(found), None, reading)
    # The worker never sees a refused message, so all is told now.
    found.extend(remarks(block, reading, mail_from, rcpt_to))
    if reading.api is not None and not refused:
        found.extend(rendering.compile(content, reading).findings)
    return Verdict(tuple(found), _refusal(found, fidelity), reading)


def _refusal(found: Sequence[Finding], fidelity: Fidelity) -> Reply | None:
    """Return the refusal; strict mode names the first finding that is a reason for it."""
    if fidelity is Fidelity.FAITHFUL:
        return replies.XSMTPAPI_ERROR
    code = next((each.code for each in found if refused_in_strict(each)), None)
    return replies.xsmtpapi_error(code) if code else None
