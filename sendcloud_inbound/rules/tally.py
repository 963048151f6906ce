"""How much happened to mail: the counters of day and hour statistics (SENDCLOUD.md 7.11).

Everything counts for the day on which its mail was accepted (`sendDate`), so that no share of a
day's mail is above all of it but where one mail is opened more than once.
"""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from sendcloud_inbound.rules import statuses
from sendcloud_inbound.rules.history import EventKind
from sendcloud_inbound.rules.model import EmailStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_OTHERS = 409
"""The class of what is invalid for none of the documented reasons (5.2)."""


class Count(StrEnum):
    """What is counted, by the names and in the order of 7.11."""

    REQUESTS = "requestNum"
    DELIVERED = "deliveredNum"
    CLICKS = "clickNum"
    OPENS = "openNum"
    BOUNCES = "bounceNum"
    SPAM_REPORTS = "spamReportedNum"
    UNSUBSCRIBES = "unsubscribeNum"
    UNIQUE_OPENS = "uniqueOpensNum"
    UNIQUE_CLICKS = "uniqueClicksNum"
    INVALID = "invalidEmailsNum"


OF_STATUS: Final[Mapping[EmailStatus, Count]] = {
    EmailStatus.DELIVERED: Count.DELIVERED,
    EmailStatus.SOFT_BOUNCE: Count.BOUNCES,
    EmailStatus.INVALID: Count.INVALID,
}
"""As what an email counts by where it stands now, beside being a request."""

OF_EVENT: Final[Mapping[EventKind, tuple[Count, Count | None]]] = {
    EventKind.OPEN: (Count.OPENS, Count.UNIQUE_OPENS),
    EventKind.CLICK: (Count.CLICKS, Count.UNIQUE_CLICKS),
    EventKind.UNSUBSCRIBE: (Count.UNSUBSCRIBES, None),
    EventKind.REPORT_SPAM: (Count.SPAM_REPORTS, None),
}
"""As what events count: each of them, and each email that had some."""

_OF_REQUESTS = frozenset({Count.DELIVERED, Count.BOUNCES, Count.INVALID})
"""Shares of what was requested; the others are shares of what was delivered. Not documented: the
printed sample's 58.33 and 41.66 are 7 and 5 of 12, cut and not rounded."""


class Group(NamedTuple):
    """What mail is counted together."""

    day: int
    """As `spans.day_of` numbers it."""
    hour: int | None
    """0 to 23; None when all hours are one."""
    api_user: str
    label_id: str | None
    domain: str | None
    """Of the recipients, in lower case; None when all domains are one."""


class Tally(NamedTuple):
    """What was counted."""

    counts: Counter[Count]
    invalid: Counter[int]
    """The invalid ones by sub-status, 401 to 409 (5.2)."""

    def add_emails(self, status: EmailStatus, sub_status: int | None, emails: int) -> None:
        """Count emails that stand alike."""
        self.counts[Count.REQUESTS] += emails
        count = OF_STATUS.get(status)
        if count is not None:
            self.counts[count] += emails
        if status is EmailStatus.INVALID:
            self.invalid[_class(sub_status)] += emails

    def add_events(self, kind: EventKind, events: int, emails: int) -> None:
        """Count events of one kind, and how many emails had some."""
        all_of_them, unique = OF_EVENT[kind]
        self.counts[all_of_them] += events
        if unique is not None:
            self.counts[unique] += emails

    def percent(self, count: Count) -> float:
        """Return the share of a counter, two decimals, cut off; 0 where there is no mail."""
        of = Count.REQUESTS if count in _OF_REQUESTS else Count.DELIVERED
        whole = self.counts[of]
        return self.counts[count] * 10_000 // whole / 100 if whole else 0.0


def nothing() -> Tally:
    """Return a tally to count with."""
    return Tally(Counter(), Counter())


def total(tallies: Iterable[Tally]) -> Tally:
    """Return all of them as one."""
    whole = nothing()
    for each in tallies:
        whole.counts.update(each.counts)
        whole.invalid.update(each.invalid)
    return whole


def _class(sub_status: int | None) -> int:
    return _OTHERS if sub_status is None or sub_status not in statuses.INVALID else sub_status
