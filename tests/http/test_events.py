"""GET /sandbox/v1/events, and making things happen to an email."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from sendcloud_inbound.ports import PostFilter
from sendcloud_inbound.rules.history import Event, EventKind
from sendcloud_inbound.rules.model import Email, EmailStatus
from sendcloud_inbound.rules.orders import Webhook
from tests import builders
from tests.builders import NOW_MS
from tests.http.serving import API, get, problem, problem_of, take

if TYPE_CHECKING:
    import httpx

    from sendcloud_inbound.store import Store

HTML = b'Content-Type: text/html\r\n\r\n<a href="https://ifaxin.com/?a=1&amp;b=2">pay</a>\r\n'


async def email(store: Store, content: bytes = HTML, **fields: Any) -> str:
    """Store a delivered email with its two events; return its emailId, quoted for a path."""
    whole = Event(EventKind.REQUEST, "sandbox_user", NOW_MS, 0, 0)
    events = (whole, Event(EventKind.DELIVER, "sandbox_user", NOW_MS + 1))
    record = await take(
        store,
        builders.expansion("ben@ifaxin.com", events=events),
        content=content,
        rcpt_to=("ben@ifaxin.com",),
        **fields,
    )
    return quote(f"{record.message_id}0$ben@ifaxin.com", safe="$@")


async def happen(client: httpx.AsyncClient, email_id: str, **order: Any) -> dict[str, Any]:
    """Make something happen; return the event."""
    response = await client.post(f"{API}/emails/{email_id}/events", json=order)
    assert response.status_code == 201, response.text
    told: dict[str, Any] = response.json()
    return told


async def test_events_are_listed_with_their_fields(client: httpx.AsyncClient, store: Store) -> None:
    """Newest first; the request is of the whole message, the delivery of one email."""
    number = await email(store, label_id="7")
    items = (await get(client, "events"))["items"]
    assert [item["event"] for item in items] == ["deliver", "request"]
    deliver, request = items
    assert (deliver["email_id"], deliver["recipient"]) == (number, "ben@ifaxin.com")
    assert (request["email_id"], request["recipient"]) == (None, None)
    assert deliver["message_id"] == request["message_id"]
    assert deliver["occurred_at"] == "2015-03-17T05:45:13.001Z"
    assert deliver["fields"]["emailId"] == number
    assert deliver["fields"]["labelId"] == "7"
    assert json.loads(request["fields"]["emailIds"]) == [number]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"event": "request"}, 1),
        ({"recipient": "BEN@ifaxin.com"}, 1),
        ({"api_user": "another"}, 0),
        ({"label_id": "8"}, 0),
        ({"since": NOW_MS + 1}, 1),
        ({"limit": 1}, 1),
    ],
)
async def test_events_are_found_by_filters(
    client: httpx.AsyncClient, store: Store, filters: dict[str, Any], found: int
) -> None:
    """All that are given must hold."""
    number = await email(store)
    assert len((await get(client, "events", **filters))["items"]) == found
    (one,) = (await get(client, "events", email_id=number))["items"]
    assert one["event"] == "deliver"


async def test_a_wrong_filter_is_refused(client: httpx.AsyncClient) -> None:
    """With the name of the parameter."""
    assert (await problem(client, "events", event="sent"))["type"] == "/docs#bad-parameter"
    assert (await problem(client, "events", email_id="x"))["type"] == "/docs#bad-parameter"
    assert (await problem(client, "events", cursor="x"))["type"] == "/docs#bad-parameter"
    assert (await problem(client, "events", kind="open"))["type"] == "/docs#unknown-parameter"


async def test_pages_of_events_follow_one_another(client: httpx.AsyncClient, store: Store) -> None:
    """By their cursor, each event once."""
    for _ in range(3):
        await email(store)
    seen: list[tuple[str, str]] = []
    cursor: dict[str, str] = {}
    while True:
        page = await get(client, "events", limit=4, **cursor)
        seen += [(item["message_id"], item["event"]) for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert len(seen) == len(set(seen)) == 6


@pytest.mark.parametrize("kind", ["open", "click", "unsubscribe", "report_spam"])
async def test_what_a_recipient_does_can_be_made_to_happen(
    client: httpx.AsyncClient, store: Store, kind: str
) -> None:
    """The event is written with its fields, the state of the email stays, webhooks are told."""
    await store.orders.add_webhook(Webhook(0, None, "http://127.0.0.1:9/"))
    number = await email(store)
    told = await happen(client, number, event=kind)
    assert (told["event"], told["email_id"]) == (kind, number)
    (listed,) = (await get(client, "events", event=kind))["items"]
    assert listed == told
    (post,) = (await store.deliveries.posts(PostFilter(), 9)).items
    assert json.loads(post.fields) == told["fields"]
    (row,) = (await get(client, "emails"))["items"]
    assert row["status"] == "delivered"
    suppressed = (await get(client, "suppressions"))["items"]
    assert len(suppressed) == (kind in {"unsubscribe", "report_spam"})


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", ""])
async def test_a_body_is_json_whatever_curl_calls_it(
    client: httpx.AsyncClient, store: Store, content_type: str
) -> None:
    """`curl -d '{"event": "open"}'` names it a form."""
    record = await take(store, builders.expansion("a@b.c"), rcpt_to=("a@b.c",))
    response = await client.post(
        f"{API}/emails/{record.message_id}0$a@b.c/events",
        content=b'{"event": "open"}',
        headers={"Content-Type": content_type},
    )
    assert response.status_code == 201, response.text


async def test_a_click_without_url_is_on_the_first_link(
    client: httpx.AsyncClient, store: Store
) -> None:
    """As it stands in the mail, decoded; where there is none, it has to be said."""
    told = await happen(client, await email(store), event="click")
    assert told["fields"]["url"] == "https://ifaxin.com/?a=1&b=2"
    number = await email(store, b"Subject: no link\r\n\r\nnone\r\n")
    path = f"{API}/emails/{number}/events"
    assert problem_of(await client.post(path, json={"event": "click"}))["status"] == 400
    told = await happen(client, number, event="click", url="https://a.b/", oSName="Plan 9")
    assert (told["fields"]["url"], told["fields"]["oSName"]) == ("https://a.b/", "Plan 9")


@pytest.mark.parametrize("ip", ["198.51.100.7", "2001:db8::7"])
async def test_a_click_is_told_as_ordered(client: httpx.AsyncClient, store: Store, ip: str) -> None:
    """A link as mails have them, which need not be a tidy URL, and an address of either kind."""
    url = "HTTPS://例子.example/a b?c=%name%#d"
    told = await happen(client, await email(store), event="click", url=url, ip=ip)
    assert (told["fields"]["url"], told["fields"]["ip"]) == (url, ip)


async def test_a_bounce_gives_the_email_its_state(client: httpx.AsyncClient, store: Store) -> None:
    """With sub-status and reason; a delivery after it takes it back."""
    number = await email(store)
    await happen(client, number, event="soft_bounce", sub_status=503, message="421 later")
    found = await get(client, f"emails/{number}")
    assert (found["status"], found["sub_status"], found["reason"]) == (
        "soft_bounce",
        503,
        "421 later",
    )
    assert [each["event"] for each in found["events"]] == ["deliver", "soft_bounce"]
    await happen(client, number, event="invalid")
    assert (await get(client, f"emails/{number}"))["sub_status"] == 406
    await happen(client, number, event="deliver")
    found = await get(client, f"emails/{number}")
    assert (found["status"], found["sub_status"]) == ("delivered", None)


@pytest.mark.parametrize(
    ("order", "detail"),
    [
        ({}, "event: it is missing"),
        ({"event": "sent"}, "event: "),
        ({"event": "request"}, "event: request happens when"),
        ({"event": "route"}, "event: route is about mail"),
        ({"event": "open", "url": "https://a.b/"}, "url: open has none"),
        ({"event": "deliver", "sub_status": 404}, "sub_status: deliver has none"),
        ({"event": "invalid", "sub_status": 503}, "sub_status: invalid has 401, 402"),
        ({"event": "open", "colour": "red"}, "colour: "),
        ({"event": "click", "url": "notaurl"}, "url: a link that is clicked is such as https://"),
        ({"event": "click", "url": "mailto:a@b.c"}, "url: a link that is clicked is such as"),
        ({"event": "click", "url": "https:///pay"}, "url: a link that is clicked is such as"),
        ({"event": "open", "ip": "999"}, "ip: an IP address is such as 198.51.100.7 or"),
    ],
)
async def test_what_means_nothing_is_refused(
    client: httpx.AsyncClient, store: Store, order: dict[str, Any], detail: str
) -> None:
    """The member that is wrong is named, and nothing happens."""
    number = await email(store)
    told = problem_of(await client.post(f"{API}/emails/{number}/events", json=order))
    assert told["type"] == "/docs#bad-body"
    assert told["detail"].startswith(detail)
    assert len((await get(client, "events"))["items"]) == 2


async def test_nothing_happens_to_an_email_that_is_not_there(client: httpx.AsyncClient) -> None:
    """The emailId is unknown, whatever it is."""
    for number in ("x", f"{builders.message_id()}0$a@b.c"):
        path = f"{API}/emails/{quote(number, safe='$@')}/events"
        response = await client.post(path, json={"event": "open"})
        assert problem_of(response)["type"] == "/docs#unknown-email"


async def test_emails_are_found_by_what_happened(client: httpx.AsyncClient, store: Store) -> None:
    """To them, or to their message as a whole."""
    opened, other = await email(store), await email(store)
    await happen(client, opened, event="open")
    (item,) = (await get(client, "emails", event="open"))["items"]
    assert item["email_id"] == opened
    assert len((await get(client, "emails", event="request"))["items"]) == 2
    assert (await get(client, "emails", event="click"))["items"] == []
    assert opened != other


async def test_the_events_of_an_email_are_its_own(client: httpx.AsyncClient, store: Store) -> None:
    """Not those of its neighbours in the same message."""
    emails = [Email(n, f"{n}@b.c", EmailStatus.DELIVERED) for n in range(3)]
    run = Event(EventKind.DELIVER, "sandbox_user", NOW_MS, 0, 3)
    record = await take(store, builders.expansion(emails=tuple(emails), events=(run,)))
    await happen(client, f"{record.message_id}1$1@b.c", event="open")
    kinds = []
    for email in emails:
        path = f"emails/{record.message_id}{email.position}${email.recipient}"
        kinds.append([each["event"] for each in (await get(client, path))["events"]])
    assert kinds == [["deliver"], ["deliver", "open"], ["deliver"]]
