"""Lines of JSON between two processes, over a pair of sockets that ends with either of them.

To the parent, all in one kind of line (`Report`); from it either of

    {"clock": [offset_ms, stands_at_ms]}    the sandbox's time was changed
    {"look": n}                             orders were changed: read them, then answer
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import socket
    from collections.abc import AsyncIterator

_LONGEST_LINE = 1024 * 1024
"""A line names each API_USER once at most that had a message refused in one turn of the loop."""

Count = tuple[str, list[str], int]


@dataclass(slots=True)
class Report:
    """What a child tells: what happened since its last line."""

    is_up: bool = False
    """Whether it takes connections."""
    fault: str = ""
    """Why it could not start."""
    queued: int = 0
    """How many messages it has stored that wait for the worker."""
    refused: list[str] = field(default_factory=list)
    """The API_USERs whose messages it has refused, and stored."""
    counts: list[Count] = field(default_factory=list)
    """What it has counted, which from now on is the parent's (`metrics.take`)."""
    looked: int = 0
    """The latest `look` that it has done."""


class Link:
    """One end."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def over(cls, end: socket.socket) -> Link:
        """Make one of a connected socket."""
        return cls(*await asyncio.open_unix_connection(sock=end, limit=_LONGEST_LINE))

    def send(self, line: dict[str, Any]) -> None:
        """Send a line; if the other side is gone, nobody needs it."""
        if not self._writer.is_closing():
            self._writer.write(json.dumps(line).encode() + b"\n")

    def report(self, report: Report) -> None:
        """Send what a child tells."""
        self.send(asdict(report))

    async def lines(self) -> AsyncIterator[dict[str, Any]]:
        """Yield what the other side says, until it is gone."""
        with suppress(OSError):
            while (line := await self._reader.readline()).endswith(b"\n"):
                yield json.loads(line)

    async def close(self) -> None:
        """Send what was given, and hang up."""
        self._writer.close()
        with suppress(OSError):
            await self._writer.wait_closed()
