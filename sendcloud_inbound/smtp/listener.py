"""The SMTP listeners of a program: what their sessions share, the sweep for time-outs, the stop."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from sendcloud_inbound import metrics, sockets
from sendcloud_inbound.errors import StartupError
from sendcloud_inbound.rules import replies
from sendcloud_inbound.rules.backoff import delay_s
from sendcloud_inbound.rules.dialogue import Terms
from sendcloud_inbound.rules.refusals import Attempts
from sendcloud_inbound.smtp.hooks import Hooks
from sendcloud_inbound.smtp.protocol import SmtpProtocol
from sendcloud_inbound.smtp.proxy_door import HANDSHAKE_TIMEOUT_S, ProxyDoor

if TYPE_CHECKING:
    import socket
    import ssl

    from sendcloud_inbound.ports import Clock
    from sendcloud_inbound.rules.proxy import Network
    from sendcloud_inbound.rules.replies import Reply

PROXY_TIMEOUT_S = 30.0
"""How long a load balancer may take to say for whom it connects: as long as Haraka gives it."""
_SWEEP_S = 5.0
"""One look at all sessions every so often, in place of a timer for each command."""


@dataclass(slots=True, eq=False)
class Listener:
    """Listens on any number of sockets and owns the sessions that come of them."""

    handler: object
    """Decides, in aiosmtpd's style (`smtp.hooks`)."""
    clock: Clock
    terms: Terms = field(default_factory=Terms)
    tls_context: ssl.SSLContext | None = None
    idle_timeout_s: float = 300.0
    max_transaction_s: float = 0.0
    """From MAIL to the final dot; 0 for no limit."""
    auth_failure_delay_s: float = 1.0
    auth_failure_delay_max_s: float = 30.0
    max_connections: int = 0
    proxies: tuple[Network, ...] = ()
    """Where load balancers are that say by the PROXY protocol for whom they connect."""
    attempts: Attempts = field(default_factory=Attempts)
    """What is refused here and is no message."""
    hooks: Hooks = field(init=False)
    sessions: set[SmtpProtocol] = field(init=False, default_factory=set)
    stopping: bool = field(init=False, default=False)
    _unsent: list[SmtpProtocol] = field(init=False, default_factory=list)
    _empty: asyncio.Event = field(init=False, default_factory=asyncio.Event)
    _servers: list[asyncio.Server | ProxyDoor] = field(init=False, default_factory=list)
    _sweeper: asyncio.Task[None] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.hooks = Hooks.of(self.handler)
        self.terms = self.hooks.fit(self.terms)

    @property
    def addresses(self) -> list[tuple[str, int]]:
        """Where it listens, in the order the sockets were given."""
        return [sockets.address_of(sock) for server in self._servers for sock in server.sockets]

    async def start(self, clear: socket.socket, implicit_tls: socket.socket | None = None) -> None:
        """Take connections on a socket in clear and, when given, on one with TLS from the start."""
        await self._serve(clear, None)
        if implicit_tls is not None:
            await self._serve(implicit_tls, self.tls_context)
        self._sweeper = asyncio.create_task(self._sweep())

    async def stop(self, timeout_s: float) -> None:
        """Take no more connections; let messages under way end, for so long; close the rest."""
        self.stopping = True
        for server in self._servers:
            server.close()
        for session in list(self.sessions):
            session.stop()
        with suppress(TimeoutError):  # what is not acknowledged by then, its client keeps
            async with asyncio.timeout(timeout_s):
                await self._all_left()
        for session in list(self.sessions):
            session.transport.abort()
        if self._sweeper is not None:
            self._sweeper.cancel()

    async def check(self) -> None:
        """Return when connections are taken, else raise `StartupError`."""
        if self.stopping or not all(server.is_serving() for server in self._servers):
            raise StartupError("SMTP takes no connections")

    def admit(self, session: SmtpProtocol) -> Reply | None:
        """Take a new session in, or say what it is refused with."""
        if self.stopping:
            return replies.COME_BACK_LATER
        if 0 < self.max_connections <= len(self.sessions):
            return replies.TOO_MANY_CONNECTIONS
        self.sessions.add(session)
        if not session.is_check:
            metrics.SESSIONS.add()
        return None

    def leave(self, session: SmtpProtocol) -> None:
        """Let a session go that has ended."""
        self.sessions.discard(session)
        if not self.sessions:
            self._empty.set()

    def flush_soon(self, session: SmtpProtocol) -> None:
        """Send what a session has to say when all that was read in this turn is dealt with.

        Sending wakes the other side. One reply at a time, it falls asleep again between two;
        all those of a turn in a row take half the time.
        """
        if not self._unsent:
            asyncio.get_running_loop().call_soon(self._flush)
        self._unsent.append(session)

    def _flush(self) -> None:
        unsent, self._unsent = self._unsent, []
        for session in unsent:
            session.flush()

    async def _all_left(self) -> None:
        while self.sessions:
            self._empty.clear()
            await self._empty.wait()

    def auth_delay_s(self, failures: int) -> float:
        """Return how long 535 is held back: 1, 2, 4 ... s (HARAKA.md 3)."""
        return delay_s(failures + 1, self.auth_failure_delay_s, self.auth_failure_delay_max_s)

    async def _serve(self, listener: socket.socket, tls: ssl.SSLContext | None) -> None:
        loop = asyncio.get_running_loop()
        if self.proxies:
            session = partial(SmtpProtocol, self, loop)
            door = ProxyDoor(listener, session, self.proxies, PROXY_TIMEOUT_S, tls)
            self._servers.append(door)
            return
        self._servers.append(
            await loop.create_server(
                lambda: SmtpProtocol(self, loop),
                sock=listener,
                backlog=sockets.BACKLOG,  # uvloop would make it 100
                ssl=tls,
                ssl_handshake_timeout=HANDSHAKE_TIMEOUT_S if tls else None,
            )
        )

    async def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        shortest = min(filter(None, (self.idle_timeout_s, self.max_transaction_s)))
        while True:
            await asyncio.sleep(min(_SWEEP_S, shortest / 10))
            now = loop.time()
            for session in list(self.sessions):
                session.sweep(now)
