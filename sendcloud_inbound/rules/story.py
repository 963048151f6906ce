"""What happens to an email, step by step: its states, the events, what is still to come.

An email's steps are taken one after the other, those that are due at once together; the rest waits
in the outbox. The same rule serves an email at its birth and one that has waited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sendcloud_inbound.rules.history import Event, EventKind, Step, Suppression, SuppressionKind
from sendcloud_inbound.rules.model import Email, EmailStatus
from sendcloud_inbound.rules.suppression import until_ms

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

STATUS: Final = {
    EventKind.DELIVER: EmailStatus.DELIVERED,
    EventKind.INVALID: EmailStatus.INVALID,
    EventKind.SOFT_BOUNCE: EmailStatus.SOFT_BOUNCE,
}
"""The events that give an email a new state."""
_SUPPRESSES: Final = {
    EventKind.UNSUBSCRIBE: SuppressionKind.UNSUBSCRIBE,
    EventKind.REPORT_SPAM: SuppressionKind.SPAM,
}
"""The events after which no mail is sent to that address (SENDCLOUD.md 5.4)."""


class Chapter(NamedTuple):
    """What became of an email by taking the steps that were due."""

    email: Email
    events: tuple[Event, ...]
    suppressions: tuple[Suppression, ...]
    deferrals: int
    """How often its sending was put off now."""
    rest: tuple[Step, ...]
    """What is to come; the first of it after its own wait."""


def take(api_user: str, email: Email, steps: Sequence[Step], now_ms: int) -> Chapter:
    """Take the first step, whose wait is over, and all that follow it at once."""
    events: list[Event] = []
    suppressions: list[Suppression] = []
    deferrals = taken = 0
    for step in steps:
        if taken and step.after_s > 0:
            break
        taken += 1
        if step.kind is None:
            deferrals += 1
            continue
        event = Event(step.kind, api_user, now_ms, email.position, 1, step.details)
        events.append(event)
        email = after(email, event)
        suppressions += suppressed_by(event, email.recipient)
    rest = tuple(steps[taken:])
    return Chapter(email, tuple(events), tuple(suppressions), deferrals, rest)


def after(email: Email, event: Event) -> Email:
    """Return an email as an event leaves it."""
    status = STATUS.get(event.kind)
    if status is None:
        return email
    details = event.details
    return Email(
        email.position, email.recipient, status, details.get("subStat"), details.get("message")
    )


def suppressed_by(event: Event, recipient: str) -> Iterable[Suppression]:
    """Return what an event does to further mail to the same address (SENDCLOUD.md 5.4)."""
    kind = _SUPPRESSES.get(event.kind)
    if kind is None:
        return ()
    since_ms = event.occurred_at_ms
    return (Suppression(event.api_user, recipient, kind, since_ms, until_ms(kind, since_ms)),)


def add(runs: list[Event], event: Event) -> None:
    """Add an event to others, as one with the last of them if it is more of the same."""
    if runs and _follows(runs[-1], event):
        runs[-1] = runs[-1]._replace(emails=runs[-1].emails + event.emails)
    else:
        runs.append(event)


def _follows(run: Event, event: Event) -> bool:
    """Tell whether an event is more of the same. Asked for every email: the kind mostly tells."""
    return (
        event.kind is run.kind
        and event.position == run.position + run.emails
        and event.occurred_at_ms == run.occurred_at_ms
        and event.api_user == run.api_user
        and event.details == run.details
    )
