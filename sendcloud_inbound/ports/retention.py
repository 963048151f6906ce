"""How much mail is kept, and what has gone for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is kept at most; 0 is no bound."""

    max_messages: int = 0
    max_age_ms: int = 0
    max_bytes: int = 0
    """Of the messages as they were received, whatever the database makes of them."""

    def __bool__(self) -> bool:
        """Tell whether there is any."""
        return any((self.max_messages, self.max_age_ms, self.max_bytes))


@dataclass(frozen=True, slots=True)
class Evicted:
    """What has gone so far because of the bounds."""

    count: int = 0
    newest_received_at_ms: int | None = None
    """Of the youngest of them: whatever came later was never evicted."""


class Retention(Protocol):
    """Keeps the mail within bounds."""

    async def evict(self, bounds: Bounds) -> Mapping[str, int]:
        """Delete some of the oldest messages that are too many, too old or too large together.

        A bounded number at a time; returns how many went by the name of each bound, nothing when
        there were none. What still waits for the worker or to be sent is never deleted.
        """

    async def evicted(self) -> Evicted:
        """Return what has gone so far, in all processes."""
