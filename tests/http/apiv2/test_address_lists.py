"""addresslist/... and addressmember/...: what they give, and every code that they can answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sendcloud_inbound.accounts import Accounts
from sendcloud_inbound.rules.books import MAX_MEMBERS
from tests import builders
from tests.http.apiv2.asking import ask
from tests.http.apiv2.test_labels import TIME
from tests.http.serving import application, serving

if TYPE_CHECKING:
    import httpx

    from sendcloud_inbound.store import Store

AT = "@maillist.sendcloud.org"
A, B = f"a{AT}", f"b{AT}"
TWO = "ben@ifaxin.com;joe@ifaxin.com"


async def lists(client: httpx.AsyncClient, call: str, **form: Any) -> dict[str, Any]:
    """Return the answer of a call about lists."""
    return await ask(client, f"/apiv2/addresslist/{call}", form)


async def members(
    client: httpx.AsyncClient, call: str, address: str = A, **form: Any
) -> dict[str, Any]:
    """Return the answer of a call about members."""
    return await ask(client, f"/apiv2/addressmember/{call}", {"address": address} | form)


async def shown(client: httpx.AsyncClient) -> list[tuple[str, str, str]]:
    """Return address, name and variables of all members."""
    items = (await members(client, "list"))["info"]["dataList"]
    return [(each["member"], each["name"], each["vars"]) for each in items]


# Lists


async def test_a_list_is_made_listed_changed_and_deleted(client: httpx.AsyncClient) -> None:
    """With the keys of the documents, in their order."""
    answer = await lists(client, "add", address=A.upper(), name="账单", desc="monthly")
    data = answer["info"]["data"]
    assert list(data.items()) == [
        ("gmtCreated", TIME),
        ("gmtUpdated", TIME),
        ("address", A),
        ("description", "monthly"),
        ("listType", 0),
        ("memberCount", 0),
        ("name", "账单"),
    ]
    await members(client, "add", members=TWO)
    changed = await lists(client, "update", address=A, newAddress=B, name="N", desc="D")
    assert changed["info"] == {"count": 1}
    info = (await lists(client, "list"))["info"]
    expected = data | {"address": B, "name": "N", "description": "D", "memberCount": 2}
    assert info == {"total": 1, "count": 1, "dataList": [expected]}
    assert (await lists(client, "delete", address=B))["info"] == {"count": 1}
    assert (await lists(client, "list"))["info"]["total"] == 0


async def test_what_is_given_of_a_list_changes(client: httpx.AsyncClient) -> None:
    """The rest stays."""
    await lists(client, "add", address=A, name="N", desc="D", listType=1)
    await lists(client, "update", address=A, name="New")
    (data,) = (await lists(client, "list"))["info"]["dataList"]
    assert (data["name"], data["description"], data["listType"]) == ("New", "D", 1)
    await lists(client, "update", address=A, description="by its other name")  # D44
    (data,) = (await lists(client, "list"))["info"]["dataList"]
    assert data["description"] == "by its other name"


async def test_lists_are_found_by_their_addresses(client: httpx.AsyncClient) -> None:
    """Some, or a part of all."""
    for letter in "abcd":
        await lists(client, "add", address=f"{letter}{AT}", name=letter)
    info = (await lists(client, "list", address=f"{A};d{AT};none{AT}"))["info"]
    assert [each["name"] for each in info["dataList"]] == ["a", "d"]
    info = (await lists(client, "list", start=1, limit=2))["info"]
    assert (info["total"], [each["name"] for each in info["dataList"]]) == (4, ["b", "c"])


# Members


async def test_members_are_added_with_what_is_theirs(client: httpx.AsyncClient) -> None:
    """By position; of variables every octet is kept, numbers as they were written."""
    await lists(client, "add", address=A, name="N")
    variables = ' {"money": 1989.0, "city":"北京;上海"} ;{} ; {"name":"x"};'
    people = f"{TWO};eve@ifaxin.com"
    answer = await members(client, "add", members=people, names="Ben;;Eve;", vars=variables)
    assert answer["info"] == {"count": 3}
    info = (await members(client, "list"))["info"]
    assert list(info["dataList"][0].items()) == [
        ("gmtCreated", TIME),
        ("gmtUpdated", TIME),
        ("address", A),
        ("member", "ben@ifaxin.com"),
        ("name", "Ben"),
        ("vars", '{"money": 1989.0, "city":"北京;上海"}'),
    ]
    assert await shown(client) == [
        ("ben@ifaxin.com", "Ben", '{"money": 1989.0, "city":"北京;上海"}'),
        ("joe@ifaxin.com", "", "{}"),
        ("eve@ifaxin.com", "Eve", '{"name":"x"}'),
    ]
    assert (info["total"], info["count"]) == (3, 3)
    info = (await members(client, "list", start=1, limit=1))["info"]
    assert (info["total"], [each["member"] for each in info["dataList"]]) == (
        3,
        ["joe@ifaxin.com"],
    )


async def test_a_member_is_added_once(client: httpx.AsyncClient) -> None:
    """In any case; who is one already stays as he is, and is not counted."""
    await lists(client, "add", address=A, name="N")
    await members(client, "add", members="ben@ifaxin.com", names="Ben")
    again = await members(client, "add", members=f"BEN@ifaxin.com;{TWO}", names="1;2;3")
    assert again["info"] == {"count": 1}
    assert await shown(client) == [("ben@ifaxin.com", "Ben", ""), ("joe@ifaxin.com", "3", "")]


async def test_members_are_shown_changed_and_removed(client: httpx.AsyncClient) -> None:
    """Those that are members; others are not counted."""
    await lists(client, "add", address=A, name="N")
    await members(client, "add", members=TWO, names="Ben;Joe", vars='{"a":1};{"a":2}')
    info = (await members(client, "get", members="JOE@ifaxin.com;none@ifaxin.com"))["info"]
    assert list(info) == ["count", "dataList"]
    assert [each["member"] for each in info["dataList"]] == ["joe@ifaxin.com"]
    change = {"members": f"{TWO};none@a.b", "newMembers": "ben@new.com;joe@ifaxin.com;x@a.b"}
    assert (await members(client, "update", **change))["info"] == {"count": 2}
    assert await shown(client) == [
        ("ben@new.com", "Ben", '{"a":1}'),
        ("joe@ifaxin.com", "Joe", '{"a":2}'),
    ]
    change = {"members": "ben@new.com", "newMembers": "ben@new.com"}
    await members(client, "update", **change, names="B", vars='{"b":3}')
    assert (await shown(client))[0] == ("ben@new.com", "B", '{"b":3}')
    gone = await members(client, "delete", members="ben@new.com;none@a.b")
    assert gone["info"] == {"count": 1}
    assert [each[0] for each in await shown(client)] == ["joe@ifaxin.com"]


async def test_a_thousand_members_come_by_one_call(client: httpx.AsyncClient) -> None:
    """With all that is theirs; one more is refused."""
    await lists(client, "add", address=A, name="N")
    people = [f"user{number}@example.com" for number in range(1001)]
    theirs = ";".join('{"text":"' + "x" * 1500 + '"}' for _ in range(1000))
    answer = await members(client, "add", members=";".join(people[:1000]), vars=theirs)
    assert answer["info"] == {"count": 1000}
    for call in ("add", "get", "delete"):
        answer = await members(client, call, members=";".join(people))
        assert answer["statusCode"] == 40515
    (data,) = (await lists(client, "list"))["info"]["dataList"]
    assert data["memberCount"] == 1000


async def test_a_list_that_is_full_takes_nobody(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """100,000 members; here as few as a test can make."""
    assert MAX_MEMBERS == 100_000
    monkeypatch.setattr("sendcloud_inbound.http.apiv2.members.MAX_MEMBERS", 2)
    await lists(client, "add", address=A, name="N")
    assert (await members(client, "add", members=TWO))["result"]
    assert (await members(client, "add", members="eve@ifaxin.com"))["statusCode"] == 40516


# Codes


@pytest.mark.parametrize(
    ("call", "form", "code"),
    [
        ("list", {"start": ""}, 40001),
        ("list", {"limit": "101"}, 40004),
        ("list", {"address": ""}, 40503),
        ("list", {"address": "a@b.c"}, 40511),
        ("list", {"address": "x" * 49 + AT}, 40504),
        ("add", {"name": "N"}, 40503),
        ("add", {"name": "N", "address": "a"}, 40511),
        ("add", {"name": "N", "address": f"a b{AT}"}, 40511),
        ("add", {"name": "N", "address": "x" * 49 + AT}, 40504),
        ("add", {"address": B}, 40501),
        ("add", {"address": B, "name": "x" * 49}, 40502),
        ("add", {"address": B, "name": "N", "desc": ""}, 40506),
        ("add", {"address": B, "name": "N", "desc": "x" * 251}, 40507),
        ("add", {"address": B, "name": "N", "listType": "2"}, 40508),
        ("add", {"address": B, "name": "N", "listType": "x"}, 40508),
        ("add", {"address": A.upper(), "name": "N"}, 40505),
        ("update", {"name": "N"}, 40503),
        ("update", {"address": A}, 40509),
        ("update", {"address": A, "newAddress": ""}, 40509),
        ("update", {"address": A, "newAddress": "x" * 49 + AT}, 40510),
        ("update", {"address": A, "newAddress": "b@c.d"}, 40511),
        ("update", {"address": A, "newAddress": f"c{AT}"}, 40505),
        ("update", {"address": A, "name": ""}, 40501),
        ("update", {"address": A, "name": "x" * 49}, 40502),
        ("update", {"address": A, "desc": ""}, 40506),
        ("update", {"address": A, "desc": "x" * 251}, 40507),
        ("update", {"address": B, "name": "N"}, 40511),
        ("delete", {}, 40503),
        ("delete", {"address": B}, 40511),
    ],
)
async def test_what_is_wrong_about_a_list_has_its_code(
    client: httpx.AsyncClient, call: str, form: dict[str, str], code: int
) -> None:
    """Every code of the table, and nothing is changed."""
    for address in (A, f"c{AT}"):
        await lists(client, "add", address=address, name="N")
    answer = await lists(client, call, **form)
    assert (answer["result"], answer["statusCode"], answer["info"]) == (False, code, {})
    items = (await lists(client, "list"))["info"]["dataList"]
    assert [(each["address"], each["name"]) for each in items] == [(A, "N"), (f"c{AT}", "N")]


NEW = {"members": "eve@ifaxin.com;dan@ifaxin.com"}
CHANGE = {"members": TWO, "newMembers": TWO}


@pytest.mark.parametrize(
    ("call", "form", "code"),
    [
        ("list", {"address": ""}, 40503),
        ("list", {"address": B}, 40511),
        ("list", {"limit": ""}, 40003),
        ("get", {}, 40512),
        ("get", {"members": ";"}, 40514),
        ("get", {"members": "x" * 40 + "@bbbbb.cc"}, 40513),
        ("get", {"members": "eve"}, 40518),
        ("add", {"address": "x", **NEW}, 40511),
        ("add", {"address": B, **NEW}, 40511),
        ("add", {}, 40512),
        ("add", {"members": ""}, 40512),
        ("add", {"members": " ; ;"}, 40514),
        ("add", {"members": "x" * 40 + "@bbbbb.cc"}, 40513),
        ("add", {"members": "eve"}, 40518),
        ("add", NEW | {"names": "Eve"}, 40516),
        ("add", NEW | {"vars": ""}, 40520),
        ("add", NEW | {"vars": "{}"}, 40521),
        ("add", NEW | {"vars": "{};{};{}"}, 40521),
        ("add", NEW | {"vars": "{};{"}, 40522),
        ("add", NEW | {"vars": "{} {}"}, 40522),
        ("add", NEW | {"vars": "{};[]"}, 40522),
        ("add", NEW | {"vars": "{};;{}"}, 40522),
        ("add", NEW | {"vars": "[" * 100_000}, 40522),
        ("add", NEW | {"vars": '{};{"a":"' + "x" * 100_000 + '"}'}, 40522),
        ("update", {"members": TWO}, 40512),
        ("update", CHANGE | {"newMembers": "eve@ifaxin.com"}, 40516),
        ("update", CHANGE | {"newMembers": ";"}, 40514),
        ("update", CHANGE | {"newMembers": "eve"}, 40518),
        ("update", CHANGE | {"names": "1;2;3"}, 40516),
        ("update", CHANGE | {"vars": ""}, 40520),
        ("update", CHANGE | {"vars": "{}"}, 40521),
        ("update", CHANGE | {"vars": "{"}, 40522),
        ("update", CHANGE | {"address": B}, 40511),
        ("delete", {}, 40512),
        ("delete", {"members": ";"}, 40514),
        ("delete", {"members": "eve"}, 40518),
        ("delete", {"members": TWO, "address": B}, 40511),
    ],
)
async def test_what_is_wrong_about_members_has_its_code(
    client: httpx.AsyncClient, call: str, form: dict[str, str], code: int
) -> None:
    """Every code of the table, and nothing is changed."""
    await lists(client, "add", address=A, name="N")
    await members(client, "add", members=TWO)
    answer = await members(client, call, **form)
    assert (answer["result"], answer["statusCode"], answer["info"]) == (False, code, {})
    assert [each[0] for each in await shown(client)] == TWO.split(";")


async def test_a_list_of_another_api_user_is_told_apart(store: Store) -> None:
    """Neither its members nor itself can be seen or changed (40517)."""
    accounts = Accounts([builders.account(), builders.account(api_user="other_user")])
    async with serving(application(store, accounts=accounts)) as client:
        await lists(client, "add", address=A, name="N")
        await members(client, "add", members=TWO)
        other = {"apiUser": "other_user"}
        for call in ("list", "get", "add", "delete"):
            answer = await members(client, call, members=TWO, **other)
            assert answer["statusCode"] == 40517
        for call in ("update", "delete"):
            answer = await lists(client, call, address=A, name="mine", **other)
            assert answer["statusCode"] == 40517
        assert (await lists(client, "list", **other))["info"]["total"] == 0
        assert (await lists(client, "add", address=A, name="mine", **other))["result"]


@pytest.mark.parametrize(
    ("call", "code"),
    [
        ("addresslist/list", 501),
        ("addresslist/add", 40508),
        ("addresslist/update", 501),
        ("addresslist/delete", 501),
        ("addressmember/list", 501),
        ("addressmember/get", 501),
        ("addressmember/add", 40516),
        ("addressmember/update", 40516),
        ("addressmember/delete", 40519),
    ],
)
async def test_a_store_that_is_away_is_told(
    client: httpx.AsyncClient, store: Store, call: str, code: int
) -> None:
    """By the call's own code for a failure, where the documents have one."""
    await store.close()
    form = {"address": A, "name": "N", "members": TWO, "newMembers": TWO}
    assert (await ask(client, f"/apiv2/{call}", form))["statusCode"] == code
