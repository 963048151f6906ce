"""A connection to PostgreSQL that sends and hears notifications, in the event loop."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from psycopg import AsyncConnection, Error

from sendcloud_inbound.store.database import unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from sqlalchemy import Engine

_CHANNEL = "SELECT 'sendcloud_inbound_' || current_schema()::regnamespace::oid"
"""A channel is heard in the whole database, and each schema of it may be a store."""
_SEND = "SELECT pg_notify(%s, %s)"
_NO_FSYNC = "SET synchronous_commit = off"
"""Nobody hears of a notification after a crash."""


class PostgresLine:
    """A line, as `signals.Line` says."""

    def __init__(self, conn: AsyncConnection[Any], channel: str, place: str) -> None:
        self._conn = conn
        self._channel = channel
        self._place = place
        self.number = conn.info.backend_pid

    async def send(self, text: str) -> None:
        """Send a text to all who listen."""
        with _translated(self._place):
            await self._conn.execute(_SEND, (self._channel, text))

    async def listen(self) -> None:
        """Miss nothing from now on."""
        with _translated(self._place):
            await self._conn.execute(f"LISTEN {self._channel}".encode())

    async def hear(self) -> AsyncIterator[tuple[int, str]]:
        """Yield each text that is sent, with the number of the line it came by."""
        with _translated(self._place):
            async for notify in self._conn.notifies():
                yield notify.pid, notify.payload

    async def close(self) -> None:
        """Hang up."""
        await self._conn.close()


async def open_line(engine: Engine, place: str) -> PostgresLine:
    """Connect as an engine does."""
    args, options = engine.dialect.create_connect_args(engine.url)
    with _translated(place):
        conn = await AsyncConnection.connect(*args, **cast("dict[str, Any]", options))
        await conn.set_autocommit(True)
        await conn.execute(_NO_FSYNC)
        (channel,) = cast("tuple[str]", await (await conn.execute(_CHANNEL)).fetchone())
    return PostgresLine(conn, channel, place)


@contextmanager
def _translated(place: str) -> Iterator[None]:
    """Raise `StoreUnavailable` for what the driver raises."""
    try:
        yield
    except (Error, OSError) as error:
        raise unavailable(place, "listened to", error) from error
