r"""From 354 to the end of data: where a message ends, how long it is, which dots are stuffing.

HARAKA.md 4 with the exceptions that protect the user: only CRLF . CRLF ends the data (no
LF . CRLF, which is how mail is smuggled), and dots are taken off only after CRLF. A line `.LF`
gets 451. Counted are all octets after 354 including the final `.CRLF`.

Octets arrive in any chunking. Each chunk is searched once, behind the last four octets of the one
before, so that `\r\n.\r` at a border is seen; what was searched is never searched again.
"""

from __future__ import annotations

from enum import Enum, auto

_CR, _LF, _DOT = b"\r\n."
_KEPT = 4
"""Octets of the past that an end of data can begin in: CR LF dot CR."""


_FEW_DOTS = 32
_END_OCTETS = 3
"""The dot and its line end, which are no part of the message."""


class End(Enum):
    """How the data ended."""

    COMPLETE = auto()
    TOO_BIG = auto()
    BARE_LF = auto()


class DataPhase:
    """Collects one message; memory stays within the limit whatever the client sends."""

    __slots__ = ("_chunks", "_limit", "_size", "_stuffed", "_tail")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._chunks: list[bytes] = []
        self._size = 0
        self._stuffed = False
        self._tail = b"\r\n"  # 354 ended a line: a dot may come at once

    @property
    def size(self) -> int:
        """Octets seen since 354."""
        return self._size

    def feed(self, chunk: bytes) -> tuple[End, bytes] | None:
        """Take octets; at the end give how it ended and what was left of the chunk."""
        if self._size == 0 and _is_whole(chunk):
            self._keep(chunk[:-_END_OCTETS])
            self._size = len(chunk)
            end = End.COMPLETE if self._size <= self._limit else End.TOO_BIG
            return end, b""
        window = self._tail + chunk
        found = self._search(window)
        if found is None:
            self._keep(chunk)
            self._tail = window[-_KEPT:]
            return None
        end, stop, rest_from = found
        self._keep(chunk[: max(0, rest_from - len(self._tail))])
        if end is End.COMPLETE and self._size > self._limit:
            end = End.TOO_BIG
        self._cut(rest_from - stop)
        return end, window[rest_from:]

    def content(self) -> bytes:
        """Return the message without its stuffed dots; only after the data are complete."""
        content = b"".join(self._chunks)
        if not self._stuffed:
            return content
        # Only `..` loses a dot; a single leading dot stays (HARAKA.md 4).
        content = content.replace(b"\r\n..", b"\r\n.")
        return content[1:] if content.startswith(b"..") else content

    def _keep(self, octets: bytes) -> None:
        self._size += len(octets)
        if self._size <= self._limit:
            self._chunks.append(octets)
        else:
            self._chunks.clear()  # it will be refused at the dot: nothing to hold on to

    def _cut(self, count: int) -> None:
        """Take the terminator, `count` octets, off what was kept."""
        while count and self._chunks:
            last = self._chunks.pop()
            if len(last) > count:
                self._chunks.append(last[:-count])
                return
            count -= len(last)

    def _search(self, window: bytes) -> tuple[End, int, int] | None:
        """Find the first end: which, where its dot stands, and where the next line begins."""
        if b"." not in window:
            return None  # the common case for base64: one memchr
        at = _line_dot(window, 0)
        while at >= 0:
            after = window[at + 2 : at + 4]
            if after[:1] == b"\n":
                return End.BARE_LF, at + 1, at + 3
            if at and window[at - 1] == _CR:
                if after == b"\r\n":
                    return End.COMPLETE, at + 1, at + 4
                self._stuffed = self._stuffed or after[:1] == b"."
            at = _line_dot(window, at + 2)
        return None


def _is_whole(chunk: bytes) -> bool:
    """Tell whether this is one message to its dot, without a dot at the start of another line.

    So come nearly all that are small.
    """
    return (
        chunk.endswith(b"\r\n.\r\n")
        and chunk[0] != _DOT
        and _line_dot(chunk, 0) == len(chunk) - _END_OCTETS - 1
    )


def _line_dot(octets: bytes, start: int) -> int:
    """Return where LF and a dot stand next; -1 when they do nowhere.

    A search for one octet takes a fiftieth of one for two, so where dots are few they are looked
    at one by one.
    """
    at = start
    for _ in range(_FEW_DOTS):
        at = octets.find(b".", at + 1)
        if at < 0:
            return -1
        if octets[at - 1] == _LF:
            return at - 1
    return octets.find(b"\n.", at)
