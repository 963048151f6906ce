"""Mail on its way in and out, as those see it who handle it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Protocol, TypeVar

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Mapping, Sequence

    from sendcloud_inbound.rules.history import EventKind
    from sendcloud_inbound.rules.model import (
        Account,
        EmailStatus,
        Expansion,
        Finding,
        Level,
        MessageStatus,
        Outgoing,
        Record,
        SendResult,
        SessionFacts,
        Source,
    )
    from sendcloud_inbound.rules.xsmtpapi import Reading

Row = TypeVar("Row")
With = Callable[[Any], None]
"""Something that the store has given out, to be written with something else or not at all."""


class Clock(Protocol):
    """Tells the time."""

    def now_ms(self) -> int:
        """Return milliseconds since the epoch, UTC."""

    def left_s(self, at_ms: int) -> float:
        """Return how long it takes until it is `at_ms`, in seconds: 0 when that is over.

        Infinite while the clock stands.
        """


class AdjustableClock(Clock, Protocol):
    """A clock that people may set, stop and move on, to see what comes later."""

    @property
    def is_frozen(self) -> bool:
        """Whether it stands still."""

    def set(self, at_ms: int, *, is_frozen: bool) -> None:
        """Go on from `at_ms`, or stand there; whatever is due by then happens."""

    def reset(self) -> None:
        """Tell the time of this machine again."""


class Ids(Protocol):
    """Makes messageIds."""

    def make(self, user_id: int, now_ms: int, attempt: int = 0) -> str:
        """Return a new messageId; `attempt` counts the collisions met so far for one message."""


class Queue(Protocol):
    """The store as the intake sees it."""

    def put(self, record: Record, then: With | None = None) -> asyncio.Future[None]:
        """Store a record; the future is done once row and content are on disk.

        `then` is written in the same transaction, or the record is not either. It fails with
        `MessageIdTaken` when the messageId exists, with `StoreUnavailable` when nothing can be
        written now. After a failure nothing of the record is left.
        Call it from the event loop the store was opened in.
        """


class Claim(NamedTuple):
    """A queued message lent to one worker until its lease runs out."""

    key: int
    """The store's own number of the message."""
    message_id: str
    api_user: str
    label_id: str | None
    mail_from: str
    rcpt_to: tuple[str, ...]
    content: bytes
    findings: tuple[Finding, ...]
    attempts: int
    """How often it was claimed, this time included."""
    list_task_id: int | None = None
    """The list task that it comes of."""
    reading: Reading | None = None
    """X-SMTPAPI, if it was read before in this process."""

    def __repr__(self) -> str:
        """Say which message it is, and nothing of what it says."""
        return f"<Claim of {self.message_id}>"


class Work(Protocol):
    """The store as the worker sees it."""

    async def claim(self, limit: int, lease_s: float) -> Sequence[Claim]:
        """Lend up to `limit` due messages, oldest first; nobody else gets them for `lease_s`.

        A message that was claimed before comes alone, so that one that kills its worker
        cannot use up the attempts of its neighbours.
        """

    async def finish(self, expansions: Mapping[int, Expansion]) -> set[int]:
        """Write the emails and the status of messages, by key, in one transaction.

        Returns the keys of those it wrote. What somebody else has finished is left as it is.
        """

    async def renew(self, keys: Sequence[int], lease_s: float) -> None:
        """Go on lending messages for `lease_s` from now, those that are not finished."""

    async def postpone(self, key: int, delay_s: float) -> None:
        """Give a claimed message back; it is due again after `delay_s`."""

    async def wait(self, timeout_s: float) -> None:
        """Return when there may be work, at the latest after `timeout_s`."""

    def is_in_a_rush(self) -> bool:
        """Tell whether much mail came in since the last call, and nobody waits for its emails."""


class AccountBook(Protocol):
    """The accounts as those see them who have a message and ask whose it is."""

    def find(self, api_user: str) -> Account | None:
        """Return an API_USER's account, or None when nobody of that name may log in."""


