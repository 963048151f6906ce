"""What is written down of a session for the transcripts of its messages (`rules.transcript`)."""

from __future__ import annotations

from sendcloud_inbound.rules import transcript

_LONGEST = 5_000
"""Parts kept of one transaction; a client that says more is heard but not written down."""


class Notes:
    """The login, which every message's transcript begins with, and what was said since the last.

    Nothing is put together before a message needs it: this stands on the path of every command.
    """

    __slots__ = ("_login", "_parts")

    def __init__(self, at_ms: int) -> None:
        self._login = b""
        self._parts: list[bytes] = [transcript.at(at_ms)]

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

    def told(self) -> bytes:
        """Return the transcript of the message that has just ended."""
        return self._login + b"".join(self._parts)

    def begin_anew(self) -> None:
        """Forget what belonged to the message that was told."""
        self._parts = []
