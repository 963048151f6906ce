"""The worker's rule: one accepted message becomes one email per recipient (SENDCLOUD.md 2.2, 3.2).

The recipients are X-SMTPAPI's `to`, else the RCPT addresses, each position an email of its own
(S11). A value that cannot be read makes the whole message invalid (G12, S4, S5).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendcloud_inbound.rules import headers, rendering, sending, xsmtpapi
from sendcloud_inbound.rules.addresses import is_recipient
from sendcloud_inbound.rules.lint.form import form
from sendcloud_inbound.rules.lint.remarks import remarks
from sendcloud_inbound.rules.model import Email, EmailStatus, Expansion, Level, MessageStatus
from sendcloud_inbound.rules.user_headers import compact, custom_headers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sendcloud_inbound.rules.model import Account, Finding
    from sendcloud_inbound.rules.rendering import Rendering
    from sendcloud_inbound.rules.xsmtpapi import Reading

WORKER_REASON = "worker: invalid XSMTP-API"
"""As page A of the guide spells it (D11)."""
OTHERS = 409
"""Sub-status of an email whose message the worker refused (S5; SENDCLOUD.md 5.2)."""
BAD_ADDRESS, BAD_ADDRESS_REASON = 404, "address format error"
"""Of an illegal address in `to` (S12; SENDCLOUD.md 5.2)."""
TOO_LARGE_REASON = "the copy would be too large"
"""Of an email whose values would blow its copy up; its sub-status is that of others."""

_REQUESTED = EmailStatus.REQUESTED  # looked at for every email
_FATAL = (Level.REFUSED, Level.INVALID)
"""The value is no base64, or it is something that should never have got past the acceptance."""
_LONGEST_ADDRESS = 320
"""An illegal entry of `to` may be a megabyte long; so much of it names the email."""


def expand(
    content: bytes,
    rcpt_to: Sequence[str],
    earlier: Sequence[Finding],
    account: Account | None = None,
    *,
    mail_from: str | None = None,
    reading: Reading | None = None,
) -> Expansion:
    """Make the emails of a message; those that can be delivered are `requested`.

    `earlier` are the findings of its acceptance; the expansion holds them and all others. Without
    an account nothing is said of what X-SMTPAPI asks of it; `reading` is X-SMTPAPI where it was
    read before.
    """
    block = headers.scan(content)
    reading = reading or xsmtpapi.read(block)
    found = [] if reading is xsmtpapi.ABSENT else [*form(reading)]
    status, reason = MessageStatus.EXPANDED, None
    if any(each.level in _FATAL for each in found):
        status, reason = MessageStatus.INVALID, WORKER_REASON
        emails = _refused(rcpt_to, reason)
    elif reading.to is not None:
        emails = _to_each_of(reading.to)
    else:
        emails = _to_each_rcpt(rcpt_to)
    found += remarks(block, reading, mail_from, rcpt_to)
    if reading.api is not None and status is MessageStatus.EXPANDED:
        compiled = rendering.compile(content, reading)
        found += compiled.findings
        emails = _within_bounds(emails, compiled)
        if account is not None:
            found += sending.in_vain(account, reading.api, len(emails))
            found += sending.link_in_vain(account, reading.api, compiled)
    findings = tuple(dict.fromkeys([*earlier, *found])) if found or earlier else ()
    return Expansion(
        status, reason, headers.subject(block), findings, emails, compact(custom_headers(block))
    )


def give_up(rcpt_to: Sequence[str], earlier: Sequence[Finding], reason: str) -> Expansion:
    """Make an invalid message of one that nothing can be made of; its content is not looked at."""
    return Expansion(MessageStatus.INVALID, reason, "", tuple(earlier), _refused(rcpt_to, reason))


def _refused(rcpt_to: Sequence[str], reason: str) -> tuple[Email, ...]:
    """Return the RCPT list, each email invalid (S4)."""
    return tuple(
        Email(position, recipient, EmailStatus.INVALID, OTHERS, reason)
        for position, recipient in enumerate(rcpt_to)
    )


def _to_each_rcpt(rcpt_to: Sequence[str]) -> tuple[Email, ...]:
    return tuple([Email(position, each, _REQUESTED) for position, each in enumerate(rcpt_to)])


def _to_each_of(to: Sequence[str]) -> tuple[Email, ...]:
    return tuple(_to_one_of(position, entry) for position, entry in enumerate(to))


def _within_bounds(emails: tuple[Email, ...], compiled: Rendering) -> tuple[Email, ...]:
    """Make those invalid that no copy can be made for."""
    return tuple(
        [
            email._replace(status=EmailStatus.INVALID, sub_status=OTHERS, reason=TOO_LARGE_REASON)
            if email.status is _REQUESTED and compiled.is_too_large(email.position)
            else email
            for email in emails
        ]
    )


def _to_one_of(position: int, entry: str) -> Email:
    if is_recipient(entry):
        return Email(position, entry, EmailStatus.REQUESTED)
    shown = headers.clean(entry)[:_LONGEST_ADDRESS]
    return Email(position, shown, EmailStatus.INVALID, BAD_ADDRESS, BAD_ADDRESS_REASON)
