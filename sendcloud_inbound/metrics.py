"""What the program counts of itself, for `/metrics`.

Plain numbers in memory: counting stands on the path of every message. They begin with the process,
as Prometheus expects, and become its text only when somebody asks (`http.metrics`). All counting is
done in the event loop.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sendcloud_inbound.rules.history import Event


class Tally:
    """One thing that is counted, by what its labels say."""

    def __init__(self, name: str, description: str, *labels: str) -> None:
        self.name = name
        self.description = description
        self.labels = labels
        self.counts: Counter[tuple[str, ...]] = Counter()

    def add(self, *values: str, count: int = 1) -> None:
        """Count some more, with a value for each label."""
        self.counts[values] += count


SESSIONS = Tally("smtp_sessions", "SMTP sessions that began")
MESSAGES = Tally("messages", "Messages, by door and by what was answered", "source", "outcome")
EMAILS = Tally("emails", "Emails, by where their expansion left them", "status")
EVENTS = Tally("events", "Events that happened to mail", "event")
WEBHOOK_CALLS = Tally("webhook_calls", "Calls of webhooks, by how they ended", "outcome")
API_CALLS = Tally(
    "api_calls",
    "Calls of SendCloud's API: done, or the statusCode of the refusal",
    "call",
    "outcome",
)
EVICTED = Tally(
    "messages_evicted", "Messages that went, by the bound that they were beyond", "bound"
)

ALL = (SESSIONS, MESSAGES, EMAILS, EVENTS, WEBHOOK_CALLS, API_CALLS, EVICTED)
"""In the order in which they are told."""


_BY_NAME = {tally.name: tally for tally in ALL}


def take() -> list[tuple[str, list[str], int]]:
    """Return what was counted here, which begins anew: another process counts it as its own."""
    taken = [(each.name, [*at], count) for each in ALL for at, count in each.counts.items()]
    for each in ALL:
        each.counts.clear()
    return taken


def add(taken: Iterable[tuple[str, Sequence[str], int]]) -> None:
    """Count what another process has counted."""
    for name, values, count in taken:
        _BY_NAME[name].add(*values, count=count)


def count_events(events: Iterable[Event]) -> None:
    """Count events that were committed; one may have happened to many emails in a row."""
    for event in events:
        EVENTS.add(event.kind.value, count=event.emails or 1)
