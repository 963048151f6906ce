"""PostgreSQL: one database for any number of nodes. All contents are in rows.

Nothing is done about other nodes' leases at the start: nobody can tell from here whether a node
is dead, so what it had claimed comes back when its leases run out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, create_engine, func, select
from sqlalchemy.exc import DBAPIError

from sendcloud_inbound.errors import StartupError
from sendcloud_inbound.store.bodies import BodiesInRows
from sendcloud_inbound.store.bulk import insert_rows
from sendcloud_inbound.store.database import BUSY_TIMEOUT_S, READERS, let_go, reason_of
from sendcloud_inbound.store.rows import MESSAGE_COLUMNS
from sendcloud_inbound.store.schema import bring_up, is_current
from sendcloud_inbound.store.tables import messages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import URL, Connection

    from sendcloud_inbound.store.signals import Line

_NEXT_KEYS = select(func.nextval(func.pg_get_serial_sequence("messages", "key"))).select_from(
    func.generate_series(1, bindparam("count"))
)
_ONE_AT_A_TIME = select(func.pg_advisory_xact_lock(0x53_43_69))
"""Held while tables are made, so that nodes started together do not make them twice."""

_CONNECT = {
    "connect_timeout": str(int(BUSY_TIMEOUT_S)),
    # A server that vanished without a word is given up after some 10 s, not after 15 minutes.
    "tcp_user_timeout": "10000",
    "keepalives_idle": "10",
}


class PostgresDatabase:
    """An opened PostgreSQL store, as `database.Database` says."""

    def __init__(self, url: URL) -> None:
        self.place = _place(url)
        self.is_shared = True
        self.bodies = BodiesInRows()
        self.readers = create_engine(
            url.set(drivername="postgresql+psycopg", query=_CONNECT | dict(url.query)),
            paramstyle="format",  # parameters by place, as `bulk.py` needs them
            pool_size=READERS + 1,  # one is the writer's
            pool_pre_ping=True,
        )
        self._conn: Connection | None = None

    async def open_line(self) -> Line:
        """Open a connection by which nodes wake each other."""
        # Only here: without the driver, `open_postgres` says what is missing.
        from sendcloud_inbound.store.postgres_line import open_line  # noqa: PLC0415

        return await open_line(self.readers, self.place)

    def writer(self) -> Connection:
        """Return the connection; SQLAlchemy marks one that broke."""
        if self._conn is None:
            self._conn = self.readers.connect()
        return self._conn

    def drop_writer(self) -> None:
        """Close the writing connection, whatever state it is in."""
        let_go(self._conn)
        self._conn = None

    def begin(self) -> Connection:
        """Begin a transaction."""
        conn = self.writer()
        conn.begin()
        return conn

    def commit(self) -> None:
        """Commit it."""
        self.writer().commit()

    def rollback(self) -> None:
        """Undo it."""
        self.writer().rollback()

    def insert_messages(self, conn: Connection, rows: Sequence[tuple[Any, ...]]) -> Sequence[int]:
        """Insert rows under keys from the column's sequence."""
        keys = conn.scalars(_NEXT_KEYS, {"count": len(rows)}).all()
        keyed = [(key, *row) for key, row in zip(keys, rows, strict=True)]
        insert_rows(conn, messages, ("key", *MESSAGE_COLUMNS), keyed)
        return keys

    def is_undone(self, error: Exception) -> bool:
        """Return False: a connection may break between the commit and its answer."""
        del error
        return False

    def wrote(self, octets: int) -> None:
        """Do nothing: the server looks after its own log."""

    def idle(self) -> None:
        """Do nothing, likewise."""

    def close(self) -> None:
        """Close all connections."""
        self.drop_writer()
        self.readers.dispose()


def open_postgres(url: URL) -> PostgresDatabase:
    """Connect and bring the tables up to date; `StartupError` says why that cannot be."""
    try:
        database = PostgresDatabase(url)
    except ImportError as error:
        msg = "PostgreSQL needs its driver: pip install 'sendcloud-inbound[postgres]'."
        raise StartupError(msg) from error
    try:
        _set_up(database)
    except DBAPIError as error:
        database.close()
        raise _startup_error(url, error) from None  # the driver's own text may hold the password
    except BaseException:
        database.close()
        raise
    return database


def _set_up(database: PostgresDatabase) -> None:
    with database.readers.begin() as conn:
        if not is_current(conn):
            conn.execute(_ONE_AT_A_TIME)
            bring_up(conn, database.place, shared=True)


def _startup_error(url: URL, error: DBAPIError) -> StartupError:
    reason = reason_of(error).rstrip(".")
    if url.password:
        reason = reason.replace(str(url.password), "***")
    return StartupError(f"{_place(url)} cannot be used: {reason}. Check its URL and the server.")


def _place(url: URL) -> str:
    host = url.host or url.query.get("host") or "the local socket"
    port = f":{url.port}" if url.port else ""
    return f"The PostgreSQL store {url.database or ''} at {host}{port}"
