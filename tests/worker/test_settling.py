"""What becomes of emails: suppressed, forced, delivered; with its events and webhook calls."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from sendcloud_inbound.ports import EventFilter, MessageFilter, PostFilter
from sendcloud_inbound.rules.first_link import FirstLinks
from sendcloud_inbound.rules.history import EventKind, Suppression, SuppressionKind
from sendcloud_inbound.rules.orders import Webhook
from sendcloud_inbound.rules.simulation import read_rules
from sendcloud_inbound.store import open_store
from tests.builders import NOW_MS, record
from tests.fakes import FakeClock
from tests.worker.running import email_to, story_of, waiting_for_the_loop, working

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sendcloud_inbound.store import Store

HTML = (
    b"Subject: s\r\nSC-Custom-key1: v\r\nContent-Type: text/html\r\n\r\n"
    b'<a href="#top">x</a> <a href="mailto:a@b.c">m</a> <a href="https://ifaxin.com/?a=1&amp;b=2">y</a>'
)


@pytest.fixture
def clock() -> FakeClock:
    """The time of all."""
    return FakeClock()


@pytest.fixture
async def store(clock: FakeClock) -> AsyncIterator[Store]:
    """A private store."""
    store = await open_store("sqlite://", clock=clock)
    yield store
    await store.close()


async def ruled(store: Store, **rule: object) -> None:
    """Put one rule for the sandbox's API_USER."""
    await store.orders.put_rules("sandbox_user", read_rules(json.dumps({"rules": [rule]})))


MAGIC = {
    "deliver": ("delivered", None, ["deliver"]),
    "deliver+tag": ("delivered", None, ["deliver"]),
    "invalid": ("invalid", 406, ["invalid"]),
    "invalid+404": ("invalid", 404, ["invalid"]),
    "soft_bounce+509": ("soft_bounce", 509, ["soft_bounce"]),
    "report_spam": ("delivered", None, ["deliver", "report_spam"]),
    "open": ("delivered", None, ["deliver", "open"]),
    "click": ("delivered", None, ["deliver", "open", "click"]),
    "unsubscribe": ("delivered", None, ["deliver", "unsubscribe"]),
}


@pytest.mark.parametrize("local", MAGIC)
async def test_a_magic_address_has_its_outcome(store: Store, clock: FakeClock, local: str) -> None:
    """Status and events are those that its name says; the request comes before all."""
    to = f"{local}@sandbox.test"
    async with working(store, clock):
        await store.put(record(rcpt_to=(to,), content=HTML))
        email = await email_to(store, to)
    status, sub_status, kinds = MAGIC[local]
    assert (email.status.value, email.sub_status) == (status, sub_status)
    assert await story_of(store, to) == kinds
    (request,) = (await store.journal.events(EventFilter(kind=EventKind.REQUEST), 9)).items
    assert request.recipients == (to,)
    assert request.user_headers == '{"SC-Custom-key1":"v"}'


async def test_a_simulated_click_follows_the_first_link(store: Store, clock: FakeClock) -> None:
    """The first that a browser opens, decoded; a mail without any is not clicked."""
    async with working(store, clock):
        await store.put(record(rcpt_to=("click@sandbox.test",), content=HTML))
        await store.put(record(rcpt_to=("click+no@sandbox.test",)))
        await story_of(store, "click@sandbox.test", "click")
        await story_of(store, "click+no@sandbox.test", "open")
    (click,) = (await store.journal.events(EventFilter(kind=EventKind.CLICK), 9)).items
    assert click.event.details["url"] == "https://ifaxin.com/?a=1&b=2"
    assert click.recipients == ("click@sandbox.test",)


