"""/sandbox/v1/webhook-deliveries: every attempt with request and answer, and replay."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from sendcloud_inbound.ports import Attempt, Told
from sendcloud_inbound.rules.history import EventKind, Post, PostState
from sendcloud_inbound.rules.orders import Webhook
from tests.builders import NOW_MS, expansion
from tests.http.serving import API, get, problem, problem_of, take

if TYPE_CHECKING:
    import httpx

    from sendcloud_inbound.store import Store

DELIVERIES = "webhook-deliveries"
TO = ("ben@ifaxin.com", "joe@ifaxin.com")
BODY = "event=deliver&message=%E4%BA%BA&token=t&timestamp=1&signature=s"


@pytest.fixture
async def webhook(store: Store) -> Webhook:
    """Store a webhook."""
    return await store.orders.add_webhook(Webhook(0, None, "http://a/"))


def post_to(webhook: Webhook, **fields: Any) -> Post:
    """Return a post that is due."""
    values: dict[str, Any] = {
        "webhook_key": webhook.key,
        "api_user": "sandbox_user",
        "url": webhook.url,
        "kind": EventKind.DELIVER,
        "position": 0,
        "fields": json.dumps({"event": "deliver", "message": "人", "labelId": 0}),
        "due_at_ms": NOW_MS,
        "created_at_ms": NOW_MS,
    }
    return Post(**values | fields)


async def told(store: Store, webhook: Webhook, *posts: Post, status: int = 200) -> str:
    """Put posts with their message, and make an attempt at each; return the messageId."""
    record = await take(store, expansion(*TO, posts=posts))
    for lent in await store.posts.claim({webhook.key: 100}, 30):
        error = None if status == 200 else f"HTTP {status}, not 200"
        attempt = Attempt(lent.attempts + 1, NOW_MS + 5, 12, BODY, status, "ok", error)
        state = PostState.DELIVERED if status == 200 else PostState.GIVEN_UP
        await store.posts.finish(Told(lent, state, NOW_MS, (attempt,)))
    return record.message_id


async def test_a_delivery_has_its_attempts(
    client: httpx.AsyncClient, store: Store, webhook: Webhook
) -> None:
    """Request and answer of each; a form as sent and as read."""
    fault = "bad_signature"
    message_id = await told(store, webhook, post_to(webhook, position=1, fault=fault), status=500)
    (item,) = (await get(client, DELIVERIES))["items"]
    assert item == {
        "id": item["id"],
        "webhook_id": webhook.key,
        "api_user": "sandbox_user",
        "url": "http://a/",
        "event": "deliver",
        "message_id": message_id,
        "email_id": f"{message_id}1$joe@ifaxin.com",
        "state": "given_up",
        "fault": "bad_signature",
        "created_at": "2015-03-17T05:45:13.000Z",
        "due_at": None,
        "fields": {"event": "deliver", "message": "人", "labelId": "0"},
        "attempts": [
            {
                "number": 1,
                "started_at": "2015-03-17T05:45:13.005Z",
                "duration_ms": 12,
                "request": {
                    "body": BODY,
                    "fields": {
                        "event": "deliver",
                        "message": "人",
                        "token": "t",
                        "timestamp": "1",
                        "signature": "s",
                    },
                },
                "status": 500,
                "answer": "ok",
                "error": "HTTP 500, not 200",
            }
        ],
    }
    assert await get(client, f"{DELIVERIES}/{item['id']}") == item


async def test_what_waits_says_for_when(
    client: httpx.AsyncClient, store: Store, webhook: Webhook
) -> None:
    """An event about a whole message has no emailId."""
    await take(store, expansion(*TO, posts=(post_to(webhook, kind=EventKind.REQUEST),)))
    (item,) = (await get(client, DELIVERIES))["items"]
    assert (item["state"], item["due_at"]) == ("waiting", "2015-03-17T05:45:13.000Z")
    assert (item["email_id"], item["attempts"]) == (None, [])


async def test_filters_find_only_what_matches(
    client: httpx.AsyncClient, store: Store, webhook: Webhook
) -> None:
    """Each of them; page by page."""
    first = await told(store, webhook, *(post_to(webhook, position=n) for n in (0, 1)))
    await told(store, webhook, post_to(webhook, api_user="x", kind=EventKind.OPEN), status=404)
    for name, value, count in (
        ("api_user", "x", 1),
        ("event", "deliver", 2),
        ("state", "given_up", 1),
        ("url", "http://a/", 3),
        ("url", "http://b/", 0),
        ("webhook", str(webhook.key), 3),
        ("webhook", "4711", 0),
        ("message_id", first, 2),
        ("email_id", f"{first}1$joe@ifaxin.com", 1),
        ("email_id", f"{first}1$ben@ifaxin.com", 0),
        ("email_id", f"{first}999999999999$ben@ifaxin.com", 0),
        ("recipient", "BEN@ifaxin.com", 2),
        ("since", str(NOW_MS), 3),
        ("since", str(NOW_MS + 1), 0),
        ("limit", "2", 2),
        ("event", "", 3),
    ):
        page = await get(client, DELIVERIES, **{name: value})
        assert len(page["items"]) == count, (name, value)
    page = await get(client, DELIVERIES, limit=2)
    rest = await get(client, DELIVERIES, limit=2, cursor=page["next_cursor"])
    assert len({item["id"] for item in page["items"] + rest["items"]}) == 3
    assert rest["next_cursor"] is None


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("event", "sent", "bad-parameter"),
        ("state", "lost", "bad-parameter"),
        ("webhook", "x", "bad-parameter"),
        ("webhook", str(2**63), "bad-parameter"),
        ("email_id", "x", "bad-parameter"),
        ("cursor", "bogus", "bad-parameter"),
        ("limit", "0", "bad-parameter"),
        ("email", "x", "unknown-parameter"),
        ("signature", "fresh", "unknown-parameter"),
    ],
)
async def test_a_wrong_filter_is_named(
    client: httpx.AsyncClient, name: str, value: str, kind: str
) -> None:
    """As in the other listings."""
    refused = await problem(client, DELIVERIES, **{name: value})
    assert refused["type"] == f"/docs#{kind}"
    assert name in refused["detail"]


@pytest.mark.parametrize(
    ("signature", "signed"),
    [("", None), ("fresh", None), ("original", "token=t&timestamp=1&signature=s")],
)
async def test_one_is_sent_once_more(
    client: httpx.AsyncClient, store: Store, webhook: Webhook, signature: str, signed: str | None
) -> None:
    """As a new delivery, signed anew or as it was."""
    await told(store, webhook, post_to(webhook))
    (old,) = (await get(client, DELIVERIES))["items"]
    path = f"{API}/{DELIVERIES}/{old['id']}/replay"
    response = await client.post(path, params={"signature": signature} if signature else {})
    assert response.status_code == 201
    new = response.json()
    assert (new["state"], new["attempts"], new["fields"]) == ("waiting", [], old["fields"])
    assert new["id"] > old["id"]
    (lent,) = await store.posts.claim({webhook.key: 9}, 30)
    assert (lent.key, lent.signed) == (new["id"], signed)


async def test_all_that_match_are_sent_once_more(
    client: httpx.AsyncClient, store: Store, webhook: Webhook
) -> None:
    """By the filters of the listing; how many is told."""
    await told(store, webhook, post_to(webhook), post_to(webhook), status=500)
    await told(store, webhook, post_to(webhook))
    path = f"{API}/{DELIVERIES}/replay"
    again = await client.post(path, params={"state": "given_up", "signature": "original"})
    assert again.json() == {"replayed": 2}
    assert (await client.post(path, params={"event": "open"})).json() == {"replayed": 0}
    assert len(await store.posts.claim({webhook.key: 9}, 30)) == 2
    assert problem_of(await client.post(path, params={"limit": "1"}))["status"] == 400
    assert problem_of(await client.post(path, params={"signature": "x"}))["status"] == 400


async def test_what_is_not_there_cannot_be_repeated(
    client: httpx.AsyncClient, store: Store, webhook: Webhook
) -> None:
    """No delivery, or no webhook any more."""
    await told(store, webhook, post_to(webhook))
    (item,) = (await get(client, DELIVERIES))["items"]
    await store.orders.remove_webhook(webhook.key)
    gone = problem_of(await client.post(f"{API}/{DELIVERIES}/{item['id']}/replay"))
    assert (gone["status"], gone["type"]) == (409, "/docs#no-webhook")
    for response in (
        await client.get(f"{API}/{DELIVERIES}/4711"),
        await client.post(f"{API}/{DELIVERIES}/4711/replay"),
    ):
        assert problem_of(response)["type"] == "/docs#unknown-delivery"
