"""GET /sandbox/v1/wait: one call that waits for the mail, and says why it did not come."""

from __future__ import annotations

import asyncio
import threading
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

import pytest

from sendcloud_inbound.events import state_of
from sendcloud_inbound.http.times import to_iso
from sendcloud_inbound.ports import Bounds, Interest, MessageFilter
from sendcloud_inbound.rules.history import Change, Event, EventKind
from sendcloud_inbound.rules.model import MessageStatus
from sendcloud_inbound.store.database import READERS
from tests import builders
from tests.builders import NOW_MS
from tests.http.serving import API, application, problem_of, serving, take, until

if TYPE_CHECKING:
    import httpx

    from sendcloud_inbound.ports import Page, StoredEmail, StoredMessage
    from sendcloud_inbound.store import Store

TO = "ben@ifaxin.com"
MANY = 500


async def mail(store: Store, to: str = TO, **fields: Any) -> str:
    """Store an email with its events; return its messageId."""
    api_user = fields.get("api_user", "sandbox_user")
    whole = Event(EventKind.REQUEST, api_user, NOW_MS, 0, 0)
    events = (whole, Event(EventKind.DELIVER, api_user, NOW_MS))
    subject = fields.pop("subject", "您的账单")
    outcome = builders.expansion(to, subject=subject, events=events)
    return (await take(store, outcome, rcpt_to=(to,), **fields)).message_id


async def waited(client: httpx.AsyncClient, **query: Any) -> list[dict[str, Any]]:
    """Return what came."""
    response = await client.get(f"{API}/wait", params=query, timeout=20)
    assert response.status_code == 200, response.text
    items: list[dict[str, Any]] = response.json()["items"]
    return items


async def missed(client: httpx.AsyncClient, **query: Any) -> dict[str, Any]:
    """Return the problem of what did not come."""
    told = problem_of(await client.get(f"{API}/wait", params={"timeout_s": 0} | query))
    assert (told["type"], told["status"]) == ("/docs#not-come", 408)
    return told


async def test_what_is_there_is_not_waited_for(client: httpx.AsyncClient, store: Store) -> None:
    """The answer is that of the listing."""
    message_id = await mail(store)
    (email,) = await waited(client, recipient="BEN@ifaxin.com", subject="账单")
    assert email["email_id"] == f"{message_id}0${TO}"
    (message,) = await waited(client, kind="message", message_id=message_id)
    assert (message["message_id"], message["status"]) == (message_id, "expanded")
    assert await waited(client, kind="message", q="账 ifaxin") == [message]
    (event,) = await waited(client, kind="event", event="deliver", recipient=TO)
    assert event["fields"]["emailId"] == email["email_id"]


async def test_what_comes_later_is_waited_for(client: httpx.AsyncClient, store: Store) -> None:
    """Of each kind; the answer comes with the commit and not with a look now and then."""
    kinds: list[dict[str, Any]] = [
        {"kind": "email", "recipient": TO},
        {"kind": "message", "api_user": "sandbox_user"},
        {"kind": "event", "event": "deliver"},
    ]
    waits = [asyncio.create_task(waited(client, timeout_s=60, **kind)) for kind in kinds]
    await until(lambda: len(store.news.listeners) == len(kinds))
    await mail(store)
    assert all(len(items) == 1 for items in await asyncio.gather(*waits))
    assert store.news.listeners == set()


async def test_so_many_are_waited_for(client: httpx.AsyncClient, store: Store) -> None:
    """Fewer are not enough, and it is said how many there were."""
    await mail(store)
    told = await missed(client, count=2)
    assert told["detail"].startswith("1 of 2 came within 0 s")
    wait = asyncio.create_task(waited(client, count=2, timeout_s=60))
    await mail(store, "joe@ifaxin.com")
    assert len(await wait) == 2


async def test_a_change_is_news(client: httpx.AsyncClient, store: Store) -> None:
    """An event that happens to an email wakes who waits for it."""
    message_id = await mail(store)
    wait = asyncio.create_task(waited(client, event="open", timeout_s=60))
    email = await store.email(message_id, 0)
    assert email is not None
    opened = Event(EventKind.OPEN, "sandbox_user", NOW_MS)
    await store.outbox.change([Change(email.key, 0, events=(opened,))])
    assert len(await wait) == 1


async def test_a_refused_message_can_be_waited_for(client: httpx.AsyncClient, store: Store) -> None:
    """It is there as soon as it is stored; a queued one is not seen before it is expanded."""
    refused: dict[str, Any] = {"status": MessageStatus.REFUSED, "reason": "552 xsmtpapi error"}
    wait = asyncio.create_task(waited(client, kind="message", timeout_s=60))
    await take(store)
    await take(store, **refused)
    (message,) = await wait
    assert message["status"] == "refused"
    assert len(await waited(client, kind="message", status="queued")) == 1