async def test_clicks_in_a_large_mail_do_not_hold_the_sessions_up(
    store: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its links are looked for beside the event loop, which turns meanwhile."""
    monkeypatch.setattr(FirstLinks, "of", waiting_for_the_loop(FirstLinks.of))
    content = HTML.rstrip() + b"<p>text</p>\r\n" * 25_000
    async with working(store, clock):
        await store.put(record(rcpt_to=("click@sandbox.test",), content=content))
        await story_of(store, "click@sandbox.test", "click")
    (click,) = (await store.journal.events(EventFilter(kind=EventKind.CLICK), 9)).items
    assert click.event.details["url"] == "https://ifaxin.com/?a=1&b=2"


async def test_who_unsubscribed_or_reported_is_not_sent_to_again(
    store: Store, clock: FakeClock
) -> None:
    """The next mail to them is invalid, 402 and 401; a reporter is forgiven after 180 days."""
    gone, spam = "unsubscribe@sandbox.test", "report_spam@sandbox.test"
    async with working(store, clock):
        await store.put(record(rcpt_to=(gone, spam)))
        await story_of(store, spam, "report_spam")
        await store.put(record(rcpt_to=(gone, spam)))
        await story_of(store, spam, "invalid")
        assert await story_of(store, gone, "invalid") == ["deliver", "unsubscribe", "invalid"]
        invalid = [await email_to(store, to) for to in (gone, spam)]
        assert [each.sub_status for each in invalid] == [402, 401]
        assert invalid[1].reason == "在SendCloud黑名单中"
        clock.advance(180 * 24 * 3600 + 1)
        put = record(rcpt_to=(spam,))
        await store.put(put)
        assert (await email_to(store, spam, put.message_id)).status.value == "delivered"


async def test_a_suppressed_address_is_so_in_every_spelling(store: Store, clock: FakeClock) -> None:
    """Both in one message, and of two messages that are settled together."""
    black = Suppression("sandbox_user", "ben@b.c", SuppressionKind.BLACKLIST, NOW_MS, None)
    await store.suppressions.suppress(black)
    first, second = record(rcpt_to=("ben@b.c", "Ben@b.c")), record(rcpt_to=("BEN@b.c",))
    await store.put(first)
    await store.put(second)
    async with working(store, clock):
        await email_to(store, "ben@b.c", first.message_id)
        await email_to(store, "ben@b.c", second.message_id)
    emails = (await store.emails(MessageFilter(recipient="ben@b.c"), 9)).items
    assert [each.sub_status for each in emails] == [401, 401, 401]


async def test_an_invalid_address_can_be_sent_to_again(store: Store, clock: FakeClock) -> None:
    """It is not suppressed, as SendCloud does for all customers (5.4): tests have to repeat."""
    async with working(store, clock):
        for _ in range(2):
            put = record(rcpt_to=("invalid@sandbox.test",))
            await store.put(put)
            email = await email_to(store, "invalid@sandbox.test", put.message_id)
            assert email.sub_status == 406


async def test_a_blacklisted_address_is_refused_before_any_rule(
    store: Store, clock: FakeClock
) -> None:
    """For its own API_USER; another one's mail goes through."""
    black = Suppression("sandbox_user", "a@b.c", SuppressionKind.BLACKLIST, NOW_MS, None)
    await store.suppressions.suppress(black)
    await ruled(store, recipient="*", outcome="deliver")
    async with working(store, clock):
        await store.put(record(rcpt_to=("A@b.c",)))
        assert (await email_to(store, "a@b.c")).sub_status == 401
        await store.put(record(rcpt_to=("a@b.c",), api_user="another_user"))
        assert await story_of(store, "a@b.c", "deliver") == ["invalid", "deliver"]


async def test_a_rule_decides_before_magic_addresses(store: Store, clock: FakeClock) -> None:
    """The first that matches; rules of other API_USERs count for nothing."""
    rules = (
        '{"rules": [{"recipient": "*@slow.example", "outcome": "soft_bounce", "sub_status": 503}]}'
    )
    await store.orders.put_rules("sandbox_user", read_rules(rules))
    async with working(store, clock):
        await store.put(record(rcpt_to=("a@slow.example", "b@fast.example")))
        assert (await email_to(store, "a@slow.example")).sub_status == 503
        assert await story_of(store, "b@fast.example") == ["deliver"]


async def test_put_off_mail_is_delivered_in_the_end(store: Store, clock: FakeClock) -> None:
    """Its sending fails twice, nobody is told, then it is delivered; the email counts it."""
    to = "defer-2@sandbox.test"
    async with working(store, clock):
        await store.put(record(rcpt_to=(to,)))
        assert (await email_to(store, to)).status.value == "requested"
        clock.advance(1)
        store.outbox.tell()
        while (await email_to(store, to)).deferrals < 2:
            store.outbox.tell()
        assert await story_of(store, to) == []
        clock.advance(2)
        store.outbox.tell()
        assert await story_of(store, to, "deliver") == ["deliver"]
    assert (await email_to(store, to)).deferrals == 2


async def test_slow_mail_is_delivered_when_its_time_has_come(
    store: Store, clock: FakeClock
) -> None:
    """Not before; what follows the delivery comes with it."""
    async with working(store, clock, delay_s=10):
        await store.put(record(rcpt_to=("open@sandbox.test", "plain@example.com")))
        await email_to(store, "plain@example.com")
        assert await story_of(store, "plain@example.com") == []
        clock.advance(10)
        store.outbox.tell()
        assert await story_of(store, "plain@example.com", "deliver") == ["deliver"]
        assert await story_of(store, "open@sandbox.test", "open") == ["deliver", "open"]


async def test_webhook_calls_are_written_with_their_events(store: Store, clock: FakeClock) -> None:
    """One for each event of each email and webhook that wants it, with the form's fields."""
    every = await store.orders.add_webhook(Webhook(0, "sandbox_user", "http://every/"))
    kinds = frozenset({EventKind.INVALID})
    await store.orders.add_webhook(Webhook(0, None, "http://failures/", kinds))
    await store.orders.add_webhook(Webhook(0, "another_user", "http://others/"))
    async with working(store, clock):
        await store.put(record(rcpt_to=("a@b.c", "invalid@sandbox.test"), label_id="7"))
        await story_of(store, "a@b.c", "deliver")
    posts = (await store.deliveries.posts(PostFilter(), 50)).items
    told = sorted((each.url, each.kind.value, each.recipient or "") for each in posts)
    assert told == [
        ("http://every/", "deliver", "a@b.c"),
        ("http://every/", "invalid", "invalid@sandbox.test"),
        ("http://every/", "request", ""),
        ("http://failures/", "invalid", "invalid@sandbox.test"),
    ]
    fields = {each.kind: json.loads(each.fields) for each in posts if each.webhook_key == every.key}
    assert fields[EventKind.REQUEST]["recipientSize"] == 2
    assert {each["labelId"] for each in fields.values()} == {"7"}
    assert fields[EventKind.INVALID]["emailId"].endswith("1$invalid@sandbox.test")


async def test_a_label_that_is_not_there_is_told(store: Store, clock: FakeClock) -> None:
    """S14: it is kept, whatever stands behind the #; one of another API_USER is none."""
    ours = await store.labels.label_named("sandbox_user", "ours")
    theirs = await store.labels.label_named("another_user", "theirs")
    async with working(store, clock):
        for label_id in (str(ours.label_id), None, str(theirs.label_id), "abc", "1#2"):
            await store.put(record(rcpt_to=(f"{label_id}@b.c",), label_id=label_id))
            await email_to(store, f"{label_id}@b.c")
    found = (await store.messages(MessageFilter(), 50)).items
    told = {each.label_id: [one.code for one in each.findings] for each in found}
    assert told[str(ours.label_id)] == told[None] == []
    assert told[str(theirs.label_id)] == told["abc"] == told["1#2"] == ["label-unknown"]


async def test_a_rule_makes_calls_wrong(store: Store, clock: FakeClock) -> None:
    """The fault stands in the call's row, for the events that the rule names."""
    rules = (
        '{"rules": [{"recipient": "*", "event": "deliver", "webhook": "duplicate", "copies": 3}]}'
    )
    await store.orders.put_rules("sandbox_user", read_rules(rules))
    await store.orders.add_webhook(Webhook(0, None, "http://every/"))
    async with working(store, clock):
        await store.put(record())
        await story_of(store, "recipient@example.com", "deliver")
    posts = (await store.deliveries.posts(PostFilter(), 50)).items
    assert {each.kind.value: each.fault for each in posts} == {
        "deliver": "duplicate:3",
        "request": None,
    }


async def test_mail_that_the_worker_refuses_is_told_so(store: Store, clock: FakeClock) -> None:
    """A request for the RCPT list, then invalid 409 for each of it (S4, S5)."""
    content = b"Subject: s\r\nX-SMTPAPI: not base64!\r\n\r\n"
    async with working(store, clock):
        await store.put(record(content=content, rcpt_to=("a@b.c", "d@e.f")))
        for to in ("a@b.c", "d@e.f"):
            assert await story_of(store, to, "invalid") == ["invalid"]
    request, *invalid = reversed((await store.journal.events(EventFilter(), 9)).items)
    assert (request.event.kind, request.recipients) == (EventKind.REQUEST, ("a@b.c", "d@e.f"))
    assert {each.event.kind for each in invalid} == {EventKind.INVALID}
    assert sorted(each.recipients for each in invalid) == [("a@b.c",), ("d@e.f",)]
    for each in invalid:
        assert each.event.details["subStat"] == 409
        assert each.event.details["message"] == "worker: invalid XSMTP-API"
