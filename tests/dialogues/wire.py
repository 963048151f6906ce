"""The client's end of one connection, which sends octets and waits for lines."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable

Answer = TypeVar("Answer")

PATIENCE_S = 20.0
"""How long an answer may take before the transcript fails; idle time-outs of 1 s fit in."""
_BUFFER = 2**22
"""Answers that may wait to be read: more than any batch of commands gets."""
_TURNS = 8
"""Turns of the event loop after a write, in which a server in the same loop reads it."""
_SHOWN = 200
"""How much of a line the log shows."""


class DialogueError(AssertionError):
    """The server did not do what the transcript says."""


@dataclass(slots=True)
class Wire:
    """A connection and what was said on it."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    log: list[str]
    secure: bool = False
    half_closed: bool = False
    ended: bool = False
    sent_at: float = 0.0
    heard_at: float = 0.0

    @classmethod
    async def open(cls, address: tuple[str, int], log: list[str], *, tls: bool = False) -> Wire:
        """Connect."""
        context = _any_certificate() if tls else None
        reader, writer = await _soon(
            asyncio.open_connection(*address, limit=_BUFFER, ssl=context),
        )
        log.append(f"--- connected to port {address[1]}")
        return cls(reader, writer, log, secure=tls)

    async def send(self, data: bytes) -> None:
        """Write once, and let the server read it before the next write."""
        self.log.append(f"C: {_shown(data)}")
        self.sent_at = self.heard_at = _now()
        self.writer.write(data)
        await _soon(self.writer.drain())
        for _ in range(_TURNS):
            await asyncio.sleep(0)

    async def line(self) -> str:
        """Read one line of the server's; it must end with CRLF."""
        raw = await _soon(self.reader.readline())
        self.heard_at = _now()
        self.log.append(f"S: {_shown(raw)}" if raw else "S: (closed)")
        if not raw.endswith(b"\r\n"):
            raise DialogueError(f"the server closes, or ends no line: {raw!r}")
        return raw[:-2].decode()

    async def reply_end(self) -> str:
        """Read a whole reply; all its lines must have one code. Return the last."""
        line = await self.line()
        code = line[:3]
        while line[3:4] == "-":
            line = await self.line()
            if line[:3] != code:
                raise DialogueError(f"the reply began with {code} and goes on as {line!r}")
        return line

    async def trickle(self, seconds: float, data: bytes) -> None:
        """Send octets again and again for so long; the server must be silent meanwhile."""
        until = _now() + seconds
        while _now() < until:
            await self.send(data)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.1):
                    raise DialogueError(f"the server says {await self.reader.read(200)!r}")

    async def start_tls(self) -> None:
        """Do the client's side of a handshake; nothing may have come before it."""
        await _soon(self.writer.start_tls(_any_certificate()))
        self.secure = True
        self.log.append("--- TLS")

    def half_close(self) -> None:
        """Send no more."""
        if self.secure:
            raise DialogueError("[eof] cannot be said over TLS")
        self.half_closed = True
        self.writer.write_eof()
        self.log.append("--- the client's half is closed")

    async def close(self) -> None:
        """Close without a word."""
        self.writer.close()
        with contextlib.suppress(OSError):
            await _soon(self.writer.wait_closed())

    def expect_delay(self, seconds: float) -> None:
        """Hold that the last answer did not come sooner."""
        if self.heard_at - self.sent_at < seconds:
            took = self.heard_at - self.sent_at
            raise DialogueError(f"the answer took {took:.3f} s, which is less than {seconds}")

    async def expect_end(self) -> None:
        """Hold that the server closes, and says nothing before it does."""
        rest = await _soon(self.reader.read())
        self.ended = True
        if rest:
            raise DialogueError(f"before it closes, the server says {rest!r}")

    async def expect_silence(self) -> None:
        """Hold that the server has said nothing that was not read."""
        await self.send(b"NOOP\r\n")
        line = await self.line()
        if line != "250 OK":
            raise DialogueError(f"the server says {line!r}, though nothing was asked")

    async def expect_silent_end(self) -> None:
        """Hold at a transcript's end that nothing more comes."""
        if self.ended:
            return
        if self.secure:
            await self.expect_silence()
            return
        if not self.half_closed:
            self.half_close()
        await self.expect_end()


def _now() -> float:
    return asyncio.get_running_loop().time()


async def _soon(answer: Awaitable[Answer]) -> Answer:
    async with asyncio.timeout(PATIENCE_S):
        return await answer


def _shown(data: bytes) -> str:
    text = data.decode(errors="backslashreplace").removesuffix("\r\n").replace("\r\n", "\n   ")
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}... ({len(data)} octets)"


def _any_certificate() -> ssl.SSLContext:
    """Make a client's TLS settings that take the server's throw-away certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