async def test_absence_can_be_waited_for(client: httpx.AsyncClient, store: Store) -> None:
    """It succeeds when nothing came, and fails as soon as something does."""
    assert await waited(client, absent=True, timeout_s=0.05) == []
    query = {"absent": True, "timeout_s": 60}
    wait = asyncio.create_task(client.get(f"{API}/wait", params=query, timeout=20))
    await mail(store)
    told = problem_of(await wait)
    assert (told["status"], told["type"]) == (409, "/docs#came")
    assert told["found"][0]["recipient"] == TO


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ({"recipient": "bem@ifaxin.com"}, f"its recipient is {TO}"),
        ({"subject": "您的帐单"}, "its subject is '您的账单'"),
        (
            {"subject": "账单", "api_user": "another_user"},
            "it is of another API_USER, sandbox_user",
        ),
        ({"recipient": TO, "since": NOW_MS + 1}, "it came before since"),
        ({"recipient": TO, "status": "invalid"}, "its status is delivered"),
        ({"recipient": TO, "event": "open"}, "open has not happened to it"),
        ({"recipient": TO, "label_id": "8"}, "its label is 7"),
        ({"recipient": TO, "header": "X-A:b"}, "it has no header field of that value"),
        ({"recipient": TO, "q": "utterly else"}, "'utterly else' does not stand in it"),
    ],
)
async def test_the_nearest_is_told(
    client: httpx.AsyncClient, store: Store, query: dict[str, Any], why: str
) -> None:
    """What differs, and from what; what is far off is not mentioned."""
    message_id = await mail(store, label_id="7")
    await mail(store, "zoe@x.org", subject="other")
    told = await missed(client, **query)
    assert told["near_misses"] == [{"what": f"{message_id}0${TO}", "why": why}]
    assert why in told["detail"]


@pytest.mark.parametrize(
    "query",
    [
        {"header": "Subject:A test"},
        {"q": "账单"},
        {"event": "deliver"},
        {"event": "request"},
        {"kind": "event", "event": "deliver"},
        {"kind": "message", "header": "Subject:A test"},
    ],
)
async def test_what_does_not_differ_is_not_told(
    client: httpx.AsyncClient, store: Store, query: dict[str, Any]
) -> None:
    """A header field that it has, an event that happened; the most alike is told first."""
    message_id = await mail(store)
    await mail(store, "zoe@x.org")
    told = await missed(client, recipient="bem@ifaxin.com", **query)
    nearest, other = told["near_misses"]
    assert nearest == {"what": f"{message_id}0${TO}", "why": f"its recipient is {TO}"}
    assert other["why"] == "its recipient is zoe@x.org"


async def test_what_has_not_come_that_far_is_told(client: httpx.AsyncClient, store: Store) -> None:
    """Still queued, or refused and why."""
    await take(store, rcpt_to=(TO,))
    refused: dict[str, Any] = {"status": MessageStatus.REFUSED, "reason": "552 xsmtpapi error"}
    await take(store, rcpt_to=(TO,), **refused)
    whys = [each["why"] for each in (await missed(client, recipient=TO))["near_misses"]]
    assert whys == [
        "it was refused at the end of DATA: 552 xsmtpapi error",
        "it is still queued: the worker has not expanded it yet",
    ]


async def test_what_was_evicted_is_told(client: httpx.AsyncClient, store: Store) -> None:
    """It may have been what somebody waits for, unless that came later than all of it."""
    await mail(store, received_at_ms=NOW_MS)
    await mail(store, received_at_ms=NOW_MS + 1)
    assert "evicted" not in (await missed(client, recipient="zoe@x.org"))["detail"]
    assert await store.retention.evict(Bounds(max_messages=1)) == {"max_messages": 1}
    last = f"the last one received at {to_iso(NOW_MS)}"
    told = f"; 1 message was evicted ([retention]), {last}"
    assert (await missed(client, q="zoe"))["detail"] == f"no email came within 0 s{told}"
    assert (await missed(client, q="zoe", since=NOW_MS))["detail"].endswith(told)
    assert "evicted" not in (await missed(client, q="zoe", since=NOW_MS + 1))["detail"]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({"kind": "mail"}, "kind"),
        ({"kind": "message", "event": "open"}, "event"),
        ({"kind": "event", "subject": "x"}, "subject"),
        ({"kind": "event", "q": "x"}, "q"),
        ({"kind": "email", "status": "expanded"}, "status"),
        ({"kind": "message", "status": "delivered"}, "status"),
        ({"count": 0}, "count"),
        ({"timeout_s": 301}, "timeout_s"),
        ({"timeout_s": "nan"}, "timeout_s"),
    ],
)
async def test_what_could_never_come_is_refused(
    client: httpx.AsyncClient, query: dict[str, Any], name: str
) -> None:
    """At once, with the name of the parameter."""
    told = problem_of(await client.get(f"{API}/wait", params=query))
    assert (told["type"], told["detail"].partition(":")[0]) == ("/docs#bad-parameter", name)


async def test_who_hangs_up_is_waited_for_no_longer(
    client: httpx.AsyncClient, store: Store
) -> None:
    """His place is free at once."""
    wait = asyncio.create_task(waited(client, timeout_s=300))
    await until(lambda: store.news.listeners)
    wait.cancel()
    await until(lambda: not store.news.listeners)


