r"""Plays transcripts: SMTP conversations as text, one file each (`*.smtp`), against a server.

Every line of a file is one of these; empty lines and lines that begin with `#` say nothing.

What the client sends:

    C: MAIL FROM:<a@ifaxin.com>    the line and CRLF, UTF-8; `C:` alone is an empty line. Lines that
                                   stand together go out as one write
    C| "\x2e\n"                    exactly these octets (a Python bytes literal without its b), as
                                   a write of their own: bare LF, 8-bit octets, borders of chunks
    C* 16000 "0123456789\r\n"      the octets so many times, as one write

What the server must answer, line by line:

    S: 250 OK                      exactly this line
    S~ 250 #\d{13}_.*#Queued       a line that this regular expression matches as a whole
    S* 250 AUTH                    a whole reply, of one line or several; its last begins like this

What happens to the connection:

    [tls]                          the client's side of a TLS handshake, after STARTTLS
    [connect implicit-tls]         a new connection, to the port where TLS comes first
    [reconnect]                    the connection is closed and a new one opened
    [connection NAME]              go on with the connection of that name; a new name opens it.
                                   The one that is there without asking is called `first`
    [eof]                          the client's half is closed; the server's stays open
    [close]                        the client closes without a word
    [closed]                       the server must have closed, and have said nothing more
    [silence]                      the server must have said nothing more: the answer to a NOOP is
                                   next. At the end of a file this is checked without being asked
                                   for: the client's half is closed, the server closes silently

What the clock says:

    [trickle SECONDS "octets"]     sends the octets again and again for so long; no answer may come
    [took SECONDS]                 the last line came that long after the last octets sent, or later

Around it all:

    [settings {"smtp": {...}}]     what this file's server has set differently (JSON); the first
                                   directive of its file
    [rules {"rules": [...]}]       the outcome rules of the sandbox's own API_USER (JSON); the first
                                   directive but for the settings
    [include NAME]                 the lines of `parts/NAME.part`
    [repeat N] ... [end]           the lines between, N times; `$n` in them is the round, from 0

`C:` and `S:` lines may hold the macros of `macros.py`, such as `$base64(sandbox_user)`. What the
server must hold afterwards stands in `NAME.expect.json`, see `aftermath.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from tests.dialogues.steps import (
    Do,
    ExpectLine,
    ExpectMatch,
    ExpectReply,
    Send,
    Took,
    Trickle,
    UseConnection,
)
from tests.dialogues.wire import DialogueError, Wire

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.dialogues.steps import Step
    from tests.dialogues.transcript import Transcript

FIRST = "first"
_QUEUED = re.compile(r"250 #(.+)#Queued")

Address = tuple[str, int]


class Listeners(Protocol):
    """Where the server under test listens."""

    @property
    def smtp(self) -> Address:
        """The plain port."""

    @property
    def implicit_tls(self) -> Address | None:
        """The port where TLS comes first, if there is one."""


@dataclass(slots=True)
class Player:
    """Plays one transcript."""

    server: Listeners
    wires: dict[str, Wire] = field(default_factory=dict)
    current: str = FIRST
    log: list[str] = field(default_factory=list)

    async def play(self, transcript: Transcript) -> tuple[str, ...]:
        """Play it to its end and return the messageIds that the server has told, in order.

        Raises:
            DialogueError: the server did not do what the transcript says.
        """
        try:
            for step in transcript.steps:
                await self._explained(step.where, self._dispatch(step))
            for wire in self.wires.values():
                await self._explained(f"{transcript.name}, end", wire.expect_silent_end())
        finally:
            for wire in self.wires.values():
                await wire.close()
        return tuple(found[1] for line in self.log if (found := _QUEUED.fullmatch(line[3:])))

    async def _explained(self, where: str, act: Awaitable[None]) -> None:
        """Await it; a failure says where in the transcript it came, and what was said so far."""
        try:
            await act
        except (DialogueError, OSError, TimeoutError) as error:
            what = str(error) or "the server says nothing"
            raise DialogueError("\n  ".join((f"{where}: {what}", *self.log))) from error

    async def _dispatch(self, step: Step) -> None:
        match step:
            case Do(action=action):
                await self._actions()[action]()
            case UseConnection(name=name):
                self.current = name
                await self._wire()
            case _:
                await _talk(await self._wire(), step)

    def _actions(self) -> dict[str, Callable[[], Awaitable[None]]]:
        return {
            "connect implicit-tls": self._connect_implicit_tls,
            "reconnect": self._reconnect,
            "tls": self._start_tls,
            "eof": self._half_close,
            "close": self._close,
            "closed": self._expect_closed,
            "silence": self._expect_silence,
        }

    async def _wire(self) -> Wire:
        """Return the connection in use, which is opened by its first use."""
        if self.current not in self.wires:
            self.wires[self.current] = await Wire.open(self.server.smtp, self.log)
        return self.wires[self.current]

    async def _connect_implicit_tls(self) -> None:
        if self.server.implicit_tls is None:
            raise DialogueError("the server has no implicit-TLS port; set tls in [settings]")
        await self._close()
        self.wires[self.current] = await Wire.open(self.server.implicit_tls, self.log, tls=True)

    async def _reconnect(self) -> None:
        await self._close()
        await self._wire()

    async def _close(self) -> None:
        if wire := self.wires.pop(self.current, None):
            await wire.close()

    async def _start_tls(self) -> None:
        await (await self._wire()).start_tls()

    async def _half_close(self) -> None:
        (await self._wire()).half_close()

    async def _expect_closed(self) -> None:
        await (await self._wire()).expect_end()

    async def _expect_silence(self) -> None:
        await (await self._wire()).expect_silence()


async def _talk(wire: Wire, step: Step) -> None:
    """Say or hear one thing."""
    match step:
        case Send(data=data):
            await wire.send(data)
        case Trickle(seconds=seconds, data=data):
            await wire.trickle(seconds, data)
        case ExpectLine(text=text):
            _check(await wire.line(), text, lambda line: line == text)
        case ExpectMatch(pattern=pattern):
            _check(await wire.line(), pattern.pattern, lambda line: bool(pattern.fullmatch(line)))
        case ExpectReply(start=start):
            _check(await wire.reply_end(), f"{start}...", lambda line: line.startswith(start))
        case Took(seconds=seconds):
            wire.expect_delay(seconds)
        case _:
            raise TypeError(f"nobody plays {step}")


def _check(line: str, wanted: str, fits: Callable[[str], bool]) -> None:
    if not fits(line):
        raise DialogueError(f"the server says {line!r}, not {wanted!r}")
