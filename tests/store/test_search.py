"""Full-text search in every store: `q` of `ports.MessageFilter`."""

from __future__ import annotations

import asyncio
import base64
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import func, select

from sendcloud_inbound.ports import MessageFilter
from sendcloud_inbound.rules import search
from sendcloud_inbound.store import grams
from sendcloud_inbound.store.indexing import LATE_MS
from sendcloud_inbound.store.searching import MOST_FRESH, reached
from sendcloud_inbound.store.tables import search_texts
from tests.builders import ANY_MAIL, expansion, record
from tests.store.test_catalogue import addresses, fill, ids

if TYPE_CHECKING:
    from sendcloud_inbound.store import Store
    from tests.fakes import FakeClock
    from tests.store.conftest import OpenStore

ONE_BY_ONE = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
TEXTS = st.text(min_size=1, max_size=12)


def said(text: str) -> bytes:
    """Return a message that says `text`, and nothing else."""
    body = base64.b64encode(text.encode())
    head = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head + body


def query(text: str, **more: str) -> MessageFilter:
    """Return the filter of a query."""
    return MessageFilter(q=text, **more)  # type: ignore[arg-type]


async def index(store: Store) -> None:
    """Index all there is."""
    while await store.index.add(3):
        pass


async def indexed(store: Store) -> int:
    """Return how many messages are indexed."""
    count = select(func.count()).select_from(search_texts)
    return await store._access.read(lambda conn: conn.scalars(count).one())


@pytest.fixture(params=["at once", "from the index"])
def is_indexed(request: pytest.FixtureRequest) -> bool:
    """Return whether messages are indexed before they are searched."""
    return bool(request.param == "from the index")


async def test_each_part_of_a_message_is_found(store: Store, *, is_indexed: bool) -> None:
    """Subject, addresses of envelope and emails, header, text; with the words in any order."""
    special = record(
        mail_from="Billing@shop.test",
        rcpt_to=("envelope@b.test",),
        content=b"X-Order: A4711\r\n" + said("您的账单已出 total 12.50"),
    )
    await fill(
        store, (special, expansion("ben@ifaxin.com", subject="GRÖSSE")), (record(), expansion())
    )
    if is_indexed:
        await index(store)
    for text in (
        "größe"[:3],
        "billing@SHOP",
        "envelope@",
        "ben@ifaxin",
        "a4711",
        "账单",
        "单",
        "2.5",
    ):
        assert await ids(store, query(text)) == [special.message_id], text
    assert await addresses(store, query("12.50 账单 ben")) == ["ben@ifaxin.com"]
    assert await ids(store, query("账单 nobody")) == []
    assert len(await ids(store, query(" "))) == 2


async def test_a_message_is_found_in_every_state(store: Store) -> None:
    """Queued and not indexed, settled, indexed: its text is the same."""
    put = record(content=said("needle"))
    await store.put(put)
    assert await store.index.add(10) == 0
    assert await ids(store, query("needle")) == [put.message_id]
    (claim,) = await store.claim(1, 60)
    await store.finish({claim.key: expansion("late@b.test")})
    assert await addresses(store, query("needle late@")) == ["late@b.test"]
    assert await store.index.add(10) == 1
    assert await addresses(store, query("needle late@")) == ["late@b.test"]
    assert await store.index.add(10) == 0


@given(text=TEXTS, other=TEXTS, is_indexed=st.booleans(), data=st.data())
@ONE_BY_ONE
async def test_a_text_is_found_by_its_parts_alone(
    store: Store,
    text: str,
    other: str,
    *,
    is_indexed: bool,
    data: st.DataObject,
) -> None:
    """By each of at least one character, and by what is not in it never."""
    begin = data.draw(st.integers(0, len(text) - 1))
    part = text[begin : data.draw(st.integers(begin + 1, len(text)))]
    text, other, part = (each.encode("utf-8", "replace").decode() for each in (text, other, part))
    put = record(api_user="a", mail_from="", rcpt_to=(), content=said(text))
    await fill(store, (put, expansion("", subject="")))
    if is_indexed:
        await index(store)
    assert await ids(store, query(part)) == [put.message_id]
    known = f"text/plain; charset=utf-8\nbase64\n{text.removeprefix(chr(0xFEFF))}"
    is_there = all(word in search.fold(known) for word in search.fold(other).split())
    assert await ids(store, query(other)) == [put.message_id] * is_there
    await store.eraser.erase(ANY_MAIL)
    assert await indexed(store) == 0


async def test_pages_stay_right_while_mail_comes_and_is_indexed(store: Store) -> None:
    """A cursor marks a message: nothing is doubled, nothing left out."""
    put = await fill(
        store, *((record(content=said(f"n{n} needle")), expansion("a", "b")) for n in range(7))
    )
    await store.index.add(3)
    seen: list[str] = []
    cursor: str | None = None
    while not seen or cursor:
        page = await store.emails(query("needle"), 3, cursor)
        seen += [f"{one.message_id} {one.position}" for one in page.items]
        cursor = page.next_cursor
        await fill(store, (record(content=said("needle too")), expansion("c")))
        await store.index.add(2)
    assert seen == [f"{name} {position}" for name in reversed(put) for position in (0, 1)]


