"""Takes connections where load balancers stand in front: who the client is comes first.

The header is read from the bare socket, never an octet more, so that what follows is left to
whoever it belongs to: the dialogue, or a TLS handshake. Haraka does the same by a command of its
own (`cmd_proxy`), in version 1 alone and without TLS; its texts are used.
"""

from __future__ import annotations

import asyncio
import errno
import socket
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from sendcloud_inbound.rules import proxy, replies

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Sequence

    from sendcloud_inbound.rules.proxy import Header, Network
    from sendcloud_inbound.rules.replies import Reply

_log = structlog.get_logger()

HANDSHAKE_TIMEOUT_S = 30.0
MOST_ENTERING = 1000
"""Connections of which it is not known yet whose they are; the kernel holds the others."""
_RECOVERY_S = 1.0
"""File descriptors that are short may be there again then; asyncio waits as long."""


class ProxyDoor:
    """Listens on one socket; each connection becomes a session once it is known whose it is."""

    def __init__(
        self,
        listening: socket.socket,
        make_session: Callable[[Header | None], asyncio.Protocol],
        proxies: Sequence[Network],
        timeout_s: float,
        tls: ssl.SSLContext | None,
    ) -> None:
        self.sockets = (listening,)
        self._make_session = make_session
        self._proxies = proxies
        self._timeout_s = timeout_s
        self._tls = tls
        self._loop = asyncio.get_running_loop()
        self._accepting = self._loop.create_task(self._accept(listening))
        self._entering: set[asyncio.Task[None]] = set()

    def is_serving(self) -> bool:
        """Tell whether connections are taken."""
        return not self._accepting.done()

    def close(self) -> None:
        """Take no more connections, and let those go that are no session yet."""
        self._accepting.cancel()
        for entering in self._entering:
            entering.cancel()

    async def _accept(self, listening: socket.socket) -> None:
        with listening:
            while True:
                while len(self._entering) >= MOST_ENTERING:
                    await asyncio.wait(self._entering, return_when=asyncio.FIRST_COMPLETED)
                try:
                    connection, address = await self._loop.sock_accept(listening)
                except OSError as error:
                    if error.errno != errno.ECONNABORTED:  # which is its client's affair
                        _log.error("accept_failed", reason=error.strerror)
                        await asyncio.sleep(_RECOVERY_S)
                    continue
                connection.setblocking(False)
                entering = self._loop.create_task(self._let_in(connection, address))
                self._entering.add(entering)
                entering.add_done_callback(self._entering.discard)

    async def _let_in(self, connection: socket.socket, address: tuple[str, int]) -> None:
        """Make a session of a connection, or close it."""
        is_session = False
        try:
            header = None
            if proxy.is_among(address[0], self._proxies):
                header = await self._header(connection, f"{address[0]}:{address[1]}")
                if header is None:
                    return
            with suppress(OSError):  # gone meanwhile, or TLS did not come about
                await self._loop.connect_accepted_socket(
                    lambda: self._make_session(header),
                    connection,
                    ssl=self._tls,
                    ssl_handshake_timeout=HANDSHAKE_TIMEOUT_S if self._tls else None,
                )
                is_session = True
        finally:
            if not is_session:
                connection.close()

    async def _header(self, connection: socket.socket, peer: str) -> Header | None:
        """Read whom a balancer connects for; None when it does not say so in time."""
        head = bytearray()
        try:
            async with asyncio.timeout(self._timeout_s):
                while more := proxy.wanted(head):
                    octets = await self._loop.sock_recv(connection, more)
                    if not octets:
                        break
                    head += octets
        except TimeoutError:
            await self._refuse(connection, peer, replies.PROXY_TIMEOUT)
            return None
        except OSError:
            return None
        header = proxy.read(bytes(head))
        if header is None and head:  # who said nothing looked whether we listen
            await self._refuse(connection, peer, replies.PROXY_INVALID)
        return header

    async def _refuse(self, connection: socket.socket, peer: str, reply: Reply) -> None:
        _log.warning(
            "proxy_header_missing",
            peer=peer,
            reason=str(reply),
            remedy="this address is in smtp.proxy_trusted; its load balancer has to send-proxy",
        )
        if self._tls is None:
            with suppress(OSError):
                await self._loop.sock_sendall(connection, reply.wire)
                connection.shutdown(socket.SHUT_WR)
