"""The indexer: small steps, few while much mail comes, and on again after trouble."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from sendcloud_inbound.errors import StoreUnavailable
from sendcloud_inbound.worker import Indexer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Index:
    """A `ports.SearchIndex` that notes what it is asked for."""

    def __init__(
        self, left: int = 0, *, came: Sequence[int] = (), failures: Sequence[Exception] = ()
    ) -> None:
        self.left = left
        self.limits: list[int] = []
        self.is_done = asyncio.Event()
        self._came = [*came]
        self._failures = [*failures]

    def came(self) -> int:
        """Return how many messages came."""
        return self._came.pop(0) if self._came else 0

    async def add(self, limit: int) -> int:
        """Take some in, or fail."""
        if self._failures:
            raise self._failures.pop(0)
        self.limits.append(limit)
        added = min(limit, self.left)
        self.left -= added
        if not self.left:
            self.is_done.set()
        return added


async def run(index: Index, part_of: Callable[[int], int] = int) -> None:
    """Run an indexer until nothing is left."""
    indexer = Indexer(index, idle_s=0.01, part_of=part_of)
    running = asyncio.create_task(indexer.run())
    await index.is_done.wait()
    indexer.stop()
    await running


async def test_only_one_of_many_workers_indexes() -> None:
    """Another one does it as long as none of it is this one's part; then it does."""
    index, parts = Index(left=10), [0, 0]
    await run(index, lambda most: parts.pop() if parts else most)
    assert parts == []
    assert index.limits == [32]


async def test_what_is_left_is_caught_up_with() -> None:
    """Step by step, until there is nothing to do."""
    index = Index(left=100)
    await run(index)
    assert index.limits == [32, 32, 32, 32]


async def test_it_gives_way_to_mail() -> None:
    """Steps are smaller while much comes in, and for a few rounds after."""
    index = Index(left=110, came=(0, 21, 5, 20))
    await run(index)
    assert index.limits == [32, 8, 8, 8, 32, 32]


async def test_it_goes_on_after_trouble() -> None:
    """A store that cannot be written now may be written later; a mistake ends nothing either."""
    index = Index(left=1, failures=[StoreUnavailable("gone"), ValueError("a bug")])
    await run(index)
    assert index.left == 0


@pytest.mark.parametrize("left", [0, 1000])
async def test_a_stop_ends_it_at_once(left: int) -> None:
    """Before its next step, in the middle of a pause."""
    indexer = Indexer(Index(left=left))
    running = asyncio.create_task(indexer.run())
    await asyncio.sleep(0)
    indexer.stop()
    async with asyncio.timeout(0.5):
        await running
