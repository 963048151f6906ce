"""What the tests of the HTTP side share: a store, and a client of an application that shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sendcloud_inbound.store import open_store
from tests.builders import NOW_MS
from tests.fakes import FakeClock
from tests.http.serving import application, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx

    from sendcloud_inbound.store import Store


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    """Open a private store; by its clock all that the tests put is long due."""
    opened = await open_store("sqlite://", clock=FakeClock(2 * NOW_MS))
    yield opened
    await opened.close()


@pytest.fixture
async def client(store: Store) -> AsyncIterator[httpx.AsyncClient]:
    """Serve the application over the store."""
    async with serving(application(store, {"store": store.check})) as client:
        yield client
