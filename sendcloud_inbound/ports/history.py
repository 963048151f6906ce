"""What happens to mail once it was taken, as those see it who make it happen or look at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sendcloud_inbound.ports.mail import MessageFilter, Page, StoredEmail
    from sendcloud_inbound.rules.history import (
        Change,
        Event,
        EventKind,
        Post,
        Suppression,
        SuppressionKind,
    )
    from sendcloud_inbound.rules.orders import AddedDomain, ApiUser, Webhook
    from sendcloud_inbound.rules.simulation import RuleSet


class Lent(NamedTuple):
    """An email with something before it, lent until its lease runs out."""

    email: StoredEmail
    attempts: int
    """How often its sending was put off."""
    steps: str | None
    """What is to happen, as `rules.simulation` writes it; None when it is to be sent."""
    lease_ms: int
    """Until when it is lent, in milliseconds since the epoch: goes into the `Change`."""


class Outbox(Protocol):
    """The emails whose story is not over: to be sent by a target, or with more to happen."""

    async def claim(self, limit: int, lease_s: float) -> Sequence[Lent]:
        """Lend up to `limit` due ones, those first that have waited longest."""

    async def renew(self, lent: Collection[Lent], lease_s: float) -> int:
        """Go on lending emails for `lease_s`; return until when, in ms since the epoch.

        One whose lease was lost stays with whoever has it. Changes tell the first lease all along.
        """

    async def change(self, changes: Sequence[Change]) -> list[bool]:
        """Write what became of emails, all in one transaction; return which were written.

        One whose lease was lost to somebody else is left as that one made it.
        """

    async def wait(self, timeout_s: float) -> None:
        """Return when something may be due, at the latest after `timeout_s`."""

    async def note(self, event: Event, posts: Sequence[Post]) -> None:
        """Write an event that is about no mail of ours, and the calls that tell of it."""


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events to list; None means any."""

    api_user: str | None = None
    kind: EventKind | None = None
    message_id: str | None = None
    position: int | None = None
    """Of one email of that message."""
    recipient: str | None = None
    """A recipient's address, compared without case; events about whole messages have none."""
    label_id: str | None = None
    since_ms: int | None = None
    """Occurred at or after, in milliseconds since the epoch."""


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One event as it stands in the store, about one email or about a message as a whole."""

    key: int
    """The store's own number; events that happened to several emails at once share it."""
    event: Event
    message_id: str | None
    """None when it is about no mail of ours."""
    recipients: tuple[str, ...]
    """Of the email; of all of them for an event about the message."""
    label_id: str | None
    user_headers: str
    label_name: str = ""
    """What the label is called now; empty when no label has that number."""
    list_task_id: int | None = None
    """The list task that its message comes of."""


class Journal(Protocol):
    """The events there were."""

    async def events(
        self, wanted: EventFilter, limit: int, cursor: str | None = None
    ) -> Page[StoredEvent]:
        """List events, newest first. `ValueError` when the cursor is none of ours."""


class Orders(Protocol):
    """What people have ordered: outcome rules and webhooks.

    What is asked for now and then comes from memory; other processes hear of a change within a
    second.
    """

    def rules(self, api_user: str) -> RuleSet:
        """Return an API_USER's rules; the same value until they are put anew."""

    async def put_rules(self, api_user: str, rules: RuleSet | None) -> None:
        """Replace an API_USER's rules; None removes them."""

    def webhooks(self, api_user: str, kind: EventKind) -> Sequence[Webhook]:
        """Return the webhooks that such an event of an API_USER is told to, paused ones too."""

    def has_webhooks(self, api_user: str) -> bool:
        """Tell whether any event of an API_USER may be told to anybody; asked for each message."""

    def all_webhooks(self) -> Sequence[Webhook]:
        """Return all of them, in the order in which they were made."""

    async def add_webhook(self, webhook: Webhook) -> Webhook:
        """Store one; return it with its key."""

    async def change_webhook(self, webhook: Webhook) -> bool:
        """Give the one of that key another API_USER, URL or events; tell whether there was one.

        What waits for it is told where it was to be told.
        """

    async def pause_webhook(self, key: int, *, is_paused: bool) -> Webhook | None:
        """Stop telling it, or go on; return it as it is now, None when there is none."""

    async def remove_webhook(self, key: int) -> bool:
        """Forget one, and drop what waits for it; tell whether there was one."""

    def api_users(self) -> Mapping[str, ApiUser]:
        """Return the API_USERs that were made while the program ran, by name."""

    async def add_api_user(self, api_user: ApiUser) -> bool:
        """Store one; False when there is one of that name."""

    async def retire_api_user(self, name: str) -> bool:
        """Let nobody log in as it any more; tell whether there was one.

        Its name is taken until `Eraser.erase_api_user` has removed all that is its.
        """

    async def configure_webhooks(self, webhooks: Sequence[Webhook]) -> None:
        """Make those of the settings these: add what is new, remove what is gone."""


class Domains(Protocol):
    """The domains that were added by call."""

    async def domains(self, api_users: Iterable[str]) -> Sequence[AddedDomain]:
        """List those that some API_USERs added, oldest first."""

    async def add(self, domain: AddedDomain) -> bool:
        """Store one; False when that API_USER has it."""

    async def rename(self, api_users: Iterable[str], name: str, new_name: str, now_ms: int) -> int:
        """Give one another name; return how many had it."""


class Eraser(Protocol):
    """Deletes what is stored."""

    async def erase(self, wanted: MessageFilter) -> int:
        """Delete the messages that match, with all that is theirs; return how many there were."""

    async def erase_api_user(self, api_user: str) -> int:
        """Delete all that is an API_USER's, itself last if it was retired.

        Returns how many messages there were. It can be begun again after a crash.
        """


class Suppressions(Protocol):
    """The addresses that mail is not sent to (SENDCLOUD.md 5.4)."""

    async def among(self, api_user: str, addresses: Iterable[str]) -> Mapping[str, SuppressionKind]:
        """Return which of them, in these spellings, are not sent to now, and why."""

    async def suppressions(self, api_user: str | None) -> Sequence[Suppression]:
        """List those in force, of one API_USER or of all."""

    async def suppress(self, suppression: Suppression) -> None:
        """Add one, or renew it."""

    async def lift(self, api_user: str, address: str, kind: SuppressionKind | None) -> int:
        """Remove those of an address, of one kind or of all; return how many there were."""
