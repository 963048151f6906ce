"""PostgreSQL: one database for any number of nodes. All contents are in rows.

Nothing is done about other nodes' leases at the start: nobody can tell from here whether a node
is dead, so what it had claimed comes back when its leases run out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    bindparam,
    column,
    create_engine,
    event,
    func,
    insert,
    literal_column,
    select,
    values,
)
from sqlalchemy.exc import DBAPIError

from sendcloud_inbound.errors import StartupError
from sendcloud_inbound.store.bodies import BodiesInRows
from sendcloud_inbound.store.bulk import write_rows
from sendcloud_inbound.store.database import BUSY_TIMEOUT_S, READERS, let_go, reason_of
from sendcloud_inbound.store.rows import CONTENT_COLUMNS, MESSAGE_COLUMNS
from sendcloud_inbound.store.schema import bring_up, is_current
from sendcloud_inbound.store.tables import contents, messages

if TYPE_CHECKING:
    from collections.abc import Sequence

    import psycopg
    from sqlalchemy import URL, ColumnElement, Connection, Insert, Table

    from sendcloud_inbound.store.database import Mail
    from sendcloud_inbound.store.signals import Line

_BODY_COLUMNS = CONTENT_COLUMNS[1:]
_COLUMNS = tuple(messages.c[name] for name in MESSAGE_COLUMNS) + tuple(
    contents.c[name] for name in _BODY_COLUMNS
)
_GIVEN = values(*(column(c.name, c.type) for c in _COLUMNS), name="given").data(
    [tuple(bindparam(c.name, type_=c.type) for c in _COLUMNS)]
)
_SEQUENCE: ColumnElement[Any] = literal_column(
    "(SELECT pg_get_serial_sequence('messages', 'key')::regclass)"
)
_KEYED = select(func.nextval(_SEQUENCE).label("key"), *_GIVEN.c).cte("keyed")


def _inserting(table: Table, names: tuple[str, ...]) -> Insert:
    return insert(table).from_select(names, select(*(_KEYED.c[name] for name in names)))


_INSERT_MAIL = select(_KEYED.c.key).add_cte(
    _inserting(messages, ("key", *MESSAGE_COLUMNS)).cte("inserting_messages"),
    _inserting(contents, CONTENT_COLUMNS).cte("inserting_contents"),
)
"""For any number of rows (`bulk.write_rows`). One statement, since each has the event loop's
interpreter lock to wait for, and the server's answer."""
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
        event.listen(self.readers, "connect", _send_integers_alike)
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

    def insert_mail(self, conn: Connection, mail: Sequence[Mail]) -> Sequence[int]:
        """Insert all by one statement, under keys from the column's sequence."""
        return write_rows(conn, _INSERT_MAIL, [(*message, *body) for message, *body in mail])

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


def _send_integers_alike(connection: psycopg.Connection[Any], _record: object) -> None:
    """Send each integer as the largest kind; by its size, one text would be many statements."""
    from psycopg.types.numeric import Int8Dumper  # noqa: PLC0415 - only where it is installed

    connection.adapters.register_dumper(int, Int8Dumper)


def _place(url: URL) -> str:
    host = url.host or url.query.get("host") or "the local socket"
    port = f":{url.port}" if url.port else ""
    return f"The PostgreSQL store {url.database or ''} at {host}{port}"
