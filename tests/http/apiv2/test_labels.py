"""label/...: what each call gives, every code it can answer, and what labels do to mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.http.apiv2.asking import LOGIN, ask

if TYPE_CHECKING:
    import httpx

    from sendcloud_inbound.store import Store

TIME = "2060-05-30 19:30:26"
"""The tests' clock, in China."""


async def label(client: httpx.AsyncClient, call: str, **form: Any) -> dict[str, Any]:
    """Return the answer of a call about labels."""
    return await ask(client, f"/apiv2/label/{call}", form)


async def made(client: httpx.AsyncClient, name: str) -> int:
    """Make a label; return its number."""
    number: int = (await label(client, "add", labelName=name))["info"]["data"]["labelId"]
    return number


async def test_a_label_is_made_shown_renamed_and_deleted(client: httpx.AsyncClient) -> None:
    """With the keys of the documents, in their order."""
    answer = await label(client, "add", labelName=" 账单 ")
    data = answer["info"]["data"]
    assert list(data.items()) == [
        ("gmtCreated", TIME),
        ("gmtUpdated", TIME),
        ("labelId", data["labelId"]),
        ("labelName", "账单"),
    ]
    assert (answer["statusCode"], answer["message"]) == (200, "请求成功")
    number = data["labelId"]
    assert (await label(client, "get", labelId=number))["info"] == {"data": data}
    renamed = await label(client, "update", labelId=number, labelName="bills")
    assert renamed["info"] == {"count": 1}
    shown = await label(client, "get", labelId=number)
    assert shown["info"]["data"]["labelName"] == "bills"
    assert (await label(client, "delete", labelId=number))["info"] == {"count": 1}
    assert (await label(client, "get", labelId=number))["statusCode"] == 40106


async def test_labels_are_listed_a_part_at_a_time(client: httpx.AsyncClient) -> None:
    """In the order in which they were made; those that hold the query, in any case."""
    for name in ("One", "two", "ONEs"):
        await made(client, name)
    info = (await label(client, "list"))["info"]
    assert list(info) == ["total", "count", "dataList"]
    assert [each["labelName"] for each in info["dataList"]] == ["One", "two", "ONEs"]
    info = (await label(client, "list", query="one", start=1, limit=5))["info"]
    assert (info["total"], info["count"]) == (2, 1)
    assert info["dataList"][0]["labelName"] == "ONEs"
    assert (await label(client, "list", limit=0))["info"] == {
        "total": 3,
        "count": 0,
        "dataList": [],
    }


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_the_calls_take_get_and_post(client: httpx.AsyncClient, method: str) -> None:
    """The parameters may stand in the query (SENDCLOUD.md 7.1)."""
    for prefix, text in (("/api", "request was successful"), ("/apiv2", "请求成功")):
        response = await client.request(method, f"{prefix}/label/list", params=LOGIN)
        assert (response.json()["statusCode"], response.json()["message"]) == (200, text)


@pytest.mark.parametrize(
    ("call", "form", "code"),
    [
        ("list", {"start": ""}, 40001),
        ("list", {"start": "-1"}, 40002),
        ("list", {"limit": ""}, 40003),
        ("list", {"limit": "101"}, 40004),
        ("list", {"limit": "ten"}, 40004),
        ("list", {"query": ""}, 40111),
        ("list", {"query": "x" * 256}, 40112),
        ("get", {}, 40102),
        ("get", {"labelId": "x"}, 40103),
        ("get", {"labelId": "9" * 19}, 40103),
        ("get", {"labelId": "999"}, 40106),
        ("add", {}, 40104),
        ("add", {"labelName": " "}, 40104),
        ("add", {"labelName": "x" * 256}, 40105),
        ("add", {"labelName": "taken"}, 40113),
        ("update", {"labelName": "x"}, 40102),
        ("update", {"labelId": "x", "labelName": "x"}, 40103),
        ("update", {"labelId": "1"}, 40104),
        ("update", {"labelId": "1", "labelName": "x" * 256}, 40105),
        ("update", {"labelId": "999", "labelName": "x"}, 40106),
        ("update", {"labelId": "1", "labelName": "taken"}, 40113),
        ("delete", {}, 40102),
        ("delete", {"labelId": "0x1"}, 40103),
        ("delete", {"labelId": "999"}, 40106),
    ],
)
async def test_what_is_wrong_has_its_code(
    client: httpx.AsyncClient, call: str, form: dict[str, str], code: int
) -> None:
    """Every code of the table, and nothing is changed."""
    assert await made(client, "first") == 1
    await made(client, "taken")
    answer = await label(client, call, **form)
    assert (answer["result"], answer["statusCode"], answer["info"]) == (False, code, {})
    names = [each["labelName"] for each in (await label(client, "list"))["info"]["dataList"]]
    assert names == ["first", "taken"]


@pytest.mark.parametrize(
    ("call", "form", "code"),
    [
        ("list", {}, 501),
        ("get", {"labelId": "1"}, 501),
        ("add", {"labelName": "x"}, 40101),
        ("delete", {"labelId": "1"}, 40108),
        ("update", {"labelId": "1", "labelName": "x"}, 40110),
    ],
)
async def test_a_store_that_is_away_is_told(
    client: httpx.AsyncClient, store: Store, call: str, form: dict[str, str], code: int
) -> None:
    """By the call's own code for a failure, where the documents have one."""
    await store.close()
    assert (await label(client, call, **form))["statusCode"] == code
