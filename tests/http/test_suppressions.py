"""The addresses that mail is not sent to, as people look at them and change them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from sendcloud_inbound.accounts import Accounts
from tests import builders
from tests.http.serving import API, application, get, problem, problem_of, serving

if TYPE_CHECKING:
    import httpx

    from sendcloud_inbound.store import Store

BEN = {"api_user": "sandbox_user", "address": "Ben@ifaxin.com", "kind": "unsubscribe"}


async def add(client: httpx.AsyncClient, **fields: Any) -> Any:
    """Suppress an address; return what is answered."""
    response = await client.post(f"{API}/suppressions", json=BEN | fields)
    assert response.status_code == 200, response.text
    return response.json()


async def lift(client: httpx.AsyncClient, **which: str) -> int:
    """Lift suppressions; return how many."""
    whose = {"api_user": "sandbox_user", "address": "ben@ifaxin.com"}
    response = await client.delete(f"{API}/suppressions", params=whose | which)
    lifted: int = response.json()["lifted"]
    return lifted


async def test_an_address_is_suppressed_and_lifted(client: httpx.AsyncClient) -> None:
    """What was added is listed, and the address counts without case."""
    row = BEN | {"since": (await add(client))["since"], "until": None}
    assert await get(client, "suppressions") == {"items": [row], "next_cursor": None}
    assert (await get(client, "suppressions", api_user="sandbox_user"))["items"] == [row]
    assert (await get(client, "suppressions", api_user="other"))["items"] == []
    assert await lift(client, kind="spam") == 0
    assert await lift(client) == 1
    assert (await get(client, "suppressions"))["items"] == []


async def test_the_store_knows_it(client: httpx.AsyncClient, store: Store) -> None:
    """The worker, which asks the store, is told of it."""
    await add(client, kind="spam")
    assert await store.suppressions.among("sandbox_user", ["ben@ifaxin.com"]) == {
        "ben@ifaxin.com": "spam"
    }


@pytest.mark.parametrize(
    ("fields", "until"),
    [
        ({"kind": "blacklist"}, None),
        ({"kind": "spam", "until": None}, None),
        ({"kind": "spam"}, 180),
        ({"kind": "unsubscribe", "until": "2061-01-01"}, "2061-01-01T00:00:00.000Z"),
        ({"kind": "blacklist", "until": 2871763200000}, "2061-01-01T00:00:00.000Z"),
    ],
)
async def test_it_ends_by_its_kind_or_as_told(
    client: httpx.AsyncClient, fields: dict[str, Any], until: str | int | None
) -> None:
    """A spam report ends after 180 days, the others never, unless it is said (5.4)."""
    row = await add(client, **fields)
    if isinstance(until, int):
        assert _days(row["since"], row["until"]) == until
    else:
        assert row["until"] == until


@pytest.mark.parametrize(
    ("fields", "detail"),
    [
        ({"kind": "bounce"}, "kind: "),
        ({"address": "ben"}, "address: an address is such as ben@example.com, not 'ben'"),
        ({"api_user": ""}, "api_user: it is empty"),
        ({"until": "soon"}, "until: a time is ISO 8601"),
        ({"until": "2011-01-01"}, "until: it is over already"),
        ({"reason": "x"}, "reason: there is no such key"),
    ],
)
async def test_what_cannot_be_is_refused(
    client: httpx.AsyncClient, fields: dict[str, str], detail: str
) -> None:
    """The problem names the key."""
    told = problem_of(await client.post(f"{API}/suppressions", json=BEN | fields))
    assert (told["status"], told["type"]) == (400, "/docs#bad-body")
    assert told["detail"].startswith(detail)


async def test_nobody_is_suppressed_for_an_unknown_api_user(client: httpx.AsyncClient) -> None:
    """A misspelt name would leave the mail of the right one as it was."""
    order = BEN | {"api_user": "sandbox_usr"}
    told = problem_of(await client.post(f"{API}/suppressions", json=order))
    assert (told["status"], told["type"]) == (404, "/docs#unknown-api-user")
    assert told["detail"] == "nobody logs in as 'sandbox_usr'"
    assert (await get(client, "suppressions"))["items"] == []


async def test_any_name_is_known_where_any_may_log_in(store: Store) -> None:
    """With `accounts_accept_any`, as of rules."""
    anybody = Accounts([builders.account()], accept_any=True)
    async with serving(application(store, accounts=anybody)) as client:
        assert (await add(client, api_user="anybody"))["api_user"] == "anybody"


async def test_a_body_has_to_be_json(client: httpx.AsyncClient) -> None:
    """And has to have what is needed."""
    json_type = {"content-type": "application/json"}
    told = problem_of(await client.post(f"{API}/suppressions", content=b"{", headers=json_type))
    assert told["type"] == "/docs#bad-body"
    told = problem_of(await client.post(f"{API}/suppressions", json={"kind": "spam"}))
    assert told["detail"] == "api_user: it is missing"
    assert (await problem(client, "suppressions", address="x"))["type"] == "/docs#unknown-parameter"


def _days(since: str, until: str) -> float:
    return (datetime.fromisoformat(until) - datetime.fromisoformat(since)).total_seconds() / 86_400
