"""/sandbox/v1/webhooks: where events are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sendcloud_inbound.rules.orders import Webhook
from tests.http.serving import API, application, get, problem_of, serving

if TYPE_CHECKING:
    import httpx

    from sendcloud_inbound.store import Store

HOOKS = f"{API}/webhooks"
URL = "http://127.0.0.1:8000/hook"


async def added(client: httpx.AsyncClient, **order: Any) -> dict[str, Any]:
    """Add a webhook."""
    response = await client.post(HOOKS, json={"url": URL} | order)
    assert response.status_code == 201, response.text
    item: dict[str, Any] = response.json()
    return item


async def test_a_webhook_is_added_and_listed(client: httpx.AsyncClient, store: Store) -> None:
    """With whose events it is told, and which; those of the settings are in the list, too."""
    await store.orders.configure_webhooks([Webhook(0, None, f"{URL}/2", is_configured=True)])
    item = await added(client, api_user="sandbox_user", events=["open", "click"])
    assert item == {
        "id": item["id"],
        "api_user": "sandbox_user",
        "url": URL,
        "events": ["click", "open"],
        "is_configured": False,
        "is_paused": False,
    }
    configured, listed = (await get(client, "webhooks"))["items"]
    assert listed == item
    assert (configured["url"], configured["api_user"], configured["events"]) == (
        f"{URL}/2",
        None,
        None,
    )
    assert configured["is_configured"]


async def test_a_webhook_is_paused_resumed_and_removed(client: httpx.AsyncClient) -> None:
    """Each by its id; afterwards there is none."""
    key = (await added(client))["id"]
    for deed, is_paused in (("pause", True), ("pause", True), ("resume", False)):
        response = await client.post(f"{HOOKS}/{key}/{deed}")
        assert response.json()["is_paused"] is is_paused
        assert (await get(client, "webhooks"))["items"] == [response.json()]
    gone = await client.delete(f"{HOOKS}/{key}")
    assert (gone.status_code, gone.content) == (204, b"")
    assert (await get(client, "webhooks"))["items"] == []
    for response in (
        await client.delete(f"{HOOKS}/{key}"),
        await client.post(f"{HOOKS}/{key}/pause"),
        await client.post(f"{HOOKS}/{key}/resume"),
    ):
        assert problem_of(response)["type"] == "/docs#unknown-webhook"


@pytest.mark.parametrize(
    ("order", "detail"),
    [
        ({}, "url: it is missing"),
        ({"url": "example.com"}, "url: a URL is such as https://example.com/hook"),
        ({"url": 5}, "url: "),
        ({"url": URL, "api_user": "nobody"}, "api_user: there is no account 'nobody'"),
        ({"url": URL, "events": ["sent"]}, "events: "),
        ({"url": URL, "events": []}, "events: "),
        ({"url": URL, "event": "open"}, "event: there is no such key"),
        ([], "Input should be a valid"),
        ("x", "Input should be a valid"),
    ],
)
async def test_a_wrong_order_is_refused(
    client: httpx.AsyncClient, order: object, detail: str
) -> None:
    """The member that is wrong is named; nothing is added."""
    told = problem_of(await client.post(HOOKS, json=order))
    assert (told["status"], told["type"]) == (400, "/docs#bad-body")
    assert told["detail"].startswith(detail)
    assert (await get(client, "webhooks"))["items"] == []


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"url=http://a/"])
async def test_a_body_that_is_no_json_is_refused(client: httpx.AsyncClient, body: bytes) -> None:
    """Whatever it is."""
    response = await client.post(HOOKS, content=body, headers={"Content-Type": "application/json"})
    assert problem_of(response)["type"] == "/docs#bad-body"


@pytest.mark.parametrize("key", ["x", "-1", str(2**63)])
async def test_an_id_is_a_number(client: httpx.AsyncClient, key: str) -> None:
    """One that no store can hold is refused."""
    told = problem_of(await client.delete(f"{HOOKS}/{key}"))
    assert told["detail"].startswith("webhook_id: ")


async def test_a_url_that_does_not_answer_is_refused(store: Store) -> None:
    """As SendCloud's console does, with the reason; for nobody it is not even called."""
    asked: list[str] = []

    async def check(url: str) -> str | None:
        asked.append(url)
        return "POST: HTTP 404, not 200" if url.endswith("404") else None

    async with serving(application(store, check_url=check)) as client:
        await added(client)
        told = problem_of(await client.post(HOOKS, json={"url": f"{URL}/404"}))
        nobodys = await client.post(HOOKS, json={"url": f"{URL}/404", "api_user": "nobody"})
        assert problem_of(nobodys)["type"] == "/docs#bad-body"
    assert (told["status"], told["type"]) == (422, "/docs#url-fails")
    assert told["detail"] == f"'{URL}/404': POST: HTTP 404, not 200"
    assert asked == [URL, f"{URL}/404"]
    assert [webhook.url for webhook in store.orders.all_webhooks()] == [URL]
