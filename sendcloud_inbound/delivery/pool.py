"""The connections to the server upstream: few, and each used again and again."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sendcloud_inbound.delivery.connection import Connection, Lost, connect

if TYPE_CHECKING:
    import ssl

    from sendcloud_inbound.delivery.connection import Answer, Unsayable
    from sendcloud_inbound.delivery.upstream import RelaySettings
    from sendcloud_inbound.rules.model import Outgoing


class Pool:
    """At most so many connections at a time; who comes when all are busy waits."""

    def __init__(self, settings: RelaySettings, context: ssl.SSLContext | None) -> None:
        self._settings = settings
        self._context = context
        self._slots = asyncio.Semaphore(settings.concurrency)
        self._idle: dict[Connection, asyncio.TimerHandle] = {}
        self._closed = False

    async def send(self, mail: Outgoing) -> Answer | Lost | Unsayable:
        """Send a mail through an idle connection, else through a new one.

        A server closes idle connections when it likes, and that shows only in use: one that breaks
        before the mail is out is replaced, once. After the dot nobody knows whether the mail was
        taken (RFC 1047), so then it is for the caller to decide.
        """
        async with self._slots:
            idle = self._take()
            if idle is not None:
                said = await self._use(idle, mail)
                if not isinstance(said, Lost) or said.dot_sent:
                    return said
            opened = await connect(self._settings, self._context)
            return await self._use(opened, mail) if isinstance(opened, Connection) else opened

    async def close(self) -> None:
        """Close what is idle now; what is in use closes after its mail."""
        self._closed = True
        for connection, timer in self._idle.items():
            timer.cancel()
            connection.quit()
        self._idle.clear()
        await asyncio.sleep(0)  # the transports close in the loop's next turn

    async def _use(self, connection: Connection, mail: Outgoing) -> Answer | Lost | Unsayable:
        try:
            return await connection.send(mail)
        finally:
            self._keep(connection)

    def _take(self) -> Connection | None:
        """Return the idle connection used last: the others grow old and are closed."""
        while self._idle:
            connection, timer = self._idle.popitem()
            timer.cancel()
            if connection.is_open:
                return connection
        return None

    def _keep(self, connection: Connection) -> None:
        if self._closed:
            connection.quit()
        elif connection.is_open:
            loop = asyncio.get_running_loop()
            self._idle[connection] = loop.call_later(
                self._settings.idle_s, self._expire, connection
            )

    def _expire(self, connection: Connection) -> None:
        del self._idle[connection]
        connection.quit()
