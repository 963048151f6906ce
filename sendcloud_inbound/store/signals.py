"""Wakes the other nodes of a store, and is woken by them, so that nobody has to ask all the time.

A bulletin goes out after the commit that it tells of, by a connection of its own: PostgreSQL lets
transactions with a notification commit one after the other, and the mail's must not. What is lost
on the way, with a node that dies or a server that restarts, is found by those who ask the store
every now and then; whoever was cut off looks at everything once he hears again.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Protocol

from sendcloud_inbound.rounds import Rounds
from sendcloud_inbound.store.bulletin import Bulletin, read_bulletin

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable

    from sendcloud_inbound.ports import Notice
    from sendcloud_inbound.store.bulletin import Topic

_BREATH_S = 0.05
"""Between two bulletins of a node: under load they are summed up."""
_FIRST_WAIT_S = 0.1
_LONGEST_WAIT_S = 5.0


class Line(Protocol):
    """A connection to send or to hear by; its errors are `StoreUnavailable`."""

    number: int
    """Tells it from those of other nodes."""

    async def send(self, text: str) -> None:
        """Send a text to all who listen."""

    async def listen(self) -> None:
        """Miss nothing from now on."""

    def hear(self) -> AsyncIterator[tuple[int, str]]:
        """Yield each text that is sent, with the number of the line it came by."""

    async def close(self) -> None:
        """Hang up."""


class Signals:
    """Sends and hears, from `run` to `stop`."""

    def __init__(
        self,
        open_line: Callable[[], Awaitable[Line]],
        on_bulletin: Callable[[Bulletin], None],
        on_gap: Callable[[], None],
    ) -> None:
        """Call `on_bulletin` with what others tell, `on_gap` when some may have been missed."""
        self._on_bulletin = on_bulletin
        self._on_gap = on_gap
        self._bulletin = Bulletin()
        self._is_new = asyncio.Event()
        self._is_running = False
        self.is_hearing = asyncio.Event()
        """Set while it hears what others tell."""
        self._to_send, self._to_hear = _Connection(open_line), _Connection(open_line)
        self._sending = _rounds("signals_sending")
        self._hearing = _rounds("signals_hearing")

    def ring(self, topic: Topic) -> None:
        """Tell the others of a topic, soon."""
        if self._is_running:
            self._bulletin.topics.add(topic)
            self._is_new.set()

    def note(self, notices: Iterable[Notice]) -> None:
        """Tell the others news of mail, soon."""
        if self._is_running:
            self._bulletin.note(notices)
            self._is_new.set()

    def stop(self) -> None:
        """Let `run` end."""
        self._sending.stop()
        self._hearing.stop()

    async def run(self) -> None:
        """Send and hear until stopped, whatever happens to the server."""
        self._is_running = True
        try:
            await asyncio.gather(self._sending.run(self._send), self._hearing.run(self._hear))
        finally:
            self._is_running = False
            await self._to_send.close()
            await self._to_hear.close()

    async def _send(self) -> None:
        """Send what has come up since the last time."""
        await self._sending.until(self._is_new.wait())
        async with self._to_send.line() as line:
            self._is_new.clear()
            bulletin, self._bulletin = self._bulletin, Bulletin()
            if not bulletin:
                return
            try:
                await line.send(bulletin.text())
            except BaseException:
                self._bulletin.add(bulletin)  # by the next connection
                self._is_new.set()
                raise
        await self._sending.pause(_BREATH_S)

    async def _hear(self) -> None:
        """Begin to hear, or go on with it as long as the connection holds."""
        async with self._to_hear.line() as line:
            if not self.is_hearing.is_set():
                await line.listen()
                self.is_hearing.set()
                self._on_gap()
                return
            try:
                await self._hearing.until(self._hear_all(line))
            finally:
                self.is_hearing.clear()

    async def _hear_all(self, line: Line) -> None:
        async for number, text in line.hear():
            if number != self._to_send.number:
                self._on_bulletin(read_bulletin(text))


class _Connection:
    """A line that is opened when it is used, and again after an error."""

    def __init__(self, open_line: Callable[[], Awaitable[Line]]) -> None:
        self._open_line = open_line
        self._line: Line | None = None

    @property
    def number(self) -> int | None:
        """That of the line; None where there is none."""
        return None if self._line is None else self._line.number

    @asynccontextmanager
    async def line(self) -> AsyncIterator[Line]:
        """Give it for the block."""
        if self._line is None:
            self._line = await self._open_line()
        try:
            yield self._line
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Hang up."""
        line, self._line = self._line, None
        if line is not None:
            await line.close()


def _rounds(name: str) -> Rounds:
    return Rounds(name, first_wait_s=_FIRST_WAIT_S, longest_wait_s=_LONGEST_WAIT_S)