async def test_more_than_a_portion_is_found(store: Store) -> None:
    """Listings go on behind what the index names at once."""
    texts = ["needle" if n % 2 else "hay" for n in range(230)]
    await fill(store, *((record(content=said(text)), expansion()) for text in texts))
    while await store.index.add(100):
        pass
    assert len(await ids(store, query("nee"))) == 100
    first = await store.messages(query("needle"), 100)
    second = await store.messages(query("needle"), 100, first.next_cursor)
    assert (len(first.items), len(second.items), second.next_cursor) == (100, 15, None)


async def test_the_other_filters_hold_as_well(store: Store, *, is_indexed: bool) -> None:
    """Of one API_USER, to one address, with one header field."""
    content = b"X-Kind: one\r\n" + said("needle")
    await fill(store, *((record(api_user=name), expansion(name)) for name in ("x", "y")))
    put = await fill(
        store,
        *((record(api_user=name, content=content), expansion(name)) for name in ("x", "y", "x")),
    )
    if is_indexed:
        await index(store)
    assert await ids(store, query("needle", api_user="x")) == [put[2], put[0]]
    assert await ids(store, query("needle", recipient="y")) == [put[1]]
    assert await ids(store, MessageFilter(q="needle", header=("X-Kind", "two"))) == []
    assert len(await ids(store, MessageFilter(q="needle", header=("X-Kind", "one")))) == 3
    assert await store.eraser.erase(query("needle", api_user="x")) == 2
    assert await ids(store, query("needle")) == [put[1]]


@pytest.mark.parametrize("text", ['"', 'a" OR b', "a*", "NEAR(a b)", "%_", "-x", "{", "\x02", "'"])
async def test_no_sign_has_a_meaning(store: Store, text: str) -> None:
    """A query is text: it is found as it is, and is no language."""
    _, put = await fill(
        store,
        (record(content=said("q b x")), expansion()),
        (record(content=said(text)), expansion()),
    )
    await index(store)
    assert await ids(store, query(text)) == [put]


async def test_many_words_and_long_ones_are_compared(store: Store) -> None:
    """Beyond what is looked up in the index too."""
    long = " ".join(chr(0x4E00 + n) for n in range(1500)) + " " + "x" * 5000
    (put,) = await fill(store, (record(content=said(long)), expansion()))
    await index(store)
    assert await ids(store, query(long)) == [put]
    assert await ids(store, query(f"{long}x")) == []


async def test_what_is_deleted_leaves_no_text(store: Store) -> None:
    """Others are found as before, and no key comes back."""
    keep = record(content=said("needle kept"))
    await fill(store, (record(content=said("needle gone")), expansion()), (keep, expansion()))
    await index(store)
    await store.eraser.erase(query("gone"))
    assert await indexed(store) == 1
    assert await ids(store, query("needle")) == [keep.message_id]
    await index(store)
    assert await ids(store, query("gone")) == []


async def test_what_is_gone_meanwhile_is_not_taken_in(store: Store) -> None:
    """A text that was read before its message was deleted leaves nothing when it is written."""
    await store._access.write(lambda conn: grams.add(conn, {1: "\nneedle\n"}))
    assert await indexed(store) == 0


async def test_what_is_in_is_not_taken_in_twice(store: Store) -> None:
    """Two nodes may have read the same message."""
    await fill(store, (record(content=said("needle")), expansion()))
    await index(store)
    await store._access.write(lambda conn: grams.add(conn, {1: "\nother\n"}))
    assert await ids(store, query("other")) == []


async def test_indexing_goes_on_in_another_process(
    store: Store, url: str, open_at: OpenStore, clock: FakeClock
) -> None:
    """How far it is stands in the store; messages that others have indexed are left alone."""
    put = await fill(store, *((record(content=said("needle")), expansion()) for _ in range(5)))
    assert await store.index.add(2) == 2
    if not url.startswith("postgres"):
        await store.close()
    other = await open_at(url)
    assert await other.index.add(9) == 3
    assert await ids(other, query("needle")) == put[::-1]
    for _ in range(3):  # in a store that is shared, only what is old is certain
        clock.advance(LATE_MS / 1000)
        assert await other.index.add(9) == 0
    assert await other._access.read(reached) == 5


async def test_two_processes_may_index_at_once(store: Store, url: str, open_at: OpenStore) -> None:
    """Each message gets in once, and neither fails."""
    put = await fill(store, *((record(content=said("needle")), expansion()) for _ in range(20)))
    other = await open_at(url)
    for _ in range(4):
        await asyncio.gather(*(one.index.add(7) for one in (store, other)))
    assert await indexed(store) == 20
    assert await ids(other, query("needle")) == put[::-1]


async def test_a_queued_message_holds_up_no_other(store: Store) -> None:
    """What comes after it is indexed, and it is found all the same."""
    waiting = record(content=said("needle"))
    await store.put(waiting)
    await store.claim(1, 3600)
    put = await fill(store, *((record(content=said("needle")), expansion()) for _ in range(3)))
    await index(store)
    assert await indexed(store) == 3
    assert await ids(store, query("needle")) == [*put[::-1], waiting.message_id]


async def test_the_newest_are_looked_through_when_the_index_is_behind(sqlite: Store) -> None:
    """Old ones that are not indexed yet wait for it, so that no search takes long."""
    old = record(content=said("needle"))
    await fill(sqlite, (old, expansion()))
    for _ in range(MOST_FRESH):
        await sqlite.put(record())
    assert await ids(sqlite, query("needle")) == []
    await index(sqlite)
    assert await ids(sqlite, query("needle")) == [old.message_id]
