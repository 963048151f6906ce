"""SQLite: one file, its write-ahead log, and a directory for large contents beside it.

Every commit is on disk when it returns (WAL with `synchronous=FULL`). The file is looked at before
each group of writes: on most systems an open file can be moved or deleted, and what is written to
it then is lost (SQLite, "How To Corrupt An SQLite Database File", 4.3 and 1.5).
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import ExitStack, suppress
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote

from sqlalchemy import create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool, QueuePool

from sendcloud_inbound.errors import StoreUnavailable
from sendcloud_inbound.store.bodies import BodyFiles
from sendcloud_inbound.store.bulk import insert_rows
from sendcloud_inbound.store.checkpoints import PAGE_OCTETS, Checkpoints
from sendcloud_inbound.store.database import (
    BUSY_TIMEOUT_S,
    READERS,
    TROUBLE,
    let_go,
    translated,
    unavailable,
)
from sendcloud_inbound.store.rows import CONTENT_COLUMNS, MESSAGE_COLUMNS
from sendcloud_inbound.store.schema import is_current
from sendcloud_inbound.store.tables import contents, messages

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy import Connection, Engine

    from sendcloud_inbound.store.database import Mail

FileId = tuple[int, int]

_WRITER_PRAGMAS = (
    f"page_size = {PAGE_OCTETS}",  # counts for a new file only
    "journal_mode = WAL",
    "synchronous = FULL",
    "wal_autocheckpoint = 0",  # see checkpoints.py
    "journal_size_limit = 67108864",
    "cache_size = -32768",
)
_READER_PRAGMAS = ("query_only = ON",)

_NOTHING_WRITTEN = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_BUSY}
"""Errors of COMMIT that come before the frame that would make it one."""


class SqliteDatabase:
    """An opened SQLite store, as `database.Database` says."""

    def __init__(self, path: Path) -> None:
        self.place = f"The store {path}"
        self.bodies = bodies_of(path)
        self.readers = create_engine(
            "sqlite+pysqlite://",
            creator=partial(connect, path, _READER_PRAGMAS),
            poolclass=QueuePool,
            pool_size=READERS,
        )
        self.is_shared = False
        self.open_line = None
        self.path = path
        self.around = ExitStack()
        """What else to let go of at the end: the lock, a temporary directory."""
        self._log = path.with_name(f"{path.name}-wal")
        self._writers = create_engine(
            "sqlite+pysqlite://",
            creator=partial(connect, path, _WRITER_PRAGMAS),
            poolclass=NullPool,
        )
        _begin_with(self.readers, "BEGIN")
        _begin_with(self._writers, "BEGIN IMMEDIATE")
        self._checkpoints = Checkpoints(partial(connect, path, ("synchronous = FULL",)))
        self._conn: Connection | None = None
        self._file = file_id(path)
        self._log_file: FileId | None = None

    def writer(self) -> Connection:
        """Return the connection, if the file it has open is the one at the path."""
        found = file_id(self.path)
        if found is None:
            msg = f"{self.place} is gone: there is no such file. Put it back."
            raise StoreUnavailable(msg)
        if found != self._file:
            self._adopt(found)
        if self._conn is None:
            self._conn = self._writers.connect()
        return self._conn

    def drop_writer(self) -> None:
        """Close the writing connection, whatever state it is in."""
        let_go(self._conn)
        self._conn = self._log_file = None

    def begin(self) -> Connection:
        """Begin a transaction.

        It begins and ends by the driver's own calls: most groups have nothing but inserts, and for
        those SQLAlchemy's book-keeping would cost more than they do.
        """
        conn = self.writer()
        with translated(conn):
            driver_of(conn).execute("BEGIN IMMEDIATE").close()
        return conn

    def commit(self) -> None:
        """Commit it."""
        self._end("commit")

    def rollback(self) -> None:
        """Undo it."""
        self._end("rollback")

    def _end(self, how: str) -> None:
        conn = self._conn
        if conn is None:
            return
        if conn.in_transaction():  # a statement of SQLAlchemy's joined in; both end together
            getattr(conn, how)()
        else:
            with translated(conn):
                getattr(driver_of(conn), how)()

    def insert_mail(self, conn: Connection, mail: Sequence[Mail]) -> Sequence[int]:
        """Insert messages, which SQLite numbers without a gap, then their contents."""
        last = insert_rows(conn, messages, MESSAGE_COLUMNS, [message for message, *_ in mail])
        keys = range(last + 1 - len(mail), last + 1)
        bodies = [(key, *body) for key, (_, *body) in zip(keys, mail, strict=True)]
        insert_rows(conn, contents, CONTENT_COLUMNS, bodies)
        return keys

    def is_undone(self, error: Exception) -> bool:
        """Return whether SQLite failed before the commit's own frame was in the log."""
        cause = error.orig if isinstance(error, DBAPIError) else None
        code = getattr(cause, "sqlite_errorcode", None)
        return code in _NOTHING_WRITTEN

    def wrote(self, octets: int) -> None:
        """Let the log be copied once it has grown."""
        if self._conn is not None:
            self._log_file = self._log_file or file_id(self._log)
            self._checkpoints.wrote(octets, driver_of(self._conn))

    def idle(self) -> None:
        """Let the log be copied."""
        self._checkpoints.start()

    def close(self) -> None:
        """Copy the whole log into the file, if it is still there, and close all."""
        with suppress(StoreUnavailable, *TROUBLE):
            driver_of(self.writer()).execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
        self.close_connections()
        self.around.close()

    def close_connections(self) -> None:
        """Close the connections; what is in the log stays there."""
        self._checkpoints.close()
        self.drop_writer()
        self.readers.dispose()

    def _adopt(self, found: FileId) -> None:
        """Go on with another file that was put in the place of ours, if it is a store."""
        if self._log_file is not None and file_id(self._log) == self._log_file:
            # SQLite would take the old file's log for the new one's and mix the two.
            msg = f"{self.place} was replaced while its log stayed: stop, remove {self._log}."
            raise StoreUnavailable(msg)
        self.drop_writer()
        self.readers.dispose()
        if not self._holds_store():
            msg = f"{self.place} was replaced by a file that is no store of this version."
            raise StoreUnavailable(msg)
        self._file = found

    def _holds_store(self) -> bool:
        try:
            with self.readers.connect() as conn:
                return is_current(conn)
        except DBAPIError as error:
            raise unavailable(self.place, "read", error) from error


