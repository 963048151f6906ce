r"""The dialogue that a message came by, kept beside it so that people can look at it.

It is written while the session runs, on the path of every command, so it is a list of octets that
only need to be joined; whoever looks at it takes the time to read it. Its lines are

    @1426390015358          when what follows was read, in ms since the epoch
    C: EHLO ifaxin.com      the client's; keys masked, a message told by its size alone
    S: 250-SendCloud ...    the server's; further lines of one reply have no mark

Keys and AUTH payloads are masked by the dialogue before they get here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

MASK = b"********"
CLIENT, SERVER = b"C: ", b"S: "
"""What stands before a line that the client said, and before what the server said."""
END = b"\n"
"""What stands after a line of the client's; the server's octets have their own ends."""
_TIME = re.compile(rb"@\d{1,14}")


class Line(NamedTuple):
    """One line of a dialogue."""

    at_ms: int
    who: str
    """`C` or `S`."""
    text: bytes


def at(ms: int) -> bytes:
    """Write a time."""
    return b"@%d\n" % ms


def read(written: bytes) -> Iterator[Line]:
    """Yield the lines of a transcript."""
    at_ms, who = 0, "S"
    for line in written.split(b"\n"):
        mark, text = line[:3], line.rstrip(b"\r")
        if _TIME.fullmatch(line):
            at_ms = int(line[1:])
        elif mark in {CLIENT, SERVER}:
            who = mark[:1].decode()
            yield Line(at_ms, who, text[3:])
        elif text:
            yield Line(at_ms, who, text)
