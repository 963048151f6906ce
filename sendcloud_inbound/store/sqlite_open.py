"""Opens a SQLite store: directories, lock, file, tables, and the leftovers of a killed process."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from sendcloud_inbound.errors import StartupError
from sendcloud_inbound.store import statements
from sendcloud_inbound.store.bodies import sync_directory
from sendcloud_inbound.store.database import reason_of
from sendcloud_inbound.store.lockfile import LockFile
from sendcloud_inbound.store.schema import bring_up, is_current, refuse_others
from sendcloud_inbound.store.sqlite import SqliteDatabase, bodies_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from sendcloud_inbound.store.bodies import BodyFiles

_MAGIC = b"SQLite format 3\0"
_SMALLEST = 512
"""Octets of the smallest page: SQLite takes any shorter file for an empty database."""
_CHECKED_OCTETS = 16 * 1024 * 1024
"""Up to here a whole check takes some 50 ms; a larger file shows its faults when it is read."""

_SWEPT_AT_ONCE = 500


def open_sqlite(path: Path | None, now_ms: int) -> SqliteDatabase:
    """Open the store at `path`, or a private temporary one; `StartupError` says why not."""
    with ExitStack() as around:
        if path is None:
            directory = around.enter_context(TemporaryDirectory(prefix="sendcloud-inbound-"))
            path = Path(directory, "store.db")
        database = _open(path.absolute(), around, now_ms)
        database.around = around.pop_all()
    return database


def _open(path: Path, around: ExitStack, now_ms: int) -> SqliteDatabase:
    try:
        _look_at(path)
        _make_directory(path.parent)
        lock = LockFile(path.with_name(f"{path.name}.lock"))
        around.callback(lock.close)
        path.touch(mode=0o660)  # mail is nobody else's business
        database = SqliteDatabase(path)
        around.callback(database.close_connections)
        _check(database)
        _make_directory(database.bodies.directory)
        _set_up(database, now_ms, is_alone=lock.is_alone)
        lock.share()
    except OSError as error:
        msg = f"The store {path} cannot be opened: {reason_of(error)}. Name a place to write to."
        raise StartupError(msg) from error
    except DBAPIError as error:
        raise _startup_error(path, error) from error
    return database


def _make_directory(directory: Path) -> None:
    if not directory.is_dir():
        directory.mkdir(parents=True)
        sync_directory(directory.parent)


def _look_at(path: Path) -> None:
    """Refuse what SQLite would misunderstand, or overwrite as if it were empty."""
    if path.is_dir():
        raise StartupError(f"The store {path} is a directory. Name a file in it.")
    start = b""
    if path.exists():
        with path.open("rb") as file:
            start = file.read(_SMALLEST)
    if not start:
        _refuse_widowed_bodies(path)
    elif not start.startswith(_MAGIC):
        raise StartupError(
            f"The store {path} is no SQLite database. Move the file away, or name another store."
        )
    elif len(start) < _SMALLEST:
        raise _corrupt(path, "the file was cut off")


def _refuse_widowed_bodies(path: Path) -> None:
    """Refuse a new database beside the contents of an old one: the sweep would delete them."""
    bodies = bodies_of(path)
    if bodies.message_ids():
        raise StartupError(
            f"The store {path} is missing, but its contents lie in {bodies.directory}. "
            "Put the file back, or remove the directory to start with an empty store."
        )


def _set_up(database: SqliteDatabase, now_ms: int, *, is_alone: bool) -> None:
    conn = database.writer()
    with conn.begin():
        if not is_current(conn):
            bring_up(conn, database.place, shared=False)
        if is_alone:
            for end_leases in statements.END_LEASES:
                conn.execute(end_leases, {"now_ms": now_ms})
            _sweep(database.bodies, conn)
    database.wrote(0)


def _sweep(bodies: BodyFiles, conn: Connection) -> None:
    """Remove the files whose message was never committed."""
    found = bodies.message_ids()
    for start in range(0, len(found), _SWEPT_AT_ONCE):
        some = found[start : start + _SWEPT_AT_ONCE]
        stored = set(conn.scalars(statements.WHICH_ARE_STORED, {"message_ids": some}))
        for message_id in set(some) - stored:
            bodies.discard(message_id)


def _check(database: SqliteDatabase) -> None:
    """Refuse a spoilt file, and one of another program before anything in it is changed."""
    with database.readers.connect() as conn:
        if database.path.stat().st_size <= _CHECKED_OCTETS:
            found = conn.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
            if found != "ok":
                raise _corrupt(database.path, str(found).replace("\n", " "))
        refuse_others(conn, database.place, shared=False)


def _corrupt(path: Path, how: str) -> StartupError:
    return StartupError(
        f"The store {path} is corrupt: {how}. Put a backup in its place, or move it away."
    )


def _startup_error(path: Path, error: DBAPIError) -> StartupError:
    reason = reason_of(error)
    code = getattr(error.orig, "sqlite_errorcode", 0)
    if code & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return _corrupt(path, reason)
    return StartupError(
        f"The store {path} cannot be opened: {reason}. Name another store, or retry."
    )
