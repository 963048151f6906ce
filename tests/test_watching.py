"""The watch over the orders: API_USERs go when their time is over, whatever happens meanwhile."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

from structlog.testing import capture_logs

from sendcloud_inbound.app.watching import Watch
from sendcloud_inbound.errors import StoreUnavailable
from sendcloud_inbound.rules.orders import ApiUser
from sendcloud_inbound.store import open_store
from tests import builders
from tests.fakes import FakeClock

if TYPE_CHECKING:
    from sendcloud_inbound.store import Store


class Flaky:
    """A store that cannot be read at first."""

    def __init__(self, store: Store, *failures: Exception) -> None:
        self._store, self._failures = store, [*failures]
        self.rounds, self.is_looked_at = 0, asyncio.Event()

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    async def refresh(self) -> None:
        """Fail while there are failures, then read."""
        self.rounds += 1
        if self._failures:
            raise self._failures.pop(0)
        await self._store.refresh()
        self.is_looked_at.set()


async def test_it_goes_on_after_trouble() -> None:
    """A store that is away is read when it is back, and a mistake ends nothing; both are told."""
    clock = FakeClock()
    store = await open_store("sqlite://", clock=clock)
    await store.orders.add_api_user(ApiUser(builders.account(api_user="a"), 0, clock.now_ms()))
    flaky = Flaky(store, StoreUnavailable("gone"), ValueError("a bug"))
    watch = Watch(cast("Store", flaky), clock, watch_s=0.01)
    running = asyncio.create_task(watch.run())
    with capture_logs() as logged:
        async with asyncio.timeout(20):
            while store.orders.api_users():
                await flaky.is_looked_at.wait()
                await store.orders.refresh()
            watch.stop()
            await running
    events = [each["event"] for each in logged]
    assert events[:3] == ["orders_waiting", "orders_failed", "api_user_expired"]
    await store.close()


async def test_a_stop_ends_it_at_once() -> None:
    """In the middle of a pause; nothing is read any more."""
    clock = FakeClock()
    store = await open_store("sqlite://", clock=clock)
    flaky = Flaky(store)
    watch = Watch(cast("Store", flaky), clock, watch_s=3600)
    running = asyncio.create_task(watch.run())
    await asyncio.sleep(0)
    watch.stop()
    async with asyncio.timeout(10):
        await running
    assert flaky.rounds == 0
    await store.close()
