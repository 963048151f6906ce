"""Deleting, and API_USERs that are made, in every store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendcloud_inbound.ports import EventFilter, MessageFilter, PostFilter
from sendcloud_inbound.rules.history import Event, EventKind, Pending, Post
from sendcloud_inbound.rules.orders import ApiUser
from sendcloud_inbound.store.bodies import MAX_IN_ROW
from tests.builders import ANY_MAIL, NOW_MS, account, expansion, record

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from sendcloud_inbound.store import Store
    from sendcloud_inbound.store.erasing import Found
    from tests.store.conftest import OpenStore

LARGE = b"x" * (MAX_IN_ROW + 1)


async def full(store: Store, api_user: str) -> None:
    """Store a message with everything that can belong to one."""
    event = Event(EventKind.REQUEST, api_user, NOW_MS, 0, 0)
    post = Post(1, api_user, "http://a/", EventKind.REQUEST, 0, "{}", NOW_MS, NOW_MS)
    outcome = expansion("a@b.c", events=(event,), posts=(post,), pending=(Pending(0, NOW_MS),))
    await store.put(record(api_user=api_user, content=LARGE))
    (claim,) = await store.claim(1, 60)
    await store.finish({claim.key: outcome})


async def left(store: Store) -> list[int]:
    """Return how many messages, emails, events, calls and emails in the outbox there are."""
    found = (
        await store.messages(ANY_MAIL, 99),
        await store.emails(ANY_MAIL, 99),
        await store.journal.events(EventFilter(), 99),
        await store.deliveries.posts(PostFilter(), 99),
    )
    return [*(len(page.items) for page in found), len(await store.outbox.claim(99, 0))]


async def test_a_message_goes_with_all_that_is_its(store: Store) -> None:
    """Others keep theirs."""
    for name in ("one", "two", "one"):
        await full(store, name)
    assert await store.eraser.erase(MessageFilter(api_user="one")) == 2
    assert await left(store) == [1, 1, 1, 1, 1]
    assert await store.eraser.erase_api_user("two") == 1
    assert await left(store) == [0, 0, 0, 0, 0]
    assert await store.eraser.erase(ANY_MAIL) == 0


async def test_clearing_ends_while_mail_comes_in(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What came after it began stays; with mail after each portion it would go on for ever."""
    for _ in range(450):
        await store.put(record())
    late: list[str] = []
    drop = store.eraser.drop

    async def drop_and_receive(found: Found) -> int:
        count = await drop(found)
        one = record()
        await store.put(one)
        late.append(one.message_id)
        return count

    monkeypatch.setattr(store.eraser, "drop", drop_and_receive)
    assert await store.eraser.erase(ANY_MAIL) == 450
    left = (await store.messages(ANY_MAIL, 99)).items
    assert [message.message_id for message in left] == late[::-1]


async def test_files_go_with_their_message(sqlite: Store, path: Path) -> None:
    """None is left behind beside the database."""
    await full(sqlite, "one")
    bodies = path.with_name(f"{path.name}.bodies")
    assert len([*bodies.iterdir()]) == 1
    await sqlite.eraser.erase(ANY_MAIL)
    assert [*bodies.iterdir()] == []


async def test_an_api_user_comes_back_as_it_was_made(
    store: Store, url: str, open_at: OpenStore
) -> None:
    """In another process too, with all its settings; of each name there is one."""
    made = account(api_user="made_one", page_ids=(5,), send_domains=("a.b",), tracking_domain=None)
    first = ApiUser(made, NOW_MS, NOW_MS + 5)
    assert await store.orders.add_api_user(first)
    assert not await store.orders.add_api_user(first)
    other = await open_at(url) if url.startswith("postgres") else store
    assert other.orders.api_users() == {"made_one": first}
    assert await store.orders.retire_api_user("made_one")
    await other.orders.refresh()
    assert other.orders.api_users()["made_one"].is_going
    assert await store.eraser.erase_api_user("made_one") == 0
    assert not await store.orders.retire_api_user("made_one")
    await other.orders.refresh()
    assert other.orders.api_users() == {}
