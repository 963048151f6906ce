"""What is kept of a refusal: the reply, who got it, and the dialogue that led to it.

Kept in memory, in this process alone, and only so many: whoever looks for the reason looks soon.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from sendcloud_inbound.rules import transcript

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sendcloud_inbound.rules.model import SessionFacts
    from sendcloud_inbound.rules.replies import Reply

FIRST_REFUSAL = 400
"""The least code of a reply that says no."""
_MOST_KEPT = 300


class Refusal(NamedTuple):
    """One reply that said no, as a dialogue notes it."""

    reply: Reply
    dialogue: bytes
    """The last of what was said, in the form of `rules.transcript`: keys masked."""


class Attempt(NamedTuple):
    """One refusal, and whose it was."""

    at_ms: int
    session: SessionFacts
    login: str | None
    """The name of the session's last login; None when there was none. Never a key."""
    is_logged_in: bool
    refusal: Refusal

    @property
    def api_user(self) -> str | None:
        """Who was logged in."""
        return (self.login or "").partition("#")[0] if self.is_logged_in else None

    @property
    def command(self) -> bytes:
        """What the client said last; empty when it had said nothing yet."""
        lines = transcript.read(self.refusal.dialogue)
        return next((line.text for line in reversed([*lines]) if line.who == "C"), b"")


class Attempts:
    """The last refusals of this process."""

    def __init__(self, tell: Callable[[Attempt], None] | None = None) -> None:
        """Keep them, and `tell` of each."""
        self._kept: deque[Attempt] = deque(maxlen=_MOST_KEPT)
        self._tell = tell

    def add(self, attempt: Attempt) -> None:
        """Keep one; the oldest makes way."""
        self._kept.append(attempt)
        if self._tell is not None:
            self._tell(attempt)

    def newest(self, api_user: str | None = None) -> Sequence[Attempt]:
        """Return those of an API_USER, or all, newest first."""
        return [
            each for each in reversed(self._kept) if api_user is None or api_user == each.api_user
        ]
