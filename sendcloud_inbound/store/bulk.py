"""Inserts of many rows by one statement: the hot path.

Each group of messages goes in by a few INSERTs with many rows in VALUES. Measured on SQLite, this
costs half of the driver's `executemany`, which also lets go of the interpreter lock and waits for
it again once per row, while the event loop wants it too. SQLAlchemy makes the statement's text
from the Table, once per table and number of rows; then it runs as it is, because preparing the
parameters of each call would cost more than the insert (DESIGN: performance, 4).
"""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection, Dialect, Table

_SIZES = (64, 32, 16, 8, 4, 2, 1)
"""Rows per statement: few enough texts for the drivers' caches of prepared statements."""


def insert_rows(
    conn: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert `rows`, each a tuple in the order of `columns`."""
    for part in _parts(rows):
        sql = _insert(table, columns, len(part), conn.dialect)
        conn.exec_driver_sql(sql, tuple(chain.from_iterable(part)))


def _parts(rows: Sequence[tuple[Any, ...]]) -> Iterator[Sequence[tuple[Any, ...]]]:
    start = 0
    for size in _SIZES:
        while len(rows) - start >= size:
            yield rows[start : start + size]
            start += size


@lru_cache(maxsize=64)
def _insert(table: Table, columns: tuple[str, ...], rows: int, dialect: Dialect) -> str:
    """Return the text that inserts that many rows; its parameters go row by row."""
    row = dict.fromkeys(columns)
    return str(insert(table).values([row] * rows).compile(dialect=dialect))
