"""The sweeper: again and again, and on after trouble."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from structlog.testing import capture_logs

from sendcloud_inbound.errors import StoreUnavailable
from sendcloud_inbound.ports import Bounds, Evicted
from sendcloud_inbound.worker import Sweeper

if TYPE_CHECKING:
    from collections.abc import Mapping


class Kept:
    """A `ports.Retention` that fails at first."""

    def __init__(self, *failures: Exception) -> None:
        self.is_swept = asyncio.Event()
        self._failures = [*failures]

    async def evict(self, bounds: Bounds) -> Mapping[str, int]:
        """Evict nothing, or fail."""
        if self._failures:
            raise self._failures.pop(0)
        self.is_swept.set()
        return {}

    async def evicted(self) -> Evicted:
        """Have evicted nothing."""
        return Evicted()


async def swept(kept: Kept) -> None:
    """Run a sweeper until it has swept."""
    sweeper = Sweeper(kept, Bounds(max_messages=1), sweep_s=0.01)
    running = asyncio.create_task(sweeper.run())
    async with asyncio.timeout(10):
        await kept.is_swept.wait()
        sweeper.stop()
        await running


async def test_it_goes_on_after_trouble() -> None:
    """A store that is away is swept when it is back, and a mistake ends nothing; both are told."""
    with capture_logs() as logged:
        await swept(Kept(StoreUnavailable("gone"), ValueError("a bug")))
    assert [each["event"] for each in logged] == ["retention_waiting", "retention_failed"]


async def test_a_stop_ends_it_at_once() -> None:
    """In the middle of a pause."""
    kept = Kept()
    sweeper = Sweeper(kept, Bounds(max_messages=1), sweep_s=3600)
    running = asyncio.create_task(sweeper.run())
    async with asyncio.timeout(10):
        await kept.is_swept.wait()
        sweeper.stop()
        await running


async def test_only_one_of_many_workers_sweeps() -> None:
    """Another one does it as long as none of it is this one's part; then it does."""
    kept, parts = Kept(), [0, 0, 1]
    asked = iter(parts)
    sweeper = Sweeper(kept, Bounds(max_messages=1), sweep_s=0.001, part_of=lambda _: next(asked))
    running = asyncio.create_task(sweeper.run())
    async with asyncio.timeout(10):
        await kept.is_swept.wait()
        sweeper.stop()
        await running
    assert list(asked) == []
