"""What happens to mail, in every store: events, the outbox, orders, suppressions."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

import pytest

from sendcloud_inbound.ports import EventFilter
from sendcloud_inbound.rules.history import (
    Change,
    Event,
    EventKind,
    Pending,
    Suppression,
    SuppressionKind,
)
from sendcloud_inbound.rules.model import Email, EmailStatus
from sendcloud_inbound.rules.orders import Webhook
from sendcloud_inbound.rules.simulation import NO_RULES, RuleSet, read_rules
from tests.builders import NOW_MS, expansion, record

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from sendcloud_inbound.ports import Lent
    from sendcloud_inbound.rules.model import Expansion
    from sendcloud_inbound.store import Store
    from sendcloud_inbound.store.access import Access
    from tests.fakes import FakeClock
    from tests.store.conftest import OpenStore

ANY = EventFilter()
TO = ("a@example.com", "b@example.com", "c@example.com")


def event(kind: EventKind, **fields: object) -> Event:
    """Return an event of the sandbox's API_USER."""
    values: dict[str, object] = {"api_user": "sandbox_user", "occurred_at_ms": NOW_MS}
    return Event(kind=kind, **values | fields)  # type: ignore[arg-type]


async def finished(store: Store, outcome: Expansion, **fields: object) -> str:
    """Put a message and finish it so; return its messageId."""
    put = record(**fields)
    await store.put(put)
    (claim,) = await store.claim(1, 60)
    assert await store.finish({claim.key: outcome}) == {claim.key}
    return put.message_id


async def told(store: Store, **wanted: object) -> list[tuple[str, tuple[str, ...]]]:
    """Return kind and recipients of the events that are found, in the order of the listing."""
    page = await store.journal.events(EventFilter(**wanted), 100)  # type: ignore[arg-type]
    return [(str(each.event.kind), each.recipients) for each in page.items]


# Events


async def test_events_are_written_with_the_change_that_caused_them(store: Store) -> None:
    """One row for many emails comes back as one event each; that of the message has them all."""
    both = (event(EventKind.REQUEST, emails=0), event(EventKind.DELIVER, emails=3))
    message_id = await finished(
        store, expansion(*TO, events=both, user_headers='{"SC-Custom-a":1}')
    )
    page = await store.journal.events(ANY, 10)
    assert [(each.event.kind, each.recipients) for each in page.items] == [
        *((EventKind.DELIVER, (address,)) for address in TO),
        (EventKind.REQUEST, TO),
    ]
    assert [each.event.position for each in page.items] == [0, 1, 2, 0]
    assert {each.message_id for each in page.items} == {message_id}
    assert {each.user_headers for each in page.items} == {'{"SC-Custom-a":1}'}


async def test_details_come_back_as_they_were(store: Store) -> None:
    """Whatever an event has of its own is kept."""
    details = {"message": "人 \ud800 \0", "subStat": 404, "url": "https://例え.jp/?a=1&b=2"}
    await finished(store, expansion(*TO, events=(event(EventKind.INVALID, details=details),)))
    (item,) = (await store.journal.events(ANY, 10)).items
    assert item.event.details == details


