"""What the writer and the readers need of an engine; `sqlite.py` and `postgres.py` give it.

Also how an error of a database becomes one clear sentence.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from sendcloud_inbound.errors import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

    from sqlalchemy import Connection, Engine

    from sendcloud_inbound.store.bodies import Bodies
    from sendcloud_inbound.store.signals import Line

    Mail = tuple[tuple[Any, ...], bytes, bytes | None]
    """A message in `rows.MESSAGE_COLUMNS`, its transcript, and its content if that is no file."""

TROUBLE = (SQLAlchemyError, OSError)
"""What a database or a disk raises when it is in trouble."""

READERS = 4
"""Threads that read, and connections for them."""

BUSY_TIMEOUT_S = 5.0
"""How long to wait for another process's lock, or for a server to answer, before giving up."""


class Database(Protocol):
    """One opened database. The writing is for one thread only."""

    @property
    def place(self) -> str:
        """Which one, for messages to people; never with a password."""

    @property
    def is_shared(self) -> bool:
        """Whether other machines may use it too."""

    @property
    def open_line(self) -> Callable[[], Awaitable[Line]] | None:
        """What opens a connection by which nodes wake each other; None where there is none."""

    @property
    def bodies(self) -> Bodies:
        """Where large contents are."""

    @property
    def readers(self) -> Engine:
        """Gives connections to read with, to any thread."""

    def writer(self) -> Connection:
        """Return the connection to write with; `StoreUnavailable` when the database is gone."""

    def drop_writer(self) -> None:
        """Close that connection after an error; the next call of `writer` opens another."""

    def begin(self) -> Connection:
        """Begin a transaction on the writer's connection and return it."""

    def commit(self) -> None:
        """Commit it; on disk when this returns."""

    def rollback(self) -> None:
        """Undo it."""

    def insert_mail(self, conn: Connection, mail: Sequence[Mail]) -> Sequence[int]:
        """Insert messages and their contents; return their keys, in the same order."""

    def is_undone(self, error: Exception) -> bool:
        """Return whether a COMMIT that failed with `error` certainly left nothing."""

    def wrote(self, octets: int) -> None:
        """Note that a group of about that size was committed."""

    def idle(self) -> None:
        """Use the pause: nothing was written for a while."""

    def close(self) -> None:
        """Close everything."""


def let_go(conn: Connection | None) -> None:
    """Close a connection, whatever state it is in."""
    if conn is not None:
        with suppress(*TROUBLE):
            conn.invalidate()
            conn.close()


@contextmanager
def translated(conn: Connection) -> Iterator[None]:
    """Raise what the driver raises as SQLAlchemy would: for calls that go round it."""
    errors = conn.dialect.loaded_dbapi.Error
    try:
        yield
    except errors as error:
        is_cut_off = conn.dialect.is_disconnect(error, conn.connection.dbapi_connection, None)
        raise DBAPIError.instance(
            None, None, error, errors, connection_invalidated=is_cut_off, dialect=conn.dialect
        ) from error


def reason_of(error: BaseException) -> str:
    """Return the first line of what the driver or the system says."""
    if isinstance(error, OSError) and error.strerror:
        name = f": {error.filename}" if error.filename else ""
        return f"{error.strerror}{name}"
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    lines = str(cause).strip().splitlines()
    return lines[0] if lines else type(cause).__name__


def unavailable(place: str, deed: str, error: BaseException) -> StoreUnavailable:
    """Return the error for callers: `deed` is `written` or `read`, `error` becomes its cause."""
    if isinstance(error, StoreUnavailable):
        text = str(error)
    else:
        text = f"{place} cannot be {deed} now: {reason_of(error)}."
    raised = StoreUnavailable(text)
    raised.__cause__ = error
    return raised