async def test_a_stop_lets_everybody_go(client: httpx.AsyncClient, store: Store) -> None:
    """They are told that the server is being stopped."""
    wait = asyncio.create_task(client.get(f"{API}/wait", params={"timeout_s": 300}, timeout=20))
    await until(lambda: store.news.listeners)
    store.news.end()
    assert problem_of(await wait)["type"] == "/docs#stopping"


class Looks:
    """A catalogue that counts how often it was asked."""

    def __init__(self, store: Store) -> None:
        self.count = 0
        self.are_many = asyncio.Event()
        self._store = store

    async def emails(self, wanted: MessageFilter, limit: int) -> Page[StoredEmail]:
        """List emails."""
        page = await self._store.emails(wanted, limit)
        self._note()
        return page

    async def messages(self, wanted: MessageFilter, limit: int) -> Page[StoredMessage]:
        """List messages."""
        self._note()
        return await self._store.messages(wanted, limit)

    def _note(self) -> None:
        self.count += 1
        if self.count == MANY:
            self.are_many.set()


async def test_five_hundred_wait_at_no_cost(store: Store) -> None:
    """None has a thread, and only he looks again whose mail came; who hangs up waits no longer."""
    looks = Looks(store)
    async with serving(application(store, catalogue=looks)) as client, AsyncExitStack() as stack:
        threads = threading.active_count()
        host, port = client.base_url.host, client.base_url.port
        lines = []
        for number in range(MANY):
            reader, writer = await asyncio.open_connection(host, port)
            stack.callback(writer.close)
            query = f"recipient=user{number}@x.org&timeout_s=300"
            writer.write(f"GET {API}/wait?{query} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            lines.append(asyncio.create_task(reader.readline()))
        await looks.are_many.wait()
        assert len(store.news.listeners) == MANY
        assert threading.active_count() <= threads + READERS
        await mail(store, "USER7@x.org")
        assert await lines[7] == b"HTTP/1.1 200 OK\r\n"
        assert looks.count == MANY + 1
        assert [number for number, line in enumerate(lines) if line.done()] == [7]
        await stack.aclose()
        await until(lambda: not store.news.listeners)
        assert looks.count == MANY + 1  # nor is it looked for those what nearly was it


@pytest.mark.parametrize(
    ("interest", "is_told"),
    [
        (Interest(), "new refused changed other"),
        (Interest("sandbox_user"), "new refused changed"),
        (Interest(recipient="BEN@ifaxin.com"), "new changed"),
        (Interest(recipient="joe@ifaxin.com"), "other"),
        (Interest(event=EventKind.DELIVER), "new other"),
        (Interest(event=EventKind.SOFT_BOUNCE), "changed"),
        (Interest(is_new=True), "new refused other"),
    ],
)
async def test_who_cannot_be_meant_is_not_woken(
    store: Store, interest: Interest, is_told: str
) -> None:
    """By API_USER, recipient, kind of event; deleting is no news for those who wait."""
    told: list[str] = []
    with store.news.watch(interest) as watch:

        async def note(name: str) -> None:
            await asyncio.sleep(0)  # a put is told of after its own caller
            told.extend([name] if watch.has_news else ())
            await watch.wait(0)

        message_id = await mail(store)
        await note("new")
        await take(store, status=MessageStatus.REFUSED, reason="552 xsmtpapi error")
        await note("refused")
        email = await store.email(message_id, 0)
        assert email is not None
        bounced = Event(EventKind.SOFT_BOUNCE, "sandbox_user", NOW_MS)
        await store.outbox.change([Change(email.key, 0, state_of(email), events=(bounced,))])
        await note("changed")
        await mail(store, "joe@ifaxin.com", api_user="other")
        await note("other")
        await store.eraser.erase(MessageFilter())
        await note("erased")
    assert told == is_told.split()


async def test_what_lost_its_lease_is_no_news(store: Store) -> None:
    """Nothing was written of it; whoever has the lease now will tell."""
    email = await store.email(await mail(store), 0)
    assert email is not None
    with store.news.watch(Interest()) as watch:
        late = Event(EventKind.OPEN, "sandbox_user", NOW_MS)
        change = Change(email.key, 0, events=(late,), lease_ms=NOW_MS)
        assert await store.outbox.change([change]) == [False]
        assert not watch.has_news


async def test_all_of_a_message_is_there_at_once(client: httpx.AsyncClient, store: Store) -> None:
    """Who waits for one of a hundred emails finds them all, and their events."""
    to = [f"user{number}@x.org" for number in range(100)]
    wait = asyncio.create_task(waited(client, recipient=to[-1], timeout_s=60))
    events = (
        Event(EventKind.REQUEST, "sandbox_user", NOW_MS, 0, 0),
        Event(EventKind.DELIVER, "sandbox_user", NOW_MS, 0, len(to)),
    )
    await take(store, builders.expansion(*to, events=events), rcpt_to=tuple(to))
    message_id = (await wait)[0]["message_id"]
    query = {"message_id": message_id, "count": len(to), "timeout_s": 0}
    assert len(await waited(client, **query)) == len(to)
    assert len(await waited(client, kind="event", event="deliver", **query)) == len(to)