def bodies_of(path: Path) -> BodyFiles:
    """Return the large contents of the store at `path`."""
    return BodyFiles(path.with_name(f"{path.name}.bodies"))


def file_id(path: Path) -> FileId | None:
    """Return what tells a file from every other one; None when there is none at `path`."""
    try:
        found = os.stat(path)  # noqa: PTH116 - Path.stat takes twice as long, and this is hot
    except OSError:
        return None
    return found.st_dev, found.st_ino


def connect(path: Path, pragmas: tuple[str, ...]) -> sqlite3.Connection:
    """Open a file that is there; SQLite's own way would make an empty one in its place."""
    conn = sqlite3.connect(
        f"file:{quote(str(path))}?mode=rw",
        uri=True,
        timeout=BUSY_TIMEOUT_S,
        isolation_level=None,  # BEGIN is ours to say, see `_engine`
        cached_statements=512,  # `bulk.py` has one for each number of rows
        check_same_thread=False,  # a pool may hand one from thread to thread
    )
    try:
        for pragma in pragmas:
            conn.execute(f"PRAGMA {pragma}").close()
    except sqlite3.Error:
        conn.close()
        raise
    return conn


def driver_of(conn: Connection) -> sqlite3.Connection:
    """Return the driver's own connection: for what must not happen within a transaction."""
    driver = conn.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - tells the type checker
    return driver


def _begin_with(engine: Engine, statement: str) -> None:
    """Set how transactions begin (SQLAlchemy's SQLite page, "Transactions")."""

    def begin(conn: Connection) -> None:
        if not driver_of(conn).in_transaction:
            conn.exec_driver_sql(statement)

    event.listen(engine, "begin", begin)
