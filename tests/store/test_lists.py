"""Address lists and their members, in every store."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, text

from sendcloud_inbound.ports import Counted, Written
from sendcloud_inbound.rules.books import AddressList, Member, MemberChange
from sendcloud_inbound.store import members as members_module
from tests.builders import NOW_MS
from tests.store.test_books import ONE, OTHER, label, names, template

if TYPE_CHECKING:
    from pathlib import Path

    from sendcloud_inbound.store import Store
    from tests.store.conftest import OpenStore

A, B = "a@maillist.sendcloud.org", "b@maillist.sendcloud.org"
MOST = 100_000


def address_list(address: str = A, **fields: object) -> AddressList:
    """Return a list that is not stored yet."""
    values: dict[str, object] = {
        "key": 0,
        "name": "People",
        "description": "",
        "list_type": 0,
        "member_count": 0,
        "created_at_ms": NOW_MS,
        "updated_at_ms": NOW_MS,
    }
    return AddressList(address=address, **values | fields)  # type: ignore[arg-type]


async def made(store: Store, address: str = A, api_user: str = ONE) -> int:
    """Make a list; return its number."""
    stored = await store.lists.add_list(api_user, address_list(address))
    assert stored is not None
    return stored.key


def member(address: str, name: str = "", variables: str = "") -> Member:
    """Return a member."""
    return Member(address, name, variables, NOW_MS, NOW_MS)


async def added(store: Store, key: int, *addresses: str) -> Counted:
    """Add members."""
    return await store.lists.add_members(key, [*map(member, addresses)], MOST)


async def addresses_of(store: Store, key: int, start: int = 0, limit: int = 99) -> list[str]:
    """Return the addresses of members, as they are listed."""
    return [each.address for each in (await store.lists.members(key, start, limit)).items]


async def count_of(store: Store, address: str = A) -> int:
    """Return how many members a list says that it has."""
    found = await store.lists.list_of(ONE, address)
    assert found is not None
    return found.member_count


# Lists


async def test_a_list_is_its_api_users_alone(store: Store) -> None:
    """Of an address each API_USER has one, in any case, and sees no other's."""
    key = await made(store)
    assert await store.lists.add_list(ONE, address_list(A.upper())) is None
    assert await made(store, api_user=OTHER) != key
    found = await store.lists.list_of(ONE, A.upper())
    assert found == address_list(key=key)
    await made(store, B, OTHER)
    assert await store.lists.list_of(ONE, B) is None
    assert await store.lists.is_elsewhere(B)
    assert not await store.lists.is_elsewhere("c@maillist.sendcloud.org")
    assert not await store.lists.remove_list(ONE, B)


async def test_lists_are_found_by_their_addresses(store: Store) -> None:
    """Some of them or all, a part at a time."""
    for letter in "abcd":
        await made(store, f"{letter}@maillist.sendcloud.org")
    some = await store.lists.lists(ONE, [A.upper(), B, "none"], 1, 9)
    assert (some.total, [each.address for each in some.items]) == (2, [B])
    every = await store.lists.lists(ONE, None, 1, 2)
    assert (every.total, [each.address[0] for each in every.items]) == (4, ["b", "c"])


async def test_a_list_gets_another_address(store: Store) -> None:
    """One that no other of the API_USER has; the members stay."""
    key, other = await made(store), await made(store, B)
    await added(store, key, "x@y.z")
    assert await store.lists.put_list(ONE, address_list(B, key=key)) is Written.TAKEN
    assert await store.lists.put_list(ONE, address_list(B, key=other)) is Written.DONE
    assert await store.lists.put_list(OTHER, address_list(key=key)) is Written.ABSENT
    new = address_list("New@maillist.sendcloud.org", key=key, name="N", description="D")
    assert await store.lists.put_list(ONE, new) is Written.DONE
    assert await store.lists.list_of(ONE, A) is None
    assert await store.lists.list_of(ONE, new.address) == new._replace(
        address=new.address.lower(), member_count=1
    )


