"""Brings a database to today's tables, whatever version it has, in one transaction.

A newer version than ours may serve us too: it says since which version it does.

Alembic takes longer to import than all the rest of a start. So a database of today's version is
left alone, and an empty one gets the tables of `tables.py` at once (`test_migrations.py` proves
that the migrations lead to the same); only an older one has its migrations run.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, inspect, select

from sendcloud_inbound.errors import StartupError
from sendcloud_inbound.store.tables import (
    SCHEMA_VERSION,
    SERVES_SINCE,
    facts,
    metadata,
    versions,
)

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

_SERVES_SINCE = "schema_serves_since"
"""The fact that an older program asks for."""


def version_of(conn: Connection) -> str | None:
    """Return the version of the tables, None when there are none of ours."""
    if not inspect(conn).has_table(versions.name):
        return None
    return conn.scalar(select(versions.c.version_num))


def is_current(conn: Connection) -> bool:
    """Return whether the tables are today's, or newer ones that serve this program."""
    version = version_of(conn)
    if version is None or version <= SCHEMA_VERSION:
        return version == SCHEMA_VERSION
    if not inspect(conn).has_table(facts.name):
        return False
    since = conn.scalar(select(facts.c.value).where(facts.c.name == _SERVES_SINCE))
    return since is not None and since <= SCHEMA_VERSION


def bring_up(conn: Connection, place: str, *, shared: bool) -> None:
    """Make the tables today's.

    Newer ones that serve this program are left alone. Call it in a transaction that keeps other
    processes out. `StartupError` when the tables are
    newer than this program, or somebody else's; in a database that is `shared` with other
    programs (PostgreSQL) only tables of our own names count as such.
    """
    version = version_of(conn)
    if version is None:
        refuse_others(conn, place, shared=shared)
        metadata.create_all(conn)
        versions.create(conn)
        conn.execute(insert(versions).values(version_num=SCHEMA_VERSION))
        _note_whom_it_serves(conn)
    elif not is_current(conn):
        _migrate(conn, place, version)
        _note_whom_it_serves(conn)


def _note_whom_it_serves(conn: Connection) -> None:
    conn.execute(delete(facts).where(facts.c.name == _SERVES_SINCE))
    conn.execute(insert(facts).values(name=_SERVES_SINCE, value=SERVES_SINCE))


def refuse_others(conn: Connection, place: str, *, shared: bool) -> None:
    """Raise `StartupError` when a database without our version holds tables of others."""
    if version_of(conn) is not None:
        return
    found = set(inspect(conn).get_table_names())
    others = found & set(metadata.tables) if shared else found
    if others:
        msg = (
            f"{place} belongs to another program: it has a table {min(others)!r} "
            "and no version of ours. Name another store."
        )
        raise StartupError(msg)


def _migrate(conn: Connection, place: str, version: str) -> None:
    from alembic import command  # noqa: PLC0415 - see the module's docstring
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = alembic_config(conn)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if version not in known:
        msg = (
            f"{place} was written by a newer version of this program (its schema is {version}, "
            f"this one knows {SCHEMA_VERSION}). Install that version, or name another store."
        )
        raise StartupError(msg)
    command.upgrade(config, "head")


def alembic_config(conn: Connection | None) -> Config:
    """Return what Alembic needs to run our migrations on `conn`, without an ini file."""
    from alembic.config import Config  # noqa: PLC0415 - see the module's docstring

    config = Config(attributes={"connection": conn})
    scripts = str(Path(__file__).parent / "migrations")
    config.set_main_option("script_location", scripts.replace("%", "%%"))
    return config
