"""Leases are renewed while somebody works, and only then."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

import pytest
from structlog.testing import capture_logs

from sendcloud_inbound.errors import StoreUnavailable
from sendcloud_inbound.store import open_store
from sendcloud_inbound.worker import Patience
from sendcloud_inbound.worker.keeping import Kept
from tests.fakes import FakeClock
from tests.worker.test_worker import mail, settled, working

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sendcloud_inbound.rules.model import Expansion
    from sendcloud_inbound.store import Store


class Renewing:
    """Counts how often something is renewed, and fails first if it is told to."""

    def __init__(self, *failures: Exception) -> None:
        self._failures = [*failures]
        self.times = 0
        self._is_renewed = asyncio.Event()

    async def __call__(self) -> None:
        """Renew, or fail."""
        self.times += 1
        self._is_renewed.set()
        if self._failures:
            raise self._failures.pop(0)

    async def until(self, times: int) -> None:
        """Return when it was done so often."""
        async with asyncio.timeout(20):
            while self.times < times:
                await self._is_renewed.wait()
                self._is_renewed.clear()


async def test_it_renews_until_the_end() -> None:
    """Again and again while the block goes on, and no more after it."""
    renew = Renewing()
    with Kept(renew, 0.001):
        await renew.until(3)
    times = renew.times
    await asyncio.sleep(0.02)
    assert renew.times == times


async def test_what_is_quick_is_not_renewed() -> None:
    """The block is over before it is time."""
    renew = Renewing()
    with Kept(renew, 3600):
        await asyncio.sleep(0)
    assert renew.times == 0


async def test_a_store_that_is_away_is_asked_again() -> None:
    """The lease may still be there when it is back; it is told."""
    renew = Renewing(StoreUnavailable("gone"))
    with capture_logs() as logged, Kept(renew, 0.001):
        await renew.until(3)
    assert [each["event"] for each in logged] == ["lease_not_renewed"]


class Slow:
    """A store that takes an outcome only after leases were renewed."""

    def __init__(self, store: Store, times: int) -> None:
        self._store = store
        self._renewing = Renewing()
        self._times = times
        self.keys: set[int] = set()

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    async def renew(self, keys: Sequence[int], lease_s: float) -> None:
        """Note whose."""
        self.keys.update(keys)
        await self._store.renew(keys, lease_s)
        await self._renewing()

    async def finish(self, expansions: Mapping[int, Expansion]) -> set[int]:
        """Take it at last."""
        await self._renewing.until(self._times)
        return await self._store.finish(expansions)


@pytest.mark.parametrize("messages", [1, 5])
async def test_a_slow_worker_keeps_all_that_it_has(messages: int) -> None:
    """As long as it lives nobody else gets any of its messages."""
    store = await open_store("sqlite://", clock=FakeClock())
    for number in range(messages):
        await store.put(mail(f"m{number}", "a@b.c"))
    slow = Slow(store, 3)
    async with working(cast("Store", slow), patience=Patience(batch_size=10, lease_s=0.01)):
        found = await settled(store, messages)
    assert {each.status for each in found.values()} == {"expanded"}
    assert len(slow.keys) == messages
    await store.close()
