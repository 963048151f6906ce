"""The tables of `tables.py` and the migrations that lead to them, on every engine."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, make_url, text, update

from sendcloud_inbound.errors import StartupError
from sendcloud_inbound.store.schema import alembic_config, bring_up, version_of
from sendcloud_inbound.store.tables import (
    SCHEMA_VERSION,
    SERVES_SINCE,
    facts,
    metadata,
    versions,
)
from tests.builders import ANY_MAIL, expansion, record
from tests.postgres import postgres_schema

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


def test_it_serves_versions_that_there_were() -> None:
    """The oldest version that works on today's tables is one of ours."""
    assert SERVES_SINCE in revisions()


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


NEXT = (
    "ALTER TABLE messages ADD COLUMN weather TEXT",
    "ALTER TABLE events ADD COLUMN weight BIGINT DEFAULT 7 NOT NULL",
    "CREATE TABLE moods (name TEXT PRIMARY KEY)",
    "UPDATE sendcloud_inbound_schema SET version_num = '9999'",
)
"""What a newer version of this program may do to the tables."""


def upgrade(conn: Connection, serves_since: str) -> None:
    """Do what a newer version does, which serves those from one on."""
    for statement in NEXT:
        conn.execute(text(statement))
    serving = facts.c.name == "schema_serves_since"
    assert conn.execute(update(facts).where(serving).values(value=serves_since)).rowcount == 1
    conn.commit()


async def test_a_newer_store_that_serves_this_version_opens(
    url: str, conn: Connection, open_at: OpenStore
) -> None:
    """While nodes are brought up one after the other, an old one may start again; it goes on."""
    bring_up(conn, "It", shared=True)
    upgrade(conn, SCHEMA_VERSION)
    store = await open_at(url)
    await store.put(record())
    (claim,) = await store.claim(1, 1)
    assert await store.finish({claim.key: expansion()})
    with conn.engine.connect() as looking:
        assert version_of(looking) == "9999"


async def test_a_running_node_goes_on_while_the_tables_change(
    url: str, conn: Connection, open_at: OpenStore
) -> None:
    """Statements that it has prepared hold on the new tables, and nothing of its work fails."""
    store = await open_at(url)
    for number in range(40):
        await store.put(record())
        (claim,) = await store.claim(1, 1)
        assert await store.finish({claim.key: expansion()})
        assert len((await store.messages(ANY_MAIL, 100)).items) == number + 1
        if number == 20:
            upgrade(conn, SCHEMA_VERSION)


@pytest.mark.postgres
@pytest.mark.parametrize("revision", ["none", "0008"])
async def test_nodes_that_start_at_once_make_the_tables_once(
    postgres_url: str, open_at: OpenStore, revision: str
) -> None:
    """On an empty database and on an older one: the first brings it up, the others wait for it."""
    with postgres_schema(postgres_url) as url:
        engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
        with engine.begin() as conn:
            if revision != "none":
                command.upgrade(alembic_config(conn), revision)
        stores = await asyncio.gather(*(open_at(url) for _ in range(6)))
        for store in stores:
            await store.put(record())
            await store.close()
        with engine.connect() as conn:
            assert version_of(conn) == SCHEMA_VERSION
            assert conn.scalar(text("SELECT count(*) FROM messages")) == 6
        engine.dispose()


async def test_a_newer_store_is_refused(url: str, conn: Connection, open_at: OpenStore) -> None:
    """A version that this program does not know, and that does not serve it, is left alone."""
    bring_up(conn, "It", shared=True)
    upgrade(conn, "9998")
    with pytest.raises(StartupError, match=r"newer version of this program.* schema is 9999"):
        await open_at(url)
