"""Which operations are committed together (store/writer.py)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from sendcloud_inbound.store.operations import Probe, Put
from sendcloud_inbound.store.sqlite_open import open_sqlite
from sendcloud_inbound.store.writer import Writer
from tests import builders

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from sendcloud_inbound.store.sqlite import SqliteDatabase


class Groups:
    """A writer on a real database, and the new messages of each group it was told of."""

    def __init__(self, database: SqliteDatabase) -> None:
        self.stored: list[str] = []
        self._loop = asyncio.get_running_loop()
        self.writer = Writer(database, self._loop, lambda put: self.stored.append(put.message_id))

    def put(self) -> asyncio.Future[None]:
        """Submit a new message."""
        return self.writer.submit(Put(self._loop.create_future(), builders.record(), 0))

    def probe(self) -> asyncio.Future[None]:
        """Submit something that is no new message."""
        return self.writer.submit(Probe(self._loop.create_future()))


@pytest.fixture
async def groups(tmp_path: Path) -> AsyncIterator[Groups]:
    """Give a writer that has seen nothing yet."""
    database = open_sqlite(tmp_path / "store.db", 0)
    made = Groups(database)
    yield made
    await made.writer.close()
    database.close()


async def done_together(*futures: asyncio.Future[None]) -> bool:
    """Wait for the first of them and tell whether the others are done too."""
    await asyncio.wait(futures, return_when=asyncio.FIRST_COMPLETED)
    return all(future.done() for future in futures)


async def test_what_is_submitted_in_one_turn_is_one_group(groups: Groups) -> None:
    """Three messages of one turn of the event loop share a commit."""
    assert await done_together(groups.put(), groups.put(), groups.put())


async def test_a_group_waits_for_as_many_as_there_were(groups: Groups) -> None:
    """After a group of three, two wait for the third, over several turns of the loop."""
    await asyncio.gather(groups.put(), groups.put(), groups.put())
    first = groups.put()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert await done_together(first, groups.put(), groups.put())


async def test_a_group_waits_no_longer_than_a_moment(groups: Groups) -> None:
    """Who is expected and does not come holds nobody up for long."""
    await asyncio.gather(groups.put(), groups.put(), groups.put())
    async with asyncio.timeout(5):
        await groups.put()


async def test_other_operations_go_with_the_messages(groups: Groups) -> None:
    """A probe that is submitted while a group forms shares its commit."""
    await asyncio.gather(groups.put(), groups.put())
    probe = groups.probe()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert await done_together(probe, groups.put(), groups.put())


async def test_the_end_waits_for_nobody(groups: Groups) -> None:
    """Closing commits what waits, and nothing can be submitted any more."""
    await asyncio.gather(groups.put(), groups.put(), groups.put())
    last = groups.put()
    await groups.writer.close()
    assert last.done()
    assert last.exception() is None
    assert groups.put().exception() is not None


async def test_stored_messages_are_told_after_their_callers(groups: Groups) -> None:
    """Clients get their answers before the worker hears of new work."""
    put = groups.put()
    await put
    assert groups.stored == []
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert len(groups.stored) == 1
