"""The rules of all API_USERs, over a real store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sendcloud_inbound.rulebook import Rulebook
from sendcloud_inbound.rules.simulation import NO_RULES, document, read_rules
from sendcloud_inbound.store import open_store
from tests.fakes import FakeClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sendcloud_inbound.store import Store

OPEN = read_rules('{"seed": 3, "rules": [{"outcome": "open", "probability": 0.5}]}')


@pytest.fixture
async def clock() -> FakeClock:
    """Return the time that store and rulebook share."""
    return FakeClock()


@pytest.fixture
async def store(clock: FakeClock) -> AsyncIterator[Store]:
    """Open a private store."""
    opened = await open_store("sqlite://", clock=clock)
    yield opened
    await opened.close()


async def test_rules_are_an_api_users_own(store: Store, clock: FakeClock) -> None:
    """One that has none is not touched by another's, and has none again once they are removed."""
    book = Rulebook(store.orders, clock)
    put = await book.put("one", OPEN)
    assert document(put)["rules"] == document(OPEN)["rules"]
    assert (book.rules("one"), book.rules("two")) == (put, NO_RULES)
    await book.remove("one")
    assert book.rules("one") is NO_RULES


async def test_a_set_is_one_until_it_is_put_anew(store: Store, clock: FakeClock) -> None:
    """Dice count by the set: another's change leaves it, putting the same again makes a new one."""
    book = Rulebook(store.orders, clock)
    first = await book.put("one", OPEN)
    clock.advance(1)
    await book.put("two", OPEN)
    assert book.rules("one") is first
    again = await book.put("one", OPEN)
    assert again is not first
    assert again.put_at_ms == clock.now_ms()


async def test_other_processes_read_the_same(store: Store, clock: FakeClock) -> None:
    """What one process put, another one has once it has heard of it."""
    put = await Rulebook(store.orders, clock).put("one", OPEN)
    await store.orders.refresh()
    assert document(Rulebook(store.orders, clock).rules("one")) == document(put)
