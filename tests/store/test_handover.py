"""What is put where somebody claims goes to him straight, and is nobody else's for the lease."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from sendcloud_inbound.rules.model import MessageStatus
from sendcloud_inbound.store import handover, open_store
from tests.builders import expansion, record
from tests.fakes import FakeClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from sendcloud_inbound.store import Store

LEASE_S = 30


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands still."""
    return FakeClock()


@asynccontextmanager
async def opened(path: Path, clock: FakeClock) -> AsyncIterator[Store]:
    """Open a store, and close it."""
    store = await open_store(f"sqlite:///{path / 'store.db'}", clock=clock)
    try:
        yield store
    finally:
        await store.close()


async def test_it_comes_with_all_that_a_claim_has(tmp_path: Path, clock: FakeClock) -> None:
    """A claim from the handover equals the one that the database would have given."""
    async with opened(tmp_path, clock) as store:
        await store.put(record(message_id="by the database", received_at_ms=clock.now_ms()))
        (slow,) = await store.claim(10, LEASE_S)
        await store.put(record(message_id="straight", received_at_ms=clock.now_ms()))
        (straight,) = await store.claim(10, LEASE_S)
        assert (slow.message_id, straight.message_id) == ("by the database", "straight")
        for name in ("api_user", "mail_from", "rcpt_to", "content", "findings", "attempts"):
            assert getattr(straight, name) == getattr(slow, name)
        assert await store.claim(10, LEASE_S) == ()
        finished = {claim.key: expansion() for claim in (slow, straight)}
        assert await store.finish(finished) == finished.keys()


async def test_nobody_else_gets_it_before_the_lease_is_over(
    tmp_path: Path, clock: FakeClock
) -> None:
    """Another process finds it only when the one that has it is late."""
    async with opened(tmp_path, clock) as store, opened(tmp_path, clock) as other:
        assert await store.claim(10, LEASE_S) == ()
        await store.put(record(received_at_ms=clock.now_ms()))
        assert await other.claim(10, LEASE_S) == ()
        clock.advance(LEASE_S)
        assert len(await other.claim(10, LEASE_S)) == 1
        assert await store.claim(10, LEASE_S) == ()  # its own time for it has run out


async def test_a_new_start_has_it_at_once(tmp_path: Path, clock: FakeClock) -> None:
    """What was handed over to a process that is gone does not wait for the lease."""
    async with opened(tmp_path, clock) as store:
        assert await store.claim(10, LEASE_S) == ()
        await store.put(record(received_at_ms=clock.now_ms()))
    async with opened(tmp_path, clock) as store:
        (claim,) = await store.claim(10, LEASE_S)
        assert claim.attempts == 1


async def test_a_postponed_one_counts_its_attempts(tmp_path: Path, clock: FakeClock) -> None:
    """Given back, it comes by the database as the second attempt."""
    async with opened(tmp_path, clock) as store:
        assert await store.claim(10, LEASE_S) == ()
        await store.put(record(received_at_ms=clock.now_ms()))
        (claim,) = await store.claim(10, LEASE_S)
        await store.postpone(claim.key, 1)
        clock.advance(1)
        (claim,) = await store.claim(10, LEASE_S)
        assert claim.attempts == 2


async def test_a_clock_set_back_holds_up_nothing(tmp_path: Path, clock: FakeClock) -> None:
    """A message that came before the clock was set back is due all the same."""
    async with opened(tmp_path, clock) as store:
        await store.put(record(received_at_ms=clock.now_ms() + 3_600_000))
        assert len(await store.claim(10, LEASE_S)) == 1


async def test_a_refused_message_is_not_handed_over(tmp_path: Path, clock: FakeClock) -> None:
    """There is nothing to do for it."""
    async with opened(tmp_path, clock) as store:
        assert await store.claim(10, LEASE_S) == ()
        await store.put(record(status=MessageStatus.REFUSED, received_at_ms=clock.now_ms()))
        assert await store.claim(10, LEASE_S) == ()


async def test_a_worker_that_is_behind_is_not_buried(tmp_path: Path, clock: FakeClock) -> None:
    """Beyond a bound new ones go the long way; all are claimed once, the bound first."""
    async with opened(tmp_path, clock) as store:
        assert await store.claim(10, LEASE_S) == ()
        large = b"x" * 9_000_000
        for _ in range(6):
            await store.put(record(content=large, received_at_ms=clock.now_ms()))
        claimed = []
        while claims := await store.claim(1, LEASE_S):
            claimed += [claim.message_id for claim in claims]
        assert len(claimed) == len(set(claimed)) == 6


async def test_a_rush_is_much_mail_that_nobody_waits_for(tmp_path: Path, clock: FakeClock) -> None:
    """It counts from call to call, and not while somebody looks on."""
    async with opened(tmp_path, clock) as store:
        await store.claim(10, LEASE_S)

        async def put(count: int) -> None:
            names = (f"{count}-{number}" for number in range(count))
            await asyncio.gather(*(store.put(record(message_id=name)) for name in names))

        await put(100)
        assert store.is_in_a_rush()
        assert not store.is_in_a_rush()  # nothing came since
        await put(2)
        assert not store.is_in_a_rush()
        with store.news.feed(None):
            await put(101)
            assert not store.is_in_a_rush()


async def test_a_handover_that_is_nearly_full_is_no_rush(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker is behind enough."""
    monkeypatch.setattr(handover, "_MAX_MESSAGES", 40)
    async with opened(tmp_path, clock) as store:
        await store.claim(10, LEASE_S)
        await asyncio.gather(*(store.put(record(message_id=str(n))) for n in range(32)))
        assert not store.is_in_a_rush()
        assert len(await store.claim(20, LEASE_S)) == 20
        await asyncio.gather(*(store.put(record(message_id=f"{n} more")) for n in range(16)))
        assert store.is_in_a_rush()
