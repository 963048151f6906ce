"""Writing many rows at once: the hot path.

A group of messages goes in by one INSERT with many rows in VALUES. Measured on SQLite, this costs
half of the driver's `executemany`, which lets go of the interpreter lock and waits for it again
once per row, while the event loop wants it too. SQLAlchemy makes the text of a row from the Table;
the driver runs it, for SQLAlchemy's own way of executing costs ten times as much (DESIGN:
performance, 4).
"""

from __future__ import annotations

import re
from contextlib import closing
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert
from sqlalchemy.dialects import postgresql, sqlite

from sendcloud_inbound.store.database import translated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Dialect, Select, Table
    from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
    from sqlalchemy.dialects.sqlite import Insert as SQLiteInsert
    from sqlalchemy.sql.dml import ReturningUpdate

    Writing = ReturningUpdate[Any] | Select[Any]

_MOST = 64
"""Rows per statement: few enough texts for the drivers' caches of prepared statements."""


def insert_rows(
    conn: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]
) -> int:
    """Insert `rows`, each a tuple in the order of `columns`; return the driver's last row id."""
    with translated(conn), closing(_cursor(conn)) as cursor:
        for start in range(0, len(rows), _MOST):
            part = rows[start : start + _MOST]
            sql = _insert(table, columns, len(part), conn.dialect)
            cursor.execute(sql, tuple(chain.from_iterable(part)))
        return getattr(cursor, "lastrowid", None) or 0


def write_rows(conn: Connection, statement: Writing, rows: Sequence[tuple[Any, ...]]) -> list[Any]:
    """Run a statement that writes from VALUES of one row with many; return its first column."""
    found: list[Any] = []
    with translated(conn), closing(_cursor(conn)) as cursor:
        for start in range(0, len(rows), _MOST):
            part = rows[start : start + _MOST]
            sql = _writing(statement, len(part), conn.dialect)
            cursor.execute(sql, tuple(chain.from_iterable(part)))
            found += [first for first, *_ in cursor.fetchall()]
    return found


def _cursor(conn: Connection) -> Any:  # noqa: ANN401 - each driver has its own
    """Return what runs these texts."""
    if conn.dialect.name == "sqlite":
        return conn.connection.cursor()
    # The usual one takes every long text apart again, to write the server's own placeholders.
    from psycopg import RawCursor  # noqa: PLC0415 - only where it is installed

    return RawCursor(conn.connection.driver_connection)  # type: ignore[arg-type]


def insert_absent(conn: Connection, table: Table) -> SQLiteInsert | PostgresInsert:
    """Return an insert that leaves a row out where another holds what must be unique."""
    if conn.dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()


def _numbered(text: str, dialect: Dialect) -> str:
    """Return a text with the placeholders that PostgreSQL itself knows: `$1`, `$2` and so on."""
    if dialect.name == "sqlite":
        return text
    first, *others = text.split("%s")
    return first + "".join(f"${number}{rest}" for number, rest in enumerate(others, 1))


_ROW_OF_VALUES = re.compile(r"VALUES (\([^()]*\))")

_KINDS = 64
"""Tables and statements that are written so; each is compiled once for a dialect."""


@lru_cache(maxsize=_KINDS * _MOST)
def _writing(statement: Writing, rows: int, dialect: Dialect) -> str:
    """Return the text for that many rows; its parameters go row by row."""
    head, row, tail = _writing_of_one(statement, dialect)
    return _numbered(f"{head}VALUES {', '.join([row] * rows)}{tail}", dialect)


@lru_cache(maxsize=_KINDS)
def _writing_of_one(statement: Writing, dialect: Dialect) -> tuple[str, str, str]:
    """Return what stands before the rows, one row, and what stands behind them."""
    text = str(statement.compile(dialect=dialect))
    found = _ROW_OF_VALUES.search(text)
    if found is None:
        raise ValueError("the statement has no VALUES of one row")
    return text[: found.start()], found[1], text[found.end() :]


@lru_cache(maxsize=_KINDS * _MOST)
def _insert(table: Table, columns: tuple[str, ...], rows: int, dialect: Dialect) -> str:
    """Return the text that inserts that many rows; its parameters go row by row."""
    head, row = _insert_of_one(table, columns, dialect)
    return _numbered(f"{head} VALUES {', '.join([row] * rows)}", dialect)


@lru_cache(maxsize=_KINDS)
def _insert_of_one(table: Table, columns: tuple[str, ...], dialect: Dialect) -> tuple[str, str]:
    """Return what stands before the rows, and one row."""
    compiled = insert(table).values(dict.fromkeys(columns)).inline().compile(dialect=dialect)
    if tuple(compiled.positiontup or ()) != columns:
        raise ValueError(f"the columns of {table.name} must be named in the table's own order")
    head, _, row = str(compiled).partition(" VALUES ")
    return head, row
