"""News of what was committed, for those who wait for it and those who look on."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    from sendcloud_inbound.rules.history import EventKind


class What(StrEnum):
    """What news can be of."""

    NEW = "new"
    """A message was refused, or expanded with its emails and first events."""
    CHANGED = "changed"
    """Something happened to an email."""
    CLEARED = "cleared"
    """Messages were deleted."""
    REFUSED = "refused"
    """A session was refused something that is no message."""


class Notice(NamedTuple):
    """Something that was committed."""

    what: What
    api_user: str | None
    """Whose mail it is about; None: anybody's."""
    events: frozenset[EventKind] = frozenset()
    """What happened to it."""
    recipients: tuple[str, ...] | None = None
    """Whose emails it is about; None: anybody's."""


class Interest(NamedTuple):
    """What somebody waits for, as far as news tells; None means any."""

    api_user: str | None = None
    recipient: str | None = None
    """Of an email or an event, compared without case."""
    event: EventKind | None = None
    is_new: bool = False
    """Whether it is all in the news of new messages."""


class Watch(Protocol):
    """One who waits for news."""

    async def wait(self, timeout_s: float) -> None:
        """Return when there was news since the last time, at the latest after `timeout_s`."""


class Feed(Protocol):
    """One who looks on."""

    async def take(
        self, timeout_s: float
    ) -> Mapping[tuple[What, str | None], frozenset[EventKind]]:
        """Return what happened to whose mail since the last time.

        Waits for it, at most for `timeout_s`: then it is empty.
        """


class News(Protocol):
    """What was committed in this process, and by other nodes as far as they tell."""

    @property
    def net_s(self) -> float:
        """How often to look by oneself for what other processes write."""

    @property
    def is_over(self) -> bool:
        """Whether there will be no more: the program is being stopped."""

    def watch(self, interest: Interest) -> AbstractContextManager[Watch]:
        """Wait for news that may be of interest."""

    def feed(self, api_user: str | None) -> AbstractContextManager[Feed]:
        """Look on while something happens to an API_USER's mail, or to all."""
