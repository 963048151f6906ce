"""What became of mail, as SendCloud's API lists and counts it (SENDCLOUD.md 7.9, 7.11)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, NamedTuple, Protocol

from sendcloud_inbound.ports.mail import Row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sendcloud_inbound.ports.mail import StoredEmail
    from sendcloud_inbound.rules.history import Event, EventKind
    from sendcloud_inbound.rules.ids import EmailId
    from sendcloud_inbound.rules.model import EmailStatus, MessageStatus
    from sendcloud_inbound.rules.spans import Span
    from sendcloud_inbound.rules.tally import Group, Tally


class Window(NamedTuple):
    """Which rows of a listing, by their number."""

    start: int = 0
    """Of the first, counted from 0."""
    limit: int = 100


@dataclass(frozen=True, slots=True)
class Listed(Generic[Row]):
    """The rows in a window, and how many there are in all."""

    items: tuple[Row, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose mail, when, to whom; None means any."""

    api_users: tuple[str, ...]
    span: Span | None = None
    recipient: str | None = None
    """A recipient's address, compared without case."""
    label_ids: tuple[str, ...] | None = None
    """`0` stands for mail without a label (SENDCLOUD.md 4.4)."""


@dataclass(frozen=True, slots=True)
class StatusFilter:
    """Which emails to list; None means any."""

    scope: Scope
    """The span is that of the acceptance."""
    email_ids: tuple[EmailId, ...] | None = None
    status: EmailStatus | None = None
    sub_statuses: tuple[int, ...] | None = None


class EmailState(NamedTuple):
    """Where an email stands, and since when."""

    email: StoredEmail
    modified_at_ms: int
    """When it got there; of one that is under way, when it was accepted."""


class Happening(NamedTuple):
    """Something that happened to one email."""

    event: Event
    message_id: str
    recipient: str
    label_id: str | None
    requested_at_ms: int
    """When its message was accepted."""


class Unsubscription(NamedTuple):
    """An address that wants no more mail of an API_USER."""

    api_user: str
    address: str
    label_id: str | None
    """Of the mail that it unsubscribed from last; None of one that was added by a call."""
    since_ms: int


@dataclass(frozen=True, slots=True)
class Cut:
    """How mail is counted: which of it, and what is one group."""

    scope: Scope
    """The span is that of the acceptance."""
    domains: tuple[str, ...] | None = None
    """Of the recipients, compared without case; None means any."""
    by_hour: bool = False
    by_domain: bool = False


class Slot(NamedTuple):
    """What came in one slice of a span, and where its emails stand now."""

    messages: Mapping[MessageStatus, int]
    emails: Mapping[EmailStatus, int]


class Latency(NamedTuple):
    """How long it took from the acceptance of mail to something that happened to it."""

    total: int
    """Of how many emails, or messages."""
    sum_ms: int
    largest_ms: int
    counts: tuple[int, ...]
    """How many took no longer than each of `LATENCY_BOUNDS_MS`, and longer than the one before; the
    last took longer than all of them."""


class Course(NamedTuple):
    """How mail went in a span."""

    slots: Mapping[int, Slot]
    """By their number, from 0; one without mail is absent."""
    latencies: Mapping[EventKind, Latency]
    """Until `request` (expanded) and `deliver`; one that did not happen is absent."""


LATENCY_BOUNDS_MS = (5, 10, 25, 50, 100, 250, 500, 1_000, 5_000, 30_000, 300_000, 3_600_000)


class Statistics(Protocol):
    """What became of mail. Reading never changes anything."""

    async def states(self, wanted: StatusFilter, window: Window) -> Listed[EmailState]:
        """List emails, the newest message first, then by position."""

    async def happenings(
        self, kinds: frozenset[EventKind], wanted: Scope, window: Window
    ) -> Listed[Happening]:
        """List events of some kinds, the newest first; the span is that of the event."""

    async def tallies(self, cut: Cut) -> Mapping[Group, Tally]:
        """Count mail by group, in the groups' order; a group without mail is absent."""

    async def course(self, api_user: str | None, span: Span, slots: int) -> Course:
        """Count what was accepted in a span, cut into so many slots; None: everybody's."""


class Bounces(Protocol):
    """The addresses that mail came back from, each with its last bounce.

    An email bounced when it is invalid or a soft bounce now, other than for being suppressed: then
    nobody tried to send it (SENDCLOUD.md 5.2 to 5.4).
    """

    async def bounces(self, wanted: Scope, window: Window) -> Listed[Happening]:
        """List them, the newest first; the span is that of an address's last bounce."""

    async def forget(self, wanted: Scope) -> int:
        """Take addresses off the list until they bounce again; return how many there were."""


class Unsubscriptions(Protocol):
    """The unsubscribed addresses among the suppressed ones."""

    async def unsubscriptions(self, wanted: Scope, window: Window) -> Listed[Unsubscription]:
        """List them, the newest first; the span is that of the unsubscription."""

    async def lift_all(self, wanted: Scope) -> int:
        """Let mail be sent to them again; return how many there were."""
