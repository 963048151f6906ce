"""The calls of webhooks, as those see them who make them or look at what came of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sendcloud_inbound.ports.mail import Page
    from sendcloud_inbound.rules.history import EventKind, PostState


class LentPost(NamedTuple):
    """An event to be told to a webhook, lent until its lease runs out."""

    key: int
    webhook_key: int
    api_user: str
    url: str
    fields: str
    """The form but for its signature, a JSON object."""
    fault: str | None
    """What is to be wrong about it, as `rules.faults` reads it."""
    signed: str | None
    """The signed part of the form, to be sent again as it was; None: a new one each time."""
    attempts: int
    """How many were made."""
    due_at_ms: int
    created_at_ms: int
    lease_ms: int
    """Until when it is lent, in milliseconds since the epoch."""


class Attempt(NamedTuple):
    """One call of a webhook, as it went."""

    number: int
    """From 1."""
    started_at_ms: int
    duration_ms: int
    request: str
    """The body as it was sent."""
    status: int | None
    """Of HTTP; None where there was no answer."""
    answer: str | None
    """The beginning of its body."""
    error: str | None
    """Why it did not count as delivered; None where it did."""


class Told(NamedTuple):
    """What became of a post that was lent."""

    post: LentPost
    state: PostState
    due_at_ms: int
    """When the next attempt is due, if one is."""
    attempts: tuple[Attempt, ...] = ()
    """Those that were made now."""


class Answer(NamedTuple):
    """What came of one call over HTTP."""

    status: int | None
    """None where there was no answer."""
    text: str | None
    """The beginning of its body."""
    error: str | None
    """Why it does not count as delivered; None when it does."""


class Poster(Protocol):
    """Calls receivers."""

    async def post(self, url: str, form: str) -> Answer:
        """Tell an event; it ends in bounded time and raises nothing a receiver can cause."""

    async def close(self) -> None:
        """Let go of everything."""


class PostQueue(Protocol):
    """The posts that wait, as those see them who send them."""

    async def due(self) -> Mapping[int, int]:
        """Return when the first post of each webhook is due; paused webhooks are left out."""

    async def claim(self, most: Mapping[int, int], lease_s: float) -> Sequence[LentPost]:
        """Lend due posts, at most so many of each webhook, in the order of their times."""

    async def finish(self, told: Told) -> bool:
        """Write the attempts and what became of the post; tell whether that was still ours.

        A post whose lease was lost, or that was dropped meanwhile, is left as it is.
        """

    async def hasten(self, keys: Collection[int]) -> None:
        """Make posts that wait for later due now."""

    async def wait(self, timeout_s: float) -> None:
        """Return when something new may be due, at the latest after `timeout_s`."""


@dataclass(frozen=True, slots=True)
class PostFilter:
    """Which posts to list; None means any."""

    api_user: str | None = None
    kind: EventKind | None = None
    state: PostState | None = None
    url: str | None = None
    webhook_key: int | None = None
    message_id: str | None = None
    position: int | None = None
    """Of one email of that message: not what is told of the message as a whole."""
    recipient: str | None = None
    """A recipient's address, compared without case; not what is told of whole messages."""
    since_ms: int | None = None
    """Made at or after, in milliseconds since the epoch."""


@dataclass(frozen=True, slots=True)
class StoredPost:
    """One event told, or to be told, to one webhook."""

    key: int
    webhook_key: int
    api_user: str
    url: str
    kind: EventKind
    message_id: str | None
    """None when it is about no mail of ours."""
    position: int
    recipient: str | None
    """Of the email; None when it is about the message as a whole."""
    fields: str
    """The form but for its signature, a JSON object."""
    fault: str | None
    signed: str | None
    """The signed part of the form, where it is to be sent as it was once before."""
    state: PostState
    due_at_ms: int
    created_at_ms: int
    attempts: tuple[Attempt, ...]
    """In the order in which they were made."""


class PostLog(Protocol):
    """The posts there are and were, each with its attempts."""

    async def posts(
        self, wanted: PostFilter, limit: int, cursor: str | None = None
    ) -> Page[StoredPost]:
        """List posts, newest first. `ValueError` when the cursor is none of ours."""

    async def post(self, key: int) -> StoredPost | None:
        """Return one."""

    async def replay(self, key: int, *, is_fresh: bool) -> int | None:
        """Send one once more, as a new post without a fault; return its key.

        With a fresh signature, or with that of its last attempt (fresh, where none was made).
        None when there is no such post, or its webhook was removed.
        """

    async def replay_all(self, wanted: PostFilter, *, is_fresh: bool) -> int:
        """Send all that match and do not wait any more once more, oldest first; return how many.

        Those whose webhook was removed are left out.
        """
