"""The tables of `tables.py` and the migrations that lead to them, on every engine."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, make_url, text, update

from sendcloud_inbound.errors import StartupError
from sendcloud_inbound.store.schema import alembic_config, bring_up, version_of
from sendcloud_inbound.store.tables import SCHEMA_VERSION, metadata, versions
from tests.builders import expansion, record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from tests.store.conftest import OpenStore

_COLUMNS = """
    SELECT table_name, column_name, ordinal_position, data_type, is_nullable, column_default,
        is_identity, identity_generation, character_maximum_length
    FROM information_schema.columns WHERE table_schema = current_schema()
"""
_INDEXES = "SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema()"
_CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = current_schema()::regnamespace
"""
SCHEMA = {
    "sqlite": ("SELECT type, name, tbl_name, sql FROM sqlite_master",),
    "postgresql": (_COLUMNS, _INDEXES, _CONSTRAINTS),
}
"""What tells all of a schema."""


@pytest.fixture
def conn(url: str) -> Iterator[Connection]:
    """Yield a connection to an empty database; what it did is committed at the end."""
    parsed = make_url(url)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    engine = create_engine(parsed)
    with engine.begin() as conn:
        yield conn
    engine.dispose()


def schema_of(conn: Connection) -> list[list[tuple[object, ...]]]:
    """Return all that the database says of its tables, in an order of its own."""
    found = (conn.execute(text(sql)).all() for sql in SCHEMA[conn.dialect.name])
    return [sorted((tuple(map(in_order, row)) for row in rows), key=repr) for rows in found]


def in_order(value: object) -> object:
    """Return what SQLite keeps of a table with its columns in an order of its own.

    A column that was added later stands at the end of the text, behind the constraints.
    """
    head, begins, inside = str(value).partition("(")
    if not (head.startswith("CREATE TABLE") and begins):
        return value
    body, _, tail = inside.rpartition(")")
    parts = re.split(r",(?![^()]*\))", body)
    return head, tail.strip(), tuple(sorted(" ".join(part.split()) for part in parts))


def revisions() -> list[str]:
    """Return the numbers of all migrations, the newest first."""
    config = alembic_config(None)
    return [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]


def test_the_migrations_make_the_tables(conn: Connection) -> None:
    """All migrations from nothing give exactly what a new store gets at once."""
    bring_up(conn, "It", shared=True)
    at_once = schema_of(conn)
    metadata.drop_all(conn)
    versions.drop(conn)
    command.upgrade(alembic_config(conn), "head")
    assert schema_of(conn) == at_once
    assert version_of(conn) == SCHEMA_VERSION


def test_the_version_is_that_of_the_last_migration() -> None:
    """`SCHEMA_VERSION` moves with the migrations."""
    assert revisions()[0] == SCHEMA_VERSION


def test_the_migrations_can_be_taken_back(conn: Connection) -> None:
    """Down to nothing and up again is possible at each step."""
    config = alembic_config(conn)
    command.upgrade(config, "head")
    up = schema_of(conn)
    command.downgrade(config, "base")
    command.upgrade(config, "head")
    assert schema_of(conn) == up


@pytest.mark.parametrize("revision", revisions())
async def test_an_older_store_is_brought_up(
    url: str, request: pytest.FixtureRequest, open_at: OpenStore, revision: str
) -> None:
    """A store of every older version opens, and works as a new one."""
    conn: Connection = request.getfixturevalue("conn")
    command.upgrade(alembic_config(conn), revision)
    conn.commit()
    store = await open_at(url)
    await store.put(record())
    (claim,) = await store.claim(1, 1)
    assert await store.finish({claim.key: expansion()})


async def test_a_newer_store_is_refused(url: str, conn: Connection, open_at: OpenStore) -> None:
    """A version that this program does not know is left alone."""
    bring_up(conn, "It", shared=True)
    conn.execute(update(versions).values(version_num="9999"))
    conn.commit()
    with pytest.raises(StartupError, match=r"newer version of this program.* schema is 9999"):
        await open_at(url)
