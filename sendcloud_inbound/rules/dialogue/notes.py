"""What is written down of a session, in the form of `rules.transcript`.

For its messages, and for those who look for the reason of a refusal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendcloud_inbound.rules import transcript
from sendcloud_inbound.rules.refusals import Refusal

if TYPE_CHECKING:
    from sendcloud_inbound.rules.replies import Reply

_LONGEST = 5_000
"""Parts kept of one transaction; a client that says more is heard but not written down."""
_MOST_REFUSALS = 10
"""Kept of one session: one that goes on and on must not drive all others out."""
_LAST_PARTS = 60
_LAST_OCTETS = 2_000
"""How much of the dialogue is kept with a refusal."""
_MARKS = (transcript.CLIENT, transcript.SERVER)


class Notes:
    """The login, which every message's transcript begins with, and what was said since the last.

    Nothing is put together before a message needs it: this stands on the path of every command.
    """

    __slots__ = ("_login", "_parts", "_refused", "refusals")

    def __init__(self, at_ms: int) -> None:
        self._login = b""
        self._parts: list[bytes] = [transcript.at(at_ms)]
        self._refused = 0
        self.refusals: list[Refusal] = []
        """Those that nobody has taken yet."""

    def at(self, ms: int) -> None:
        """Note when what follows was read."""
        if len(self._parts) < _LONGEST:
            self._parts.append(transcript.at(ms))

    def heard(self, line: bytes) -> None:
        """Note what the client said."""
        if len(self._parts) < _LONGEST:
            self._parts += (transcript.CLIENT, line, transcript.END)

    def said(self, octets: bytes) -> None:
        """Note what the server said."""
        if len(self._parts) < _LONGEST:
            self._parts += (transcript.SERVER, octets)

    def logged_in(self) -> None:
        """Keep what was said so far for every message to come."""
        self._login, self._parts = b"".join(self._parts), []

    def refused(self, reply: Reply) -> None:
        """Keep a refusal that was said, with what led to it."""
        if self._refused < _MOST_REFUSALS:
            self._refused += 1
            self.refusals.append(Refusal(reply, self._last()))

    def _last(self) -> bytes:
        """Return the end of what was said, from the beginning of a line."""
        parts = self._parts[-_LAST_PARTS:] or [self._login]
        while parts and parts[0] not in _MARKS and not parts[0].startswith(b"@"):
            parts = parts[1:]
        said = b"".join(parts)
        return said if len(said) <= _LAST_OCTETS else said[-_LAST_OCTETS:].partition(b"\n")[2]

    def told(self) -> bytes:
        """Return the transcript of the message that has just ended."""
        return self._login + b"".join(self._parts)

    def begin_anew(self) -> None:
        """Forget what belonged to the message that was told."""
        self._parts = []
