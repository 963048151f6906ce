"""The server upstream, on a real socket: aiosmtpd that does as it is told."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from sendcloud_inbound.delivery import Relay, RelaySettings

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Callable

    from aiosmtpd.smtp import Envelope, Session
Script = dict[tuple[str, str], list[str]]

CUT = "cut"
"""In place of a reply: the connection is closed without one."""
HANG = "hang"
"""In place of a reply: there is none, ever."""


class Taken(NamedTuple):
    """A mail that the server has said 250 to, or would have."""

    mail_from: str
    recipient: str
    content: bytes
    parameters: tuple[str, ...]


@dataclass
class Upstream:
    """A handler of aiosmtpd; `script` has what it says instead of 250, by command and address."""

    script: Script = field(default_factory=dict)
    port: int = 0
    taken: list[Taken] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    """The commands it heard."""
    connections: int = 0
    open: set[SMTP] = field(default_factory=set)
    most: int = 0

    def recipients(self) -> list[str]:
        """Return who has got mail, as often as it came."""
        return sorted(mail.recipient for mail in self.taken)

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a sender."""
        reply = await self._say(server, "MAIL", address)
        if reply.startswith("250"):
            envelope.mail_from, envelope.mail_options = address, options
        return reply

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient."""
        reply = await self._say(server, "RCPT", address)
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a mail, unless it is refused; a cut connection has it taken too."""
        (recipient,) = envelope.rcpt_tos
        script = self.script.get(("DATA", recipient), ["250"])
        if script[0].startswith(("250", CUT)):
            content = envelope.original_content or b""
            self.taken.append(
                Taken(
                    str(envelope.mail_from), recipient, content, tuple(envelope.mail_options or ())
                )
            )
        return await self._say(server, "DATA", recipient)

    async def _say(self, server: SMTP, command: str, address: str) -> str:
        """Say what the script has for it: its first words once, its last ones for ever."""
        self.said.append(command)
        words = self.script.get((command, address), ["250 OK"])
        reply = words.pop(0) if len(words) > 1 else words[0]
        if reply == CUT:
            cut(server)
        if reply == HANG:
            await asyncio.Event().wait()
        return reply


class Protocol(SMTP):
    """A session of it, counted."""

    line_length_limit = 2**20

    @property
    def upstream(self) -> Upstream:
        """The server's handler."""
        handler = self.event_handler
        assert isinstance(handler, Upstream)
        return handler

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count it in; a second time, after STARTTLS, it is the same one."""
        super().connection_made(transport)
        self.upstream.connections += self not in self.upstream.open
        self.upstream.open.add(self)
        self.upstream.most = max(self.upstream.most, len(self.upstream.open))

    def connection_lost(self, error: Exception | None) -> None:
        """Count it out."""
        self.upstream.open.discard(self)
        super().connection_lost(error)

    async def smtp_RSET(self, arg: str) -> None:  # noqa: N802
        """Note it."""
        self.upstream.said.append("RSET")
        await super().smtp_RSET(arg)

    async def smtp_QUIT(self, arg: str) -> None:  # noqa: N802
        """Note it."""
        self.upstream.said.append("QUIT")
        await super().smtp_QUIT(arg)


def cut(session: SMTP) -> None:
    """Close a session's connection at once."""
    cast("asyncio.WriteTransport", session.transport).abort()


@asynccontextmanager
async def upstream(
    script: Script | None = None, *, implicit_tls: ssl.SSLContext | None = None, **options: Any
) -> AsyncIterator[Upstream]:
    """Run the server on a free port; `options` are those of aiosmtpd."""
    handler = Upstream(script or {})
    loop = asyncio.get_running_loop()
    listener = await loop.create_server(
        lambda: Protocol(handler, hostname="upstream", loop=loop, **options),
        "127.0.0.1",
        0,
        ssl=implicit_tls,
    )
    handler.port = listener.sockets[0].getsockname()[1]
    try:
        yield handler
    finally:
        listener.close()
        for session in list(handler.open):
            cut(session)
        await until(lambda: not handler.open)


@asynccontextmanager
async def relay(port: int, **settings: Any) -> AsyncIterator[Relay]:
    """Make a relay to a port on this machine; mail may leave to everybody."""
    values: dict[str, Any] = {"host": "127.0.0.1", "timeout_s": 10, "allow": ("*",)}
    target = Relay(RelaySettings(port=port, **values | settings))
    try:
        yield target
    finally:
        await target.close()


@asynccontextmanager
async def reciting(*sessions: bytes | None) -> AsyncIterator[tuple[int, list[bytes]]]:
    """Serve sessions whose lines are fixed, one for the greeting and one for each line heard.

    A session of None says nothing for ever. Yields the port and the lines heard.
    """
    heard: list[bytes] = []
    left = list(sessions)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines = left.pop(0)
        if lines is None:
            await reader.read()
        for line in (lines or b"").splitlines(keepends=True):
            writer.write(line)
            if line[3:4] != b"-":
                heard.append(await reader.readline())
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], heard
    finally:
        server.close()


async def until(holds: Callable[[], object]) -> None:
    """Return once a condition holds."""
    async with asyncio.timeout(10):
        while True:
            if holds():
                return
            await asyncio.sleep(0.001)


def only_key(server: SMTP, session: Session, envelope: Envelope, how: str, what: Any) -> AuthResult:
    """Let those in who have the right password."""
    assert isinstance(what, LoginPassword)
    return AuthResult(success=what.password == b"right password", handled=False)