async def test_a_list_goes_with_its_members(store: Store) -> None:
    """Others keep theirs, and one of the same address begins anew."""
    key, other = await made(store), await made(store, B)
    for each in (key, other):
        await added(store, each, "x@y.z", "y@y.z")
    assert await store.lists.remove_list(ONE, A)
    assert not await store.lists.remove_list(ONE, A)
    assert await added(store, key, "z@y.z") == Counted(Written.ABSENT)
    assert await store.lists.remove_members(key, ["x@y.z"]) == Counted(Written.ABSENT)
    change = MemberChange("x@y.z", "x@y.z", None, None)
    assert await store.lists.change_members(key, [change], NOW_MS) == Counted(Written.ABSENT)
    assert await addresses_of(store, key) == []
    assert await count_of(store, B) == 2
    assert await made(store) > other


async def test_what_a_crash_left_of_a_list_goes_at_the_next_start(
    store: Store, url: str, open_at: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list is gone for its API_USER at once, its members when there is time."""
    key = await made(store)
    await added(store, key, "x@y.z")

    async def crash() -> None:
        raise RuntimeError

    monkeypatch.setattr(store.lists, "sweep", crash)
    with pytest.raises(RuntimeError):
        await store.lists.remove_list(ONE, A)
    assert await store.lists.list_of(ONE, A) is None
    assert not await store.lists.is_elsewhere(A)
    await store.close()
    again = await open_at(url)
    assert await addresses_of(again, key) == []
    assert (await again.lists.lists("", None, 0, 9)).total == 0


# Members


async def test_members_are_added_once(store: Store) -> None:
    """In any case; of two that are alike the first counts."""
    key = await made(store)
    new = [member("B@y.z", "B", '{"a":"1"}'), member("a@y.z"), member("b@Y.Z", "late")]
    assert await store.lists.add_members(key, new, MOST) == Counted(Written.DONE, 2)
    assert await added(store, key, "A@y.z", "c@y.z") == Counted(Written.DONE, 1)
    found = await store.lists.members(key, 0, 9)
    assert (found.total, found.items) == (3, (*new[:2], member("c@y.z")))
    assert await count_of(store) == 3


async def test_members_that_would_be_too_many_are_all_left_out(store: Store) -> None:
    """Those that are members already do not count."""
    key = await made(store)
    three = [member(f"{n}@y.z") for n in range(3)]
    assert await store.lists.add_members(key, three, 3) == Counted(Written.DONE, 3)
    assert await store.lists.add_members(key, three, 3) == Counted(Written.DONE, 0)
    more = [*three, member("new@y.z")]
    assert await store.lists.add_members(key, more, 3) == Counted(Written.FULL)
    assert await addresses_of(store, key) == ["0@y.z", "1@y.z", "2@y.z"]


async def test_members_change_one_after_the_other(store: Store) -> None:
    """A name or variables that are not given stay; another's address is nobody else's."""
    key = await made(store)
    new = [member("a@y.z", "A", '{"a":1}'), member("b@y.z", "B")]
    await store.lists.add_members(key, new, MOST)
    changes = [
        MemberChange("A@y.z", "A@y.z", "New", None),
        MemberChange("a@y.z", "b@y.z", "lost", None),
        MemberChange("b@y.z", "c@y.z", None, '{"b":2}'),
        MemberChange("a@y.z", "b@y.z", None, None),
        MemberChange("none@y.z", "d@y.z", None, None),
    ]
    assert await store.lists.change_members(key, changes, NOW_MS + 7) == Counted(Written.DONE, 3)
    found = (await store.lists.members(key, 0, 9)).items
    assert [*found] == [
        Member("b@y.z", "New", '{"a":1}', NOW_MS, NOW_MS + 7),
        Member("c@y.z", "B", '{"b":2}', NOW_MS, NOW_MS + 7),
    ]


async def test_members_are_found_and_removed_by_address(store: Store) -> None:
    """In any case; those that are none are not counted."""
    key = await made(store)
    await added(store, key, "a@y.z", "b@y.z", "c@y.z")
    found = await store.lists.members_of(key, ["C@y.z", "a@y.z", "x@y.z"])
    assert [each.address for each in found] == ["a@y.z", "c@y.z"]
    removed = await store.lists.remove_members(key, ["C@y.z", "c@y.z", "x@y.z"])
    assert removed == Counted(Written.DONE, 1)
    assert await addresses_of(store, key) == ["a@y.z", "b@y.z"]
    assert await count_of(store) == 2


async def test_any_text_of_a_member_is_kept(store: Store) -> None:
    """But for what no column can hold."""
    key = await made(store)
    await store.lists.add_members(key, [member("人@例え.jp", "\0 \ud800", "{}")], MOST)
    (found,) = (await store.lists.members(key, 0, 1)).items
    assert found[:3] == ("人@例え.jp", "\ufffd \ufffd", "{}")


async def test_many_members_are_a_few_statements(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thousands are added, listed, changed and removed, and go in batches."""
    monkeypatch.setattr(members_module, "_DELETED_AT_ONCE", 700)
    key = await made(store)
    everyone = [f"user{number}@example.com" for number in range(3000)]
    for start in range(0, 3000, 1000):
        part = everyone[start : start + 1000]
        assert await added(store, key, *part) == Counted(Written.DONE, 1000)
    assert await addresses_of(store, key, 2990, 100) == everyone[2990:]
    changes = [MemberChange(each, f"new-{each}", None, None) for each in everyone[:1000]]
    assert await store.lists.change_members(key, changes, NOW_MS) == Counted(Written.DONE, 1000)
    removed = await store.lists.remove_members(key, everyone[1000:2000])
    assert removed == Counted(Written.DONE, 1000)
    assert await count_of(store) == 2000
    assert await store.lists.remove_list(ONE, A)
    assert await addresses_of(store, key) == []


async def test_the_count_stays_true_when_two_add(
    store: Store, url: str, open_at: OpenStore
) -> None:
    """Two processes at a time neither lose nor double anybody (PostgreSQL)."""
    other = await open_at(url) if url.startswith("postgres") else store
    key = await made(store)
    results = await asyncio.gather(
        *(added(store, key, *(f"{n}-{k}@y.z" for k in range(20))) for n in range(5)),
        *(added(other, key, *(f"{n}-{k}@y.z" for k in range(20))) for n in range(3, 8)),
    )
    assert sum(result.number for result in results) == 160
    assert await count_of(store) == len(await addresses_of(store, key, limit=999)) == 160


# API_USERs


async def test_an_api_user_goes_with_all_that_it_keeps(store: Store) -> None:
    """Labels, templates, address lists and their members; others keep theirs."""
    keys = {}
    for api_user in (ONE, OTHER):
        await label(store, "news", api_user)
        await store.templates.add_template(api_user, template("a"), 9)
        keys[api_user] = await made(store, api_user=api_user)
        await added(store, keys[api_user], "x@y.z")
    await store.eraser.erase_api_user(ONE)
    assert await names(store) == []
    assert await store.templates.template(ONE, "a") is None
    assert await store.lists.list_of(ONE, A) is None
    assert await addresses_of(store, keys[ONE]) == []
    assert (await store.labels.labels(OTHER, "", 0, 9)).total == 1
    assert await store.templates.template(OTHER, "a") is not None
    assert await addresses_of(store, keys[OTHER]) == ["x@y.z"]


async def test_no_member_is_left_behind_in_the_file(sqlite: Store, path: Path) -> None:
    """Deleted means deleted: a later list would else find them again."""
    await added(sqlite, await made(sqlite), "x@y.z")
    await sqlite.eraser.erase_api_user(ONE)
    await sqlite.close()
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as conn:
        for table in ("address_members", "address_lists"):
            assert conn.scalar(text(f"SELECT count(*) FROM {table}")) == 0  # noqa: S608
    engine.dispose()