@pytest.mark.parametrize("limit", [1, 2, 3, 5])
async def test_pages_of_events_follow_one_another(store: Store, limit: int) -> None:
    """Page by page, all events are listed once, those of one row too."""
    for _ in range(2):
        both = (event(EventKind.REQUEST, emails=0), event(EventKind.DELIVER, emails=3))
        await finished(store, expansion(*TO, events=both))
    seen, cursor = [], None
    while True:
        page = await store.journal.events(ANY, limit, cursor)
        assert len(page.items) <= limit
        seen += [(each.key, each.event.position, each.event.kind) for each in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 8
    assert [key for key, _, _ in seen] == sorted((key for key, _, _ in seen), reverse=True)


async def test_events_are_found_by_each_filter(store: Store, clock: FakeClock) -> None:
    """Each filter alone finds what it names and nothing else."""
    both = (event(EventKind.REQUEST, emails=0), event(EventKind.DELIVER, emails=3))
    first = await finished(store, expansion(*TO, events=both), label_id="7")
    other = event(EventKind.OPEN, api_user="another", occurred_at_ms=NOW_MS + 5)
    await finished(store, expansion("D@example.com", events=(other,)))
    assert await told(store, api_user="another") == [("open", ("D@example.com",))]
    assert await told(store, kind=EventKind.REQUEST) == [("request", TO)]
    assert await told(store, message_id=first, position=1) == [("deliver", (TO[1],))]
    assert await told(store, recipient="d@EXAMPLE.com") == [("open", ("D@example.com",))]
    assert await told(store, since_ms=NOW_MS + 5) == [("open", ("D@example.com",))]
    assert len(await told(store, label_id="7")) == 4
    assert len(await told(store, message_id=first)) == 4
    assert await told(store, message_id="none") == []


# The outbox


async def waiting(store: Store, *pending: Pending) -> str:
    """Store a message whose emails have that before them."""
    emails = tuple(Email(n, to, EmailStatus.REQUESTED) for n, to in enumerate(TO))
    return await finished(store, expansion(*TO, emails=emails, pending=pending))


def change_of(lent: Lent, status: EmailStatus, **fields: object) -> Change:
    """Return the change of an email that was lent, to a status."""
    email = Email(lent.email.position, lent.email.recipient, status)
    values: dict[str, object] = {"email": email, "lease_ms": lent.lease_ms}
    return Change(lent.email.key, lent.email.position, **values | fields)  # type: ignore[arg-type]


async def test_what_is_due_is_lent_with_its_email(store: Store, clock: FakeClock) -> None:
    """An email with something before it is lent when it is due, and to one only."""
    message_id = await waiting(store, Pending(1, NOW_MS + 5000, 2, "[1]"), Pending(0, NOW_MS))
    (lent,) = await store.outbox.claim(10, 30)
    assert (lent.email.message_id, lent.email.position) == (message_id, 0)
    assert (lent.attempts, lent.steps, lent.email.recipient) == (0, None, TO[0])
    assert await store.outbox.claim(10, 30) == []
    clock.advance(5)
    (lent,) = await store.outbox.claim(10, 30)
    assert (lent.email.position, lent.attempts, lent.steps) == (1, 2, "[1]")


async def test_a_change_is_written_with_its_events(store: Store, clock: FakeClock) -> None:
    """Status, event, what comes next and the suppression are one."""
    message_id = await waiting(store, Pending(2, NOW_MS))
    (lent,) = await store.outbox.claim(10, 30)
    spam = Suppression("sandbox_user", TO[2], SuppressionKind.SPAM, NOW_MS, None)
    change = change_of(
        lent,
        EmailStatus.SOFT_BOUNCE,
        deferrals=3,
        events=(event(EventKind.SOFT_BOUNCE, position=2),),
        pending=Pending(2, NOW_MS + 1000, 3, "[]"),
        suppressions=(spam,),
    )
    assert await store.outbox.change([change]) == [True]
    email = await store.email(message_id, 2)
    assert email is not None
    assert (email.status, email.deferrals) == (EmailStatus.SOFT_BOUNCE, 3)
    assert await told(store) == [("soft_bounce", (TO[2],))]
    assert await store.suppressions.suppressions("sandbox_user") == [spam]
    clock.advance(1)
    (lent,) = await store.outbox.claim(10, 30)
    assert (lent.attempts, lent.steps) == (3, "[]")


async def test_who_lost_a_lease_writes_nothing(store: Store, clock: FakeClock) -> None:
    """When a lease ran out and another has the email, the first one's result does not count."""
    await waiting(store, Pending(0, NOW_MS))
    (first,) = await store.outbox.claim(10, 30)
    clock.advance(31)
    (second,) = await store.outbox.claim(10, 30)
    late = change_of(first, EmailStatus.INVALID, events=(event(EventKind.INVALID),))
    assert await store.outbox.change([late]) == [False]
    assert await store.outbox.change([change_of(second, EmailStatus.DELIVERED)]) == [True]
    assert await told(store) == []


async def test_who_renews_a_lease_keeps_it(store: Store, clock: FakeClock) -> None:
    """Renewed in time it is nobody else's, and its change may tell the first lease."""
    await waiting(store, Pending(0, NOW_MS), Pending(1, NOW_MS))
    kept, lost = await store.outbox.claim(10, 30)
    for _ in range(3):
        clock.advance(29)
        assert await store.outbox.renew([kept], 30) == clock.now_ms() + 30_000
    (taken,) = await store.outbox.claim(10, 30)
    assert taken.email.position == lost.email.position
    await store.outbox.renew([kept, lost], 30)  # the second is another one's by now
    changes = [change_of(each, EmailStatus.DELIVERED) for each in (kept, lost, taken)]
    assert await store.outbox.change(changes) == [True, False, True]


async def test_a_change_and_a_renewal_at_once(store: Store, clock: FakeClock) -> None:
    """Whichever is asked for first, the change is written, and nothing is lent any more."""
    await waiting(store, Pending(0, NOW_MS), Pending(1, NOW_MS))
    first, second = await store.outbox.claim(10, 30)
    clock.advance(10)
    change = asyncio.ensure_future(store.outbox.change([change_of(first, EmailStatus.DELIVERED)]))
    await asyncio.sleep(0)
    renewal = asyncio.ensure_future(store.outbox.renew([first, second], 30))
    await asyncio.sleep(0)
    assert await store.outbox.change([change_of(second, EmailStatus.DELIVERED)]) == [True]
    assert await change == [True]
    await renewal
    clock.advance(3600)
    assert await store.outbox.claim(10, 30) == []


async def test_a_new_state_from_outside_ends_what_was_to_come(
    store: Store, clock: FakeClock
) -> None:
    """Who makes an email invalid by hand does not see it delivered afterwards; an open may be."""
    message_id = await waiting(store, Pending(0, NOW_MS), Pending(1, NOW_MS))
    first, second = [await store.email(message_id, position) for position in (0, 1)]
    assert first is not None
    assert second is not None
    gone = Change(first.key, 0, email=Email(0, TO[0], EmailStatus.INVALID, 404, "by hand"))
    opened = Change(second.key, 1, events=(event(EventKind.OPEN, position=1),))
    assert await store.outbox.change([gone, opened]) == [True, True]
    (lent,) = await store.outbox.claim(10, 30)
    assert lent.email.position == 1


async def test_who_waits_is_woken_by_what_is_put(store: Store) -> None:
    """Even if it is due later only: when to look again is another time then."""
    waits = asyncio.create_task(store.outbox.wait(60))
    await waiting(store, Pending(0, NOW_MS + 3_600_000))
    await asyncio.wait_for(waits, 5)


async def test_waiting_ends_when_something_is_due(store: Store) -> None:
    """What was there before is found without being told of."""
    await waiting(store, Pending(0, NOW_MS))
    assert await store.outbox.claim(0, 30) == []  # whoever looks has heard what was told
    await asyncio.wait_for(store.outbox.wait(60), 5)


async def test_a_restart_ends_the_leases_of_sqlite(
    tmp_path: object, open_at: OpenStore, clock: FakeClock
) -> None:
    """Nobody else can hold them: what was lent is due at once, what was due later stays so."""
    url = f"sqlite:///{tmp_path}/store.db"
    store = await open_at(url)
    await waiting(store, Pending(0, NOW_MS), Pending(1, NOW_MS + 9000))
    assert len(await store.outbox.claim(10, 30)) == 1
    await store.close()
    again = await open_at(url)
    (lent,) = await again.outbox.claim(10, 30)
    assert lent.email.position == 0


# Orders


async def test_rules_are_kept_for_each_api_user(store: Store, url: str, open_at: OpenStore) -> None:
    """They are replaced and removed whole; another process sees them when it looks again."""
    other = await open_at(url) if url.startswith("postgres") else store
    first, second = (read_rules(f'{{"seed": {seed}, "rules": []}}') for seed in (1, 2))
    await store.orders.put_rules("one", first)
    await store.orders.put_rules("two", second)
    await store.orders.put_rules("one", second)
    await store.orders.put_rules("two", None)
    await other.orders.refresh()
    assert [other.orders.rules(name).seed for name in ("one", "two")] == [2, 0]


async def test_rules_stay_the_same_value_until_they_are_put_again(store: Store) -> None:
    """What others order does not set the dice of an API_USER back; putting the same again does."""
    await store.orders.put_rules("one", RuleSet())
    before = store.orders.rules("one")
    await store.orders.put_rules("two", RuleSet())
    assert store.orders.rules("one") is before
    await store.orders.put_rules("one", RuleSet())
    assert store.orders.rules("one") is not before


async def test_webhooks_are_found_by_api_user_and_event(store: Store) -> None:
    """One of everybody and one of that API_USER, if they want such events; paused ones too."""
    orders = store.orders
    every = await orders.add_webhook(Webhook(0, None, "http://every/"))
    opens = Webhook(0, "one", "http://opens/", frozenset({EventKind.OPEN}))
    opens = await orders.add_webhook(opens)
    paused = await orders.pause_webhook(opens.key, is_paused=True)
    assert paused is not None
    assert paused.is_paused
    assert orders.webhooks("one", EventKind.OPEN) == [every, paused]
    assert orders.webhooks("one", EventKind.CLICK) == [every]
    assert orders.webhooks("two", EventKind.OPEN) == [every]
    assert await orders.remove_webhook(opens.key)
    assert not await orders.remove_webhook(opens.key)
    assert orders.all_webhooks() == (every,)


async def test_an_api_user_has_webhooks_of_its_own_and_of_everybody(store: Store) -> None:
    """In the order in which they were made; those of others do not count."""
    orders = store.orders
    assert not orders.has_webhooks("one")
    own = await orders.add_webhook(Webhook(0, "one", "http://own/"))
    assert (orders.has_webhooks("one"), orders.has_webhooks("two")) == (True, False)
    every = await orders.add_webhook(Webhook(0, None, "http://every/"))
    later = await orders.add_webhook(Webhook(0, "one", "http://later/"))
    assert orders.webhooks("one", EventKind.OPEN) == [own, every, later]
    assert orders.webhooks("two", EventKind.OPEN) == [every]
    assert orders.has_webhooks("two")
    assert orders.all_webhooks() == (own, every, later)


async def test_a_webhook_is_changed(store: Store) -> None:
    """It keeps its number and whether it is paused; one that is gone is not there to change."""
    orders = store.orders
    added = await orders.add_webhook(Webhook(0, None, "http://a/"))
    await orders.pause_webhook(added.key, is_paused=True)
    opens = frozenset({EventKind.OPEN})
    assert await orders.change_webhook(Webhook(added.key, "one", "http://b/", opens))
    assert orders.all_webhooks() == (Webhook(added.key, "one", "http://b/", opens, is_paused=True),)
    assert await orders.remove_webhook(added.key)
    assert not await orders.change_webhook(added)


async def test_the_settings_webhooks_are_made_to_be_these(store: Store) -> None:
    """Those that stay keep their number; those that people added are left alone."""
    orders = store.orders
    a, b, c = (Webhook(0, None, f"http://{name}/", None, True) for name in "abc")
    added = await orders.add_webhook(Webhook(0, None, "http://a/"))
    await orders.configure_webhooks([a, b])
    before = {each.url: each.key for each in orders.all_webhooks() if each.is_configured}
    await orders.configure_webhooks([b, c])
    after = {each.url: each.key for each in orders.all_webhooks() if each.is_configured}
    assert after.keys() == {"http://b/", "http://c/"}
    assert after["http://b/"] == before["http://b/"]
    assert added in orders.all_webhooks()


async def test_a_fact_is_what_it_was_first(store: Store) -> None:
    """Whoever comes first makes it; everybody else gets that."""
    assert await store.orders.fact("tracking_key", "first") == "first"
    assert await store.orders.fact("tracking_key", "second") == "first"


# Suppressions


async def test_a_suppressed_address_is_found_without_case(store: Store, clock: FakeClock) -> None:
    """For its API_USER alone, and for as long as it lasts."""
    suppressions = store.suppressions
    for address, kind, until_ms in (
        ("A@example.com", SuppressionKind.UNSUBSCRIBE, None),
        ("b@example.com", SuppressionKind.SPAM, NOW_MS + 1000),
    ):
        await suppressions.suppress(Suppression("one", address, kind, NOW_MS, until_ms))
    asked = [*TO, *(f"{n}@example.com" for n in range(1200))]
    found = {TO[0]: SuppressionKind.UNSUBSCRIBE, TO[1]: SuppressionKind.SPAM}
    assert await suppressions.among("one", asked) == found
    assert await suppressions.among("two", TO) == {}
    clock.advance(2)
    assert await suppressions.among("one", TO) == {TO[0]: SuppressionKind.UNSUBSCRIBE}


async def test_a_suppression_is_lifted(store: Store) -> None:
    """One kind of it, or whatever there is; again is no harm."""
    suppressions = store.suppressions
    for kind in (*SuppressionKind, SuppressionKind.SPAM):
        await suppressions.suppress(Suppression("one", TO[0], kind, NOW_MS, None))
    assert len(await suppressions.suppressions(None)) == 3
    assert await suppressions.lift("one", TO[0].upper(), SuppressionKind.UNSUBSCRIBE) == 1
    assert await suppressions.among("one", TO) == {TO[0]: SuppressionKind.SPAM}
    assert await suppressions.lift("one", TO[0], None) == 2
    assert await suppressions.lift("one", TO[0], None) == 0


class Held:
    """An access whose first reading comes back late."""

    def __init__(self, inner: Access) -> None:
        self._inner = inner
        self.is_held = True
        self.go_on = asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def read(self, ask: Callable[[Connection], Any]) -> Any:
        """Read, and keep the first answer back."""
        answer = await self._inner.read(ask)
        if self.is_held:
            self.is_held = False
            await self.go_on.wait()
        return answer


async def test_a_late_reading_takes_nothing_back(store: Store) -> None:
    """Two may read at a time; the older one does not undo what the newer one saw."""
    held = Held(store.orders._access)
    store.orders._access = cast("Access", held)
    first = asyncio.create_task(store.orders.put_rules("one", read_rules("{}")))
    async with asyncio.timeout(10):
        while held.is_held:  # noqa: ASYNC110 - until the first one has read
            await asyncio.sleep(0)
    await store.orders.put_rules("two", read_rules("{}"))
    held.go_on.set()
    await first
    assert NO_RULES not in [store.orders.rules(name) for name in ("one", "two")]
