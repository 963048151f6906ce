"""How many calls of a URL are let through at a time, also when that number changes."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest

from sendcloud_inbound.webhooks.slots import Slots

URL = "http://127.0.0.1:1/"


class Calls:
    """Calls of one URL, each of which ends when it is told to."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.slots = Slots(lambda: self.most)
        self.under_way: list[int] = []
        self._ends: dict[int, asyncio.Event] = {}
        self.tasks: list[asyncio.Task[None]] = []

    async def begin(self, *numbers: int) -> None:
        """Begin with some, in that order."""
        for number in numbers:
            self._ends[number] = asyncio.Event()
            self.tasks.append(asyncio.create_task(self._call(number)))
        await self.turn()

    async def end(self, number: int) -> None:
        """Let one end."""
        self._ends[number].set()
        await self.turn()

    @staticmethod
    async def turn() -> None:
        """Let everybody do what he can."""
        for _ in range(5):
            await asyncio.sleep(0)

    async def _call(self, number: int) -> None:
        async with self.slots.of(URL):
            self.under_way.append(number)
            await self._ends[number].wait()
            self.under_way.remove(number)


async def test_so_many_at_a_time_in_their_order() -> None:
    """The third goes when one of the first two is done; another URL has its own."""
    calls = Calls(2)
    await calls.begin(1, 2, 3, 4)
    assert calls.under_way == [1, 2]
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(calls.slots.of("http://127.0.0.1:2/"))
    await calls.end(2)
    assert calls.under_way == [1, 3]
    for number in (1, 3, 4):
        await calls.end(number)
    await asyncio.gather(*calls.tasks)


async def test_the_number_may_change_meanwhile() -> None:
    """With less none is cut off, with more the next ones go; the last one goes alone at least."""
    calls = Calls(3)
    await calls.begin(1, 2, 3, 4, 5, 6)
    calls.most = 0
    await calls.end(1)
    await calls.end(2)
    assert calls.under_way == [3]
    await calls.end(3)
    assert calls.under_way == [4]
    calls.most = 2
    await calls.end(4)
    assert calls.under_way == [5, 6]
    await calls.end(5)
    await calls.end(6)
    await asyncio.gather(*calls.tasks)


async def test_who_gives_up_takes_no_slot_with_him() -> None:
    """Whether he still waited, or had his turn at that very moment."""
    calls = Calls(1)
    await calls.begin(1, 2, 3, 4)
    calls.tasks[1].cancel()
    calls._ends[1].set()
    await asyncio.sleep(0)
    calls.tasks[2].cancel()
    await calls.turn()
    assert calls.under_way == [4]
    await calls.end(4)
    for task in calls.tasks[1:3]:
        with pytest.raises(asyncio.CancelledError):
            await task