class Target(Protocol):
    """Where emails are sent on to: a maildir, another server."""

    async def send(self, outgoing: Outgoing) -> SendResult:
        """Send one copy and tell what became of it; never fails.

        May be called again for a copy that was sent before: a crash repeats work.
        """

    async def close(self) -> None:
        """Let go of connections and files."""


@dataclass(frozen=True, slots=True)
class MessageFilter:
    """Which messages or emails to list; None and empty mean any."""

    api_user: str | None = None
    recipient: str | None = None
    """A recipient's address, compared without case."""
    subject: str | None = None
    """A part of the subject, compared without case."""
    header: tuple[str, str] | None = None
    """A header field's name (without case) and its whole value."""
    message_id: str | None = None
    status: str | None = None
    label_id: str | None = None
    since_ms: int | None = None
    """Received at or after, in milliseconds since the epoch."""
    event: EventKind | None = None
    """What has happened to them: to the email, to the message or to one of its emails."""
    finding: Level | None = None
    """Of messages: with a finding of that level."""
    q: str | None = None
    """Words that all stand in the message: in subject, addresses, header or text."""


@dataclass(frozen=True, slots=True)
class StoredEmail:
    """One email as it stands in the store."""

    key: int
    """The store's own number of its message."""
    message_id: str
    position: int
    recipient: str
    status: EmailStatus
    sub_status: int | None
    reason: str | None
    api_user: str
    label_id: str | None
    subject: str
    received_at_ms: int
    deferrals: int = 0
    """How often its sending was put off."""
    user_headers: str = ""
    """The SC-Custom- headers of its message, a JSON object; empty when there are none."""
    label_name: str = ""
    """What its label is called now; empty when no label has that number."""
    list_task_id: int | None = None
    """The list task that it comes of."""


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """One message as it stands in the store, without its content."""

    message_id: str
    api_user: str
    label_id: str | None
    source: Source
    session: SessionFacts
    received_at_ms: int
    size: int
    mail_from: str
    rcpt_to: tuple[str, ...]
    subject: str
    """Decoded; empty until the worker has seen the message."""
    status: MessageStatus
    reason: str | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """A part of a listing and where the next part begins."""

    items: tuple[Row, ...]
    next_cursor: str | None


class Beside(NamedTuple):
    """The messageIds beside that of one message; None where there is no more."""

    newer: str | None = None
    older: str | None = None


class Catalogue(Protocol):
    """The store as those who look at it see it. Reading never changes anything."""

    async def messages(
        self,
        wanted: MessageFilter,
        limit: int,
        cursor: str | None = None,
        *,
        is_settled: bool = False,
    ) -> Page[StoredMessage]:
        """List messages, newest first. `ValueError` when the cursor is none of ours.

        `is_settled` leaves out those that the worker has not seen yet.
        """

    async def count(self, wanted: MessageFilter, most: int) -> int:
        """Return how many messages match, `most` when it is more: no further is looked."""

    async def emails(
        self, wanted: MessageFilter, limit: int, cursor: str | None = None
    ) -> Page[StoredEmail]:
        """List emails, newest message first, then by position; `status` is the email's."""

    async def message(self, message_id: str) -> StoredMessage | None:
        """Return one message."""

    async def beside(self, message_id: str, api_user: str | None = None) -> Beside:
        """Return the messages that came before and after one, of an API_USER or of all."""

    async def email(self, message_id: str, position: int) -> StoredEmail | None:
        """Return one email of a message."""

    async def content(self, message_id: str) -> bytes | None:
        """Return a message's exact bytes."""

    async def transcript(self, message_id: str) -> bytes | None:
        """Return the dialogue a message came by, as it was put."""

    async def check(self) -> None:
        """Return when the store can be written and read now, else raise `StoreUnavailable`."""


class SearchIndex(Protocol):
    """What finds messages by their words, as those see it who keep it up."""

    def came(self) -> int:
        """Return how many messages were put in this process since the last call."""

    async def add(self, limit: int) -> int:
        """Take up to `limit` more messages in, oldest first; return how many there were.

        Those that are not in yet are found too, but each has to be looked through.
        """
