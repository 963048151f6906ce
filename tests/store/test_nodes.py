"""Several nodes on one PostgreSQL: they wake each other, count together, share what is bounded."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, insert, make_url, text

from sendcloud_inbound.app.membership import Membership
from sendcloud_inbound.ports import Interest, What
from sendcloud_inbound.rules.history import Change, Event, EventKind, Pending
from sendcloud_inbound.rules.limits import Usage
from sendcloud_inbound.rules.orders import Webhook
from sendcloud_inbound.store.node_tables import nodes
from tests import builders
from tests.builders import NOW_MS, expansion, record
from tests.postgres import cut_off, named_schema
from tests.store.test_list_tasks import started

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from sendcloud_inbound.store import Store
    from tests.fakes import FakeClock
    from tests.store.conftest import OpenStore

pytestmark = pytest.mark.postgres

PATIENCE_S = 20.0
LONG_S = 3600.0
"""Whoever waits so long has not been helped by asking again and again."""


@pytest.fixture
def shared_url(postgres_url: str) -> Iterator[str]:
    """Yield the URL of an empty store for all nodes, whose connections can be cut."""
    with named_schema(postgres_url) as url:
        yield url


@asynccontextmanager
async def signalling(*stores: Store) -> AsyncIterator[None]:
    """Let nodes tell and hear each other for the block."""
    signals = [store.signals for store in stores if store.signals is not None]
    assert len(signals) == len(stores)
    running = [asyncio.create_task(each.run()) for each in signals]
    try:
        async with asyncio.timeout(PATIENCE_S):
            for each in signals:
                await each.is_hearing.wait()
        yield
    finally:
        for each in signals:
            each.stop()
        await asyncio.gather(*running)


@pytest.fixture
async def pair(shared_url: str, open_at: OpenStore) -> AsyncIterator[tuple[Store, Store]]:
    """Yield two nodes that hear each other."""
    one, other = await open_at(shared_url), await open_at(shared_url)
    async with signalling(one, other):
        yield one, other


async def woken(wait: Callable[[float], Awaitable[None]], do: Awaitable[object]) -> None:
    """Return when somebody who waits is woken by something that is done meanwhile."""
    waiting = asyncio.ensure_future(wait(LONG_S))
    await asyncio.sleep(0)
    await do
    async with asyncio.timeout(PATIENCE_S):
        await waiting


async def until(holds: Callable[[], bool]) -> None:
    """Return when something holds that another task brings about."""
    async with asyncio.timeout(PATIENCE_S):
        while not holds():  # noqa: ASYNC110 - no event tells of it
            await asyncio.sleep(0.01)


async def test_a_worker_is_woken_by_mail_of_another_node(pair: tuple[Store, Store]) -> None:
    """It waits for an hour, and has the message at once."""
    one, other = pair
    await other.claim(1, 30)
    await woken(other.wait, one.put(record()))
    assert len(await other.claim(1, 30)) == 1


async def test_work_that_stays_here_wakes_nobody(pair: tuple[Store, Store]) -> None:
    """What goes straight to the worker of its own node is no matter of the others."""
    one, other = pair
    await one.claim(1, 30)
    await other.claim(1, 30)
    waiting = asyncio.ensure_future(other.wait(LONG_S))
    await one.put(record(received_at_ms=NOW_MS))
    await woken(other.list_tasks.wait, started(one, "ben@ifaxin.com"))  # told later, heard later
    assert not waiting.done()
    waiting.cancel()


async def other_key(store: Store) -> int:
    """Return the key of a new message that a node has claimed from the database."""
    await store.put(record(received_at_ms=NOW_MS))
    (claim,) = await store.claim(1, 30)
    return claim.key


async def test_news_of_one_node_is_heard_on_another(pair: tuple[Store, Store]) -> None:
    """Whoever waits for mail or looks on hears of it, with its API_USER and its events."""
    one, other = pair
    interest = Interest(api_user="sandbox_user", recipient="recipient@example.com", is_new=True)
    assert other.news.net_s >= PATIENCE_S / 2
    with other.news.watch(interest) as watch, other.news.feed("sandbox_user") as feed:
        key = await other_key(one)
        happened = (Event(EventKind.DELIVER, "sandbox_user", NOW_MS, 0),)
        await woken(watch.wait, one.finish({key: expansion(events=happened)}))
        async with asyncio.timeout(PATIENCE_S):
            taken = await feed.take(LONG_S)
    assert taken == {(What.NEW, "sandbox_user"): frozenset({EventKind.DELIVER})}


async def test_the_outbox_and_list_tasks_wake_other_nodes(pair: tuple[Store, Store]) -> None:
    """An email that is to be sent on is taken up wherever there is room; a list mail likewise."""
    one, other = pair
    key = await other_key(one)
    await one.finish({key: expansion()})
    assert await other.outbox.claim(1, 30) == []
    change = Change(key=key, position=0, pending=Pending(0, NOW_MS))
    await woken(other.outbox.wait, one.outbox.change([change]))
    await woken(other.list_tasks.wait, started(one, "ben@ifaxin.com"))


async def test_an_order_counts_on_other_nodes_at_once(pair: tuple[Store, Store]) -> None:
    """A webhook that is added here is known there without being asked for."""
    one, other = pair
    await other.posts.due()
    await woken(other.posts.wait, one.orders.add_webhook(Webhook(0, None, "http://127.0.0.1:1/")))
    await until(lambda: bool(other.orders.all_webhooks()))


async def test_nodes_hear_again_after_the_server_was_away(
    shared_url: str, pair: tuple[Store, Store]
) -> None:
    """Cut off, they connect again; who waits looks up, for something may have been missed."""
    one, other = pair
    await other.claim(1, 30)
    assert other.signals is not None
    waiting = asyncio.ensure_future(other.wait(LONG_S))
    assert await asyncio.to_thread(cut_off, shared_url) >= 4
    async with asyncio.timeout(PATIENCE_S):
        await waiting
        await other.signals.is_hearing.wait()
    await woken(other.wait, one.put(record()))


async def test_every_node_has_a_number(shared_url: str, open_at: OpenStore) -> None:
    """All that begin have another one, also those that begin again; one may leave."""
    stores = [await open_at(shared_url) for _ in range(4)]
    members = [store.nodes for store in stores if store.nodes is not None]
    for member in members:
        await member.join(is_worker=True)
    assert len({member.number for member in members}) == 4
    assert all(1 <= member.number < 2**15 for member in members)


async def test_parts_add_up_to_the_whole(shared_url: str, open_at: OpenStore) -> None:
    """Whatever is bounded is shared out among the workers; a node without that role has no part."""
    stores = [await open_at(shared_url) for _ in range(4)]
    members = [store.nodes for store in stores if store.nodes is not None]
    for number, member in enumerate(members):
        await member.join(is_worker=number > 0)
    for member in members:
        await member.beat()
    for most in (1, 2, 3, 8, 10):
        assert sum(member.part_of(most) for member in members[1:]) == most
    await members[3].leave()
    await members[1].beat()
    await members[2].beat()
    assert [member.part_of(8) for member in members[1:3]] == [4, 4]


async def test_the_part_of_a_dead_worker_is_shared_out(shared_url: str, open_at: OpenStore) -> None:
    """Who did not say for a while that it lives is dead; after an hour it is forgotten."""
    store = await open_at(shared_url)
    assert store.nodes is not None
    url = make_url(shared_url).set(drivername="postgresql+psycopg")
    engine = create_engine(url.difference_update_query(["application_name"]))
    now = text("(extract(epoch from clock_timestamp()) * 1000)::bigint")
    with engine.begin() as conn:
        now_ms = conn.execute(text(f"SELECT {now}")).scalar_one()
        for ago_ms in (5_000, 20_000, 7_200_000):
            conn.execute(insert(nodes).values(is_worker=True, seen_at_ms=now_ms - ago_ms))
    await store.nodes.join(is_worker=True)
    assert store.nodes.part_of(8) == 4
    with engine.begin() as conn:
        assert conn.execute(text("SELECT count(*) FROM nodes")).scalar_one() == 3
    engine.dispose()


@asynccontextmanager
async def counting(store: Store, usage: Usage, clock: FakeClock) -> AsyncIterator[None]:
    """Let a node tell what it has counted, and hear the others, for the block."""
    assert store.nodes is not None
    await store.nodes.join(is_worker=False)
    membership = Membership(store.nodes, usage, clock)
    running = asyncio.create_task(membership.run())
    try:
        yield
    finally:
        membership.stop()
        await running


async def test_limits_hold_across_nodes(
    shared_url: str, pair: tuple[Store, Store], open_at: OpenStore, clock: FakeClock
) -> None:
    """Messages a minute and a day are counted together; a node that begins anew knows the day."""
    account = builders.account(rate_limit_per_minute=3, daily_quota=4)
    here, there, anew = Usage(), Usage(), Usage()
    now_ms = clock.now_ms()
    async with counting(pair[0], here, clock), counting(pair[1], there, clock):
        for usage in (here, here, there):
            usage.add(account, now_ms)
        await until(
            lambda: here.too_frequent(account, now_ms) and there.too_frequent(account, now_ms)
        )
        assert not here.too_frequent(account, now_ms + 61_000)
        assert not here.over_quota(account, now_ms)
        there.add(account, now_ms)
        await until(lambda: here.over_quota(account, now_ms))
    async with counting(await open_at(shared_url), anew, clock):
        await until(lambda: anew.over_quota(account, now_ms))
    assert anew.sent_today(account, now_ms) == 4
