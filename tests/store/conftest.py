"""Stores to test: each test that takes `url` or `store` runs on every engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sendcloud_inbound.store import open_store
from tests.fakes import FakeClock
from tests.postgres import postgres_schema

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
    from pathlib import Path

    from sendcloud_inbound.store import Store

    OpenStore = Callable[[str], Awaitable[Store]]

ENGINES = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))


@pytest.fixture
def clock() -> FakeClock:
    """Return the time of the stores."""
    return FakeClock()


@pytest.fixture(params=ENGINES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Yield the URL of an empty store, on each engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/store.db"
        return
    with postgres_schema(request.getfixturevalue("postgres_url")) as url:
        yield url


@pytest.fixture
async def open_at(clock: FakeClock) -> AsyncIterator[OpenStore]:
    """Yield a function that opens a store, which is closed after the test."""
    opened: list[Store] = []

    async def open_one(url: str) -> Store:
        opened.append(await open_store(url, clock=clock))
        return opened[-1]

    yield open_one
    for store in opened:
        await store.close()


@pytest.fixture
async def store(url: str, open_at: OpenStore) -> Store:
    """Return an empty store, on each engine."""
    return await open_at(url)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a SQLite store is to be."""
    return tmp_path / "data" / "store.db"


@pytest.fixture
async def sqlite(path: Path, open_at: OpenStore) -> Store:
    """Return an empty store at `path`."""
    return await open_at(f"sqlite:///{path}")
