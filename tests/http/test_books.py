"""What people see of address lists and templates, and take away; SendCloud's calls make them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sendcloud_inbound.http import guard
from tests.http.apiv2.asking import ask
from tests.http.serving import API, get, problem, problem_of

if TYPE_CHECKING:
    import httpx

MINE = {"api_user": "sandbox_user"}
LIST = "all@maillist.sendcloud.org"
TEMPLATE = {
    "invokeName": "bill",
    "name": "账单",
    "subject": "Your bill, %name%",
    "html": "<p>%name%</p>",
    "templateType": "0",
}


async def kept(client: httpx.AsyncClient) -> None:
    """Make a list of three members and a template."""
    await ask(client, "/apiv2/addresslist/add", {"address": LIST, "name": "all", "desc": "monthly"})
    members = {"members": "a@x.cn;b@x.cn;c@x.cn", "names": "A;B;C", "vars": '{"n":"1"};{};{}'}
    await ask(client, "/apiv2/addressmember/add", {"address": LIST} | members)
    await ask(client, "/apiv2/template/add", TEMPLATE)


async def test_lists_are_seen_with_their_members_part_by_part(client: httpx.AsyncClient) -> None:
    """In the order in which they were added; the list by its address in any case."""
    await kept(client)
    (found,) = (await get(client, "address-lists", **MINE))["items"]
    assert (found["address"], found["description"], found["member_count"]) == (LIST, "monthly", 3)
    first = await get(client, f"address-lists/{LIST.upper()}/members", limit=2, **MINE)
    assert [(each["address"], each["name"]) for each in first["items"]] == [
        ("a@x.cn", "A"),
        ("b@x.cn", "B"),
    ]
    cursor = first["next_cursor"]
    rest = await get(client, f"address-lists/{LIST}/members", limit=2, cursor=cursor, **MINE)
    assert [each["address"] for each in rest["items"]] == ["c@x.cn"]
    assert rest["next_cursor"] is None
    assert (await get(client, "address-lists", api_user="another"))["items"] == []


async def test_a_list_is_removed(client: httpx.AsyncClient) -> None:
    """With its members; it is not there a second time."""
    await kept(client)
    assert (await client.delete(f"{API}/address-lists/{LIST}", params=MINE)).status_code == 204
    assert (await get(client, "address-lists", **MINE))["items"] == []
    again = problem_of(await client.delete(f"{API}/address-lists/{LIST}", params=MINE))
    assert again["type"].endswith("unknown-list")
    gone = await problem(client, f"address-lists/{LIST}/members", **MINE)
    assert gone["type"].endswith("unknown-list")


async def test_a_template_is_seen_whole(client: httpx.AsyncClient) -> None:
    """With its texts; the HTML comes for a frame that runs nothing."""
    await kept(client)
    (row,) = (await get(client, "templates", **MINE))["items"]
    assert (row["invoke_name"], row["name"], row["template_stat"]) == ("bill", "账单", 1)
    found = await get(client, "templates/bill", **MINE)
    assert (found["subject"], found["html"]) == (TEMPLATE["subject"], TEMPLATE["html"])
    html = await client.get(f"{API}/templates/bill/html", params=MINE)
    assert html.text == TEMPLATE["html"]
    assert html.headers["content-security-policy"] == guard.FOREIGN_HTML


async def test_a_template_is_removed(client: httpx.AsyncClient) -> None:
    """And not there any more."""
    await kept(client)
    assert (await client.delete(f"{API}/templates/bill", params=MINE)).status_code == 204
    assert (await get(client, "templates", **MINE))["items"] == []
    for path in ("templates/bill", "templates/bill/html"):
        assert (await problem(client, path, **MINE))["type"].endswith("unknown-template")
    again = problem_of(await client.delete(f"{API}/templates/bill", params=MINE))
    assert again["type"].endswith("unknown-template")


@pytest.mark.parametrize("cursor", ["x", "-1", "9" * 30, "１"])
async def test_a_cursor_is_one_that_was_given(client: httpx.AsyncClient, cursor: str) -> None:
    """Any other is refused, and named."""
    told = await problem(client, "templates", cursor=cursor, **MINE)
    assert told["detail"].startswith("cursor: ")
