"""A receiver of webhooks on a real socket, which behaves as a test tells it to.

Its HTTP is its own, a few lines: it must be able to hang, to reset and to be wrong.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Callable, Iterator

HANG, RESET, CUT, ENDLESS = "hang", "reset", "cut", "endless"
"""Never answer; reset the connection; close it without an answer; answer 200, and no end of it."""


@dataclass
class Call:
    """What came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        """The fields of the form."""
        fields = parse_qs(self.body.decode(), keep_blank_values=True, strict_parsing=True)
        return {name: value for name, (value,) in fields.items()}


@dataclass
class Receiver:
    """Where it listens, and what came."""

    url: str = ""
    calls: list[Call] = field(default_factory=list)
    connections: int = 0
    at_a_time: int = 0
    """The most calls that were open together."""
    _open: int = 0
    _more: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def wait_for(self, count: int, patience_s: float = 20) -> list[Call]:
        """Return the calls once there are so many."""
        async with asyncio.timeout(patience_s), self._more:
            await self._more.wait_for(lambda: len(self.calls) >= count)
            return self.calls

    async def took(self, call: Call) -> None:
        """Note a call."""
        async with self._more:
            self.calls.append(call)
            self._open += 1
            self.at_a_time = max(self.at_a_time, self._open)
            self._more.notify_all()

    def over(self) -> None:
        """Note that one was answered, or that its caller went away."""
        self._open -= 1


@asynccontextmanager
async def receiving(
    answers: Callable[[Call], int | str | bytes] = lambda _: 200,
    *,
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[Receiver]:
    """Run a receiver; `answers` says what a call gets: a status, octets, or how it goes wrong."""
    receiver = Receiver()
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        receiver.connections += 1
        try:
            while (call := await _read(reader)) is not None:
                await receiver.took(call)
                try:
                    if not await _answer(reader, writer, answers(call)):
                        break
                finally:
                    receiver.over()
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            tasks.discard(task)
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    host, port = server.sockets[0].getsockname()
    receiver.url = f"http{'s' if tls else ''}://{host}:{port}/hook"
    try:
        yield receiver
    finally:
        server.close()
        for task in tasks:
            task.cancel()


async def _read(reader: asyncio.StreamReader) -> Call | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *fields = head.decode("latin-1").split("\r\n")[:-2]
    method, path, _ = first.split(" ")
    headers = {n.lower(): v.strip() for n, _, v in (line.partition(":") for line in fields)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Call(method, path, headers, body)


async def _answer(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: int | str | bytes
) -> bool:
    """Answer; tell whether the connection goes on."""
    if isinstance(answer, int):
        answer = b"HTTP/1.1 %d X\r\nContent-Length: 2\r\n\r\nok" % answer
    if isinstance(answer, bytes):
        writer.write(answer)
        await writer.drain()
        return True
    if answer == HANG:
        await reader.read()
    if answer == RESET:
        its_socket: socket.socket = writer.get_extra_info("socket")
        its_socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    if answer == ENDLESS:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"1\r\nx\r\n")
            await writer.drain()
            await asyncio.sleep(0.01)
    return False


def in_turn(*answers: int | str | bytes) -> Callable[[Call], int | str | bytes]:
    """Give one after the other, and the last from then on."""

    def each() -> Iterator[int | str | bytes]:
        yield from answers
        while True:
            yield answers[-1]

    left = each()
    return lambda _: next(left)
