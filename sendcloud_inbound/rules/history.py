"""The values that tell what happens to mail once it was taken: events, calls, what is to come.

All are frozen, as in `model`.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sendcloud_inbound.rules.model import Email

NO_DETAILS: Final[Mapping[str, Any]] = MappingProxyType({})
"""Of an event that has nothing of its own to tell."""


class EventKind(StrEnum):
    """What happens to mail, by SendCloud's names (SENDCLOUD.md 4.3, D4)."""

    REQUEST = "request"
    DELIVER = "deliver"
    OPEN = "open"
    CLICK = "click"
    UNSUBSCRIBE = "unsubscribe"
    REPORT_SPAM = "report_spam"
    INVALID = "invalid"
    SOFT_BOUNCE = "soft_bounce"
    ROUTE = "route"


class SuppressionKind(StrEnum):
    """Why mail to an address is not sent (SENDCLOUD.md 5.4)."""

    UNSUBSCRIBE = "unsubscribe"
    SPAM = "spam"
    BLACKLIST = "blacklist"


class PostState(StrEnum):
    """Where one event, to be told to one webhook, stands."""

    WAITING = "waiting"
    """For its first attempt or the next."""
    DELIVERED = "delivered"
    """The receiver answered 200 in time (D3)."""
    GIVEN_UP = "given_up"
    """After the last attempt of the schedule (SENDCLOUD.md 4.1)."""
    DROPPED = "dropped"
    """Never sent: by a rule, or because its webhook was taken away."""


class WebhookFault(StrEnum):
    """What a rule makes wrong about a webhook call, to test its receiver."""

    BAD_SIGNATURE = "bad_signature"
    OLD_TIMESTAMP = "old_timestamp"
    DUPLICATE = "duplicate"
    OUT_OF_ORDER = "out_of_order"
    LATE = "late"
    DROPPED = "dropped"


class Event(NamedTuple):
    """Something that happened to a message or to some of its emails."""

    kind: EventKind
    api_user: str
    """Whose mail it is about."""
    occurred_at_ms: int
    position: int = 0
    """Of the first email it happened to."""
    emails: int = 1
    """To how many in a row it happened, all alike; 0 when it is about the message as a whole."""
    details: Mapping[str, Any] = NO_DETAILS
    """Fields of its own, by SendCloud's names (SENDCLOUD.md 4.4): a text, a link, a browser."""


class Step(NamedTuple):
    """One thing that is to happen to an email."""

    after_s: float
    """Since the step before, or since the mail was ready to be sent."""
    kind: EventKind | None
    """None: its sending is put off once more, and nobody is told."""
    details: Mapping[str, Any] = NO_DETAILS
    """Fields of the event's own (SENDCLOUD.md 4.4); the `url` of a click is filled in later."""


class Suppression(NamedTuple):
    """An address that an API_USER's mail is not sent to (SENDCLOUD.md 5.4)."""

    api_user: str
    address: str
    kind: SuppressionKind
    since_ms: int
    until_ms: int | None
    """None for good."""


class Post(NamedTuple):
    """One event to be told to one webhook: a row of the queue."""

    webhook_key: int
    api_user: str
    url: str
    kind: EventKind
    position: int
    fields: str
    """The form but for token, timestamp and signature: a JSON object in the order of the form."""
    due_at_ms: int
    created_at_ms: int
    fault: str | None = None
    """What is wrong about it on purpose, as `rules.faults` reads it: a `WebhookFault`, or more."""
    state: PostState = PostState.WAITING


class Pending(NamedTuple):
    """What an email has before it still."""

    position: int
    due_at_ms: int
    attempts: int = 0
    """How often its sending was put off."""
    steps: str | None = None
    """What is to happen, as `rules.simulation` writes it; None when it is to be sent."""


class Change(NamedTuple):
    """What becomes of one email after its message was expanded."""

    key: int
    """The store's own number of the message."""
    position: int
    email: Email | None = None
    """As it stands now; None leaves it as it is."""
    deferrals: int | None = None
    """How often its sending was put off; None leaves that."""
    events: tuple[Event, ...] = ()
    posts: tuple[Post, ...] = ()
    pending: Pending | None = None
    """What it has before it now, in the place of what it had."""
    suppressions: tuple[Suppression, ...] = ()
    lease_ms: int | None = None
    """Until when it was lent for this; None for something that comes from outside."""
