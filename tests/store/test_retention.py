"""Keeping the mail within bounds, in every store."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from sendcloud_inbound.ports import Bounds, Evicted
from sendcloud_inbound.rules.history import Pending
from sendcloud_inbound.store.bodies import MAX_IN_ROW
from sendcloud_inbound.worker import Sweeper
from tests.builders import ANY_MAIL, NOW_MS, expansion, record

if TYPE_CHECKING:
    from pathlib import Path

    from sendcloud_inbound.store import Store
    from tests.fakes import FakeClock
    from tests.store.conftest import OpenStore

SIZE = 100


async def filled(store: Store, count: int, *, size: int = SIZE) -> list[str]:
    """Store messages, a second apart, all expanded; return their ids, oldest first."""
    records = [
        record(content=b"x" * size, received_at_ms=NOW_MS + 1000 * number)
        for number in range(count)
    ]
    for one in records:
        await store.put(one)
    claims = await store.claim(count, 60)
    await store.finish({claim.key: expansion("a@b.c") for claim in claims})
    return [one.message_id for one in records]


async def kept(store: Store) -> list[str]:
    """Return the ids of what is left, oldest first."""
    page = await store.messages(ANY_MAIL, 999)
    return [message.message_id for message in page.items][::-1]


@pytest.mark.parametrize(
    ("bounds", "reason"),
    [
        (Bounds(max_messages=2), "max_messages"),
        (Bounds(max_age_ms=9_000), "max_age_s"),
        (Bounds(max_bytes=2 * SIZE + 50), "max_bytes"),
    ],
)
async def test_the_oldest_go_and_are_counted(
    store: Store, clock: FakeClock, bounds: Bounds, reason: str
) -> None:
    """Whichever bound it is; a second look finds nothing more."""
    ids = await filled(store, 5)
    clock.advance(12)  # the fourth is nine seconds old, and no older
    assert await store.retention.evicted() == Evicted(0, None)
    assert await store.retention.evict(bounds) == {reason: 3}
    assert await kept(store) == ids[3:]
    assert await store.retention.evict(bounds) == {}
    assert await store.retention.evicted() == Evicted(3, NOW_MS + 2000)
    ids += await filled(store, 1)
    await store.retention.evict(Bounds(max_messages=1))
    assert await kept(store) == ids[5:]
    assert await store.retention.evicted() == Evicted(5, NOW_MS + 4000)


@pytest.mark.parametrize(
    "bounds", [Bounds(), Bounds(max_messages=3), Bounds(max_bytes=3 * SIZE), Bounds(0, 2000)]
)
async def test_what_is_just_within_bounds_stays(
    store: Store, clock: FakeClock, bounds: Bounds
) -> None:
    """All of it."""
    ids = await filled(store, 3)
    clock.advance(2)
    assert await store.retention.evict(bounds) == {}
    assert await kept(store) == ids


async def test_what_still_waits_stays(store: Store) -> None:
    """Queued, or in the outbox: it was acknowledged. It goes once its story is over."""
    (queued, sent_on) = (record(), record())
    await store.put(sent_on)
    (claim,) = await store.claim(1, 60)
    await store.finish({claim.key: expansion("a@b.c", pending=(Pending(0, NOW_MS),))})
    await store.put(queued)
    newest = await filled_after(store)
    assert await store.retention.evict(Bounds(max_messages=1)) == {}
    (claim,) = await store.claim(1, 60)
    await store.finish({claim.key: expansion("a@b.c")})
    assert await store.retention.evict(Bounds(max_messages=1)) == {"max_messages": 1}
    assert await kept(store) == [sent_on.message_id, newest]


async def filled_after(store: Store) -> str:
    """Store a message that nobody works on; return its id."""
    one = record()
    await store.put(one)
    return one.message_id


async def test_files_go_too(sqlite: Store, path: Path) -> None:
    """With the messages whose they are."""
    await filled(sqlite, 2, size=MAX_IN_ROW + 1)
    await sqlite.retention.evict(Bounds(max_messages=1))
    bodies = path.with_name(f"{path.name}.bodies")
    assert len([*bodies.iterdir()]) == 1


async def test_a_sweep_goes_on_until_all_is_within_bounds(store: Store) -> None:
    """In more than one portion, and says once how many went."""
    ids = await filled(store, 450)
    with capture_logs() as logged:
        await Sweeper(store.retention, Bounds(max_messages=7)).sweep()
    assert await kept(store) == ids[-7:]
    (line,) = [line for line in logged if line["event"] == "messages_evicted"]
    assert (line["count"], line["reason"]) == (443, "max_messages")


async def test_two_who_evict_at_once_count_each_message_once(url: str, open_at: OpenStore) -> None:
    """As the workers of several machines do."""
    if not url.startswith("postgres"):
        url = "sqlite://"
    stores = [await open_at(url)]
    stores += [await open_at(url)] if url.startswith("postgres") else []
    await filled(stores[0], 30)
    await asyncio.gather(*(each.retention.evict(Bounds(max_messages=10)) for each in stores * 2))
    assert (await stores[0].retention.evicted()).count == 20
