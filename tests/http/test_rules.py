"""The outcome rules of an API_USER, as people put them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.http.serving import API, application, get, problem, problem_of, serving

if TYPE_CHECKING:
    import httpx

    from sendcloud_inbound.store import Store

WHOSE = {"api_user": "sandbox_user"}
RULES = {
    "seed": 7,
    "rules": [
        {"recipient": "*@slow.example", "outcome": "soft_bounce", "sub_status": 503},
        {"webhook": "duplicate", "event": "open", "probability": 0.5},
    ],
}
SHOWN = {
    "seed": 7,
    "rules": [
        {
            "recipient": "*@slow.example",
            "outcome": "soft_bounce",
            "sub_status": 503,
            "probability": 1.0,
        },
        {
            "recipient": "*",
            "webhook": "duplicate",
            "event": "open",
            "copies": 2,
            "probability": 0.5,
        },
    ],
}


async def put(client: httpx.AsyncClient, rules: Any, **whose: str) -> httpx.Response:
    """Put rules, of the sandbox's own API_USER unless it is another's."""
    return await client.put(f"{API}/rules", params=whose or WHOSE, json=rules)


async def test_rules_are_put_shown_and_removed(client: httpx.AsyncClient) -> None:
    """There are none at first; what is put is shown with its defaults, and can be put again."""
    assert await get(client, "rules", **WHOSE) == {"seed": 0, "rules": []}
    response = await put(client, RULES)
    assert (response.status_code, response.json()) == (200, SHOWN)
    assert await get(client, "rules", **WHOSE) == SHOWN
    assert (await put(client, SHOWN)).json() == SHOWN
    response = await client.delete(f"{API}/rules", params=WHOSE)
    assert (response.status_code, response.json()) == (200, {"seed": 0, "rules": []})
    assert await get(client, "rules", **WHOSE) == {"seed": 0, "rules": []}


async def test_rules_survive_the_process(client: httpx.AsyncClient, store: Store) -> None:
    """They stand in the store: another application over it has them too."""
    await put(client, RULES)
    async with serving(application(store)) as other:
        assert await get(other, "rules", **WHOSE) == SHOWN


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"", "the rules are not JSON: EOF while parsing a value at line 1 column 0"),
        (b'{"rules": [{"outcome": "\xff"}]}', "octet 25 is not UTF-8"),
        (b" " * 2_000_001, "it has more than 2000000 octets"),
        (
            b'{"rules": [{"outcome": "defer", "time": 2}]}',
            'rules[0]: unknown key "time"; did you mean times?',
        ),
    ],
)
async def test_what_cannot_be_is_refused(
    client: httpx.AsyncClient, body: bytes, detail: str
) -> None:
    """The problem says what is wrong, and the rules stay as they were."""
    await put(client, RULES)
    told = problem_of(await client.put(f"{API}/rules", params=WHOSE, content=body))
    assert (told["status"], told["type"], told["detail"]) == (400, "/docs#bad-body", detail)
    assert await get(client, "rules", **WHOSE) == SHOWN


async def test_whose_rules_has_to_be_said(client: httpx.AsyncClient) -> None:
    """And nobody puts rules for an API_USER that is misspelt."""
    told = await problem(client, "rules")
    assert (told["type"], told["detail"]) == ("/docs#bad-parameter", "api_user: it is missing")
    told = problem_of(await put(client, RULES, api_user="sandbox_usr"))
    assert (told["status"], told["type"]) == (404, "/docs#unknown-api-user")
    told = problem_of(await put(client, RULES, api_user="sandbox_user", seed="1"))
    assert told["type"] == "/docs#unknown-parameter"
