"""Octets as they came off the wire, taken out as command lines or as they are."""

from __future__ import annotations

LONGEST_LINE = 512
"""Octets of a command with its line end (RFC 5321 4.5.3.1.4; HARAKA.md 5)."""


class Inbox:
    """What was received and not looked at. Nothing is copied per line."""

    __slots__ = ("_arrived", "_at", "_buffer", "octets")

    def __init__(self) -> None:
        self._buffer = b""
        self._at = 0
        self._arrived: list[bytes] = []
        self.octets = 0
        """How much waits."""

    def put(self, octets: bytes) -> None:
        """Add what came."""
        if self.octets:
            self._arrived.append(octets)
        else:
            self._buffer, self._at = octets, 0
        self.octets += len(octets)

    def put_back(self, octets: bytes) -> None:
        """Add what was taken and belongs to what follows; it is the next to be read."""
        self._buffer, self._at = octets, 0
        self.octets += len(octets)

    def line(self) -> bytes | None:
        """Take a line without its LF, or more than `LONGEST_LINE` octets that have none yet.

        None when no line is complete.
        """
        if not self.octets:
            return None
        while (end := self._buffer.find(b"\n", self._at, self._at + LONGEST_LINE)) < 0:
            if len(self._buffer) - self._at > LONGEST_LINE:
                end = self._at + LONGEST_LINE + 1
                break
            if not self._arrived:
                return None
            self._buffer = b"".join((self._buffer[self._at :], *self._arrived))
            self._arrived.clear()
            self._at = 0
        line = self._buffer[self._at : end]
        self.octets -= end + 1 - self._at
        self._at = end + 1
        return line

    def chunk(self) -> bytes | None:
        """Take what is there in the pieces it came in; None when there is nothing."""
        if self._at < len(self._buffer):
            chunk = self._buffer[self._at :] if self._at else self._buffer
            self._buffer, self._at = b"", 0
        elif self._arrived:
            chunk = self._arrived.pop(0)
        else:
            return None
        self.octets -= len(chunk)
        return chunk

    def clear(self) -> None:
        """Forget all that waits."""
        self._arrived.clear()
        self.put_back(b"")
        self.octets = 0
