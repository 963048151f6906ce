"""The dialogue that a message came by, kept beside it so that people can look at it.

While a session runs, it is a list of entries: a line the client said, a line the server said, or
the moment when what follows was read. Keys and AUTH payloads are masked by the dialogue before
they get here; the message itself is told by its size only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

Entry = tuple[str, bytes] | int
"""`("C", line)`, `("S", octets)`, or the milliseconds since the epoch of what follows."""

MASK = b"********"


def write(entries: Sequence[Entry]) -> bytes:
    """Write entries as text: one line each, with the time (UTC, milliseconds) it was read at."""
    lines: list[bytes] = []
    at = b"0"
    for entry in entries:
        if isinstance(entry, int):
            at = b"%d" % entry
            continue
        who, octets = entry
        mark = b" %b: " % who.encode()
        lines.extend(at + mark + line.rstrip(b"\r") for line in octets.rstrip(b"\r\n").split(b"\n"))
    return b"\n".join(lines)
