"""What became of mail, in every store: `ports.Statistics`, `Bounces` and `Unsubscriptions`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sendcloud_inbound.ports import (
    LATENCY_BOUNDS_MS,
    Cut,
    Latency,
    Scope,
    Slot,
    StatusFilter,
    Window,
)
from sendcloud_inbound.rules import spans
from sendcloud_inbound.rules.history import (
    Change,
    Event,
    EventKind,
    Pending,
    Suppression,
    SuppressionKind,
)
from sendcloud_inbound.rules.ids import EmailId
from sendcloud_inbound.rules.model import Email, EmailStatus, MessageStatus
from sendcloud_inbound.rules.orders import AddedDomain
from sendcloud_inbound.rules.spans import Span
from sendcloud_inbound.rules.tally import Count
from tests.builders import NOW_MS, expansion, record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sendcloud_inbound.ports import EmailState, Happening, Listed
    from sendcloud_inbound.rules.tally import Group, Tally
    from sendcloud_inbound.store import Store

ALL = Window()
MINE = Scope(("sandbox_user",))
OTHER = Scope(("another",))
TODAY = spans.last_days(1, NOW_MS)
YESTERDAY_MS = NOW_MS - spans.DAY_MS
DELIVERED, SOFT, INVALID = EmailStatus.DELIVERED, EmailStatus.SOFT_BOUNCE, EmailStatus.INVALID


def scope(**fields: Any) -> Scope:
    """Return whose mail of the sandbox's API_USER."""
    return Scope(**{"api_users": ("sandbox_user",)} | fields)


def event(kind: EventKind, position: int = 0, **fields: Any) -> Event:
    """Return an event of one email, or of more."""
    values: dict[str, Any] = {
        "api_user": "sandbox_user",
        "occurred_at_ms": NOW_MS,
        "position": position,
    }
    return Event(kind=kind, **values | fields)


async def sent(
    store: Store,
    *mails: tuple[str, EmailStatus, int | None],
    events: Iterable[Event] = (),
    pending: tuple[Pending, ...] = (),
    **fields: Any,
) -> str:
    """Store a message whose emails stand so; return its messageId."""
    put = record(**fields)
    await store.put(put)
    (claim,) = await store.claim(1, 3600)
    emails = tuple(Email(n, *mail, reason=None) for n, mail in enumerate(mails))
    api_user = put.submission.api_user
    theirs = tuple(each._replace(api_user=api_user) for each in events)
    await store.finish({claim.key: expansion(emails=emails, events=theirs, pending=pending)})
    return put.message_id


async def bounced(store: Store, address: str, at_ms: int = NOW_MS, **fields: Any) -> str:
    """Store a message to one address that came back."""
    details = {"message": "550 Mailbox not found", "subStat": 406}
    bounce = event(EventKind.INVALID, occurred_at_ms=at_ms, details=details)
    return await sent(store, (address, INVALID, 406), events=[bounce], **fields)


async def states(store: Store, window: Window = ALL, **wanted: Any) -> Listed[EmailState]:
    """List emails of the sandbox's API_USER."""
    return await store.statistics.states(StatusFilter(**{"scope": MINE} | wanted), window)


def recipients(listed: Listed[EmailState]) -> list[str]:
    """Return whose emails are listed."""
    return [each.email.recipient for each in listed.items]


def told(listed: Listed[Happening]) -> list[str]:
    """Return to whose emails something happened."""
    return [each.recipient for each in listed.items]


async def tallies(store: Store, **cut: Any) -> list[tuple[Group, Tally]]:
    """Count mail of the sandbox's API_USER."""
    return list((await store.statistics.tallies(Cut(**{"scope": MINE} | cut))).items())


# Where emails stand


async def test_emails_are_listed_with_their_last_change(store: Store) -> None:
    """The newest message first, then by position, each with the time it got where it is."""
    delivered = event(EventKind.DELIVER, emails=2, occurred_at_ms=NOW_MS + 8000)
    opened = event(EventKind.OPEN, occurred_at_ms=NOW_MS + 9000)
    await sent(
        store, ("a@x.cn", DELIVERED, None), ("b@x.cn", DELIVERED, None), events=[delivered, opened]
    )
    await sent(store, ("c@x.cn", EmailStatus.REQUESTED, None))
    listed = await states(store)
    assert recipients(listed) == ["c@x.cn", "a@x.cn", "b@x.cn"]
    assert [each.modified_at_ms for each in listed.items] == [NOW_MS, NOW_MS + 8000, NOW_MS + 8000]
    assert listed.total == 3


async def test_each_filter_finds_its_emails(store: Store) -> None:
    """And nothing else, of other API_USERs least of all."""
    first = await sent(store, ("a@x.cn", DELIVERED, None), ("B@x.cn", INVALID, 406), label_id="7")
    await sent(store, ("c@x.cn", SOFT, 503), received_at_ms=YESTERDAY_MS)
    other = await sent(store, ("a@x.cn", DELIVERED, None), api_user="another")
    assert recipients(await states(store)) == ["c@x.cn", "a@x.cn", "B@x.cn"]
    assert recipients(await states(store, scope=scope(recipient="b@X.cn"))) == ["B@x.cn"]
    assert recipients(await states(store, scope=scope(label_ids=("7",)))) == ["a@x.cn", "B@x.cn"]
    assert recipients(await states(store, scope=scope(label_ids=("0", "8")))) == ["c@x.cn"]
    assert recipients(await states(store, scope=scope(span=TODAY))) == ["a@x.cn", "B@x.cn"]
    assert recipients(await states(store, status=SOFT)) == ["c@x.cn"]
    assert recipients(await states(store, sub_statuses=(406, 409))) == ["B@x.cn"]
    both = Scope(("sandbox_user", "another"), recipient="a@x.cn")
    assert (await states(store, scope=both)).total == 2
    ids = (EmailId(first, 1, "B@x.cn"), EmailId(first, 0, "z@x.cn"), EmailId(other, 0, "a@x.cn"))
    assert recipients(await states(store, email_ids=ids)) == ["B@x.cn"]


async def test_any_text_may_be_asked_for(store: Store) -> None:
    """What no column can hold is found nowhere, and is no error."""
    await sent(store, ("a@x.cn", DELIVERED, None))
    odd = "\0\ud800"
    wanted = scope(recipient=odd, label_ids=(odd,))
    assert (await states(store, scope=wanted, email_ids=(EmailId(odd, 10**30, odd),))).total == 0
    assert (await store.bounces.bounces(wanted, ALL)).total == 0
    assert (await store.unsubscriptions.unsubscriptions(wanted, ALL)).total == 0
    assert await tallies(store, scope=Scope((odd,)), domains=(odd,)) == []


@pytest.mark.parametrize(
    ("start", "limit", "found"), [(0, 2, ["d", "c"]), (3, 2, ["a"]), (9, 2, []), (0, 0, [])]
)
async def test_a_window_is_cut_out(store: Store, start: int, limit: int, found: list[str]) -> None:
    """The total is that of all rows, wherever the window is."""
    for name in "abcd":
        await sent(store, (name, DELIVERED, None))
    listed = await states(store, Window(start, limit))
    assert (recipients(listed), listed.total) == (found, 4)


# What happened to them


async def test_happenings_are_listed_one_by_email(store: Store) -> None:
    """One row of the store that stands for several emails is one for each of them."""
    opens = event(EventKind.OPEN, emails=2, details={"ip": "1.2.3.4"})
    click = event(EventKind.CLICK, 1, occurred_at_ms=NOW_MS + spans.DAY_MS)
    mails = (("a@x.cn", DELIVERED, None), ("b@x.cn", DELIVERED, None))
    message_id = await sent(store, *mails, events=[opens, click], label_id="7")
    await sent(store, *mails, events=[opens], api_user="another")
    kinds = frozenset({EventKind.OPEN, EventKind.CLICK})
    listed = await store.statistics.happenings(kinds, MINE, ALL)
    assert (told(listed), listed.total) == (["b@x.cn", "a@x.cn", "b@x.cn"], 3)
    last = listed.items[-1]
    assert (last.event.kind, last.event.position, last.event.details["ip"]) == (
        EventKind.OPEN,
        1,
        "1.2.3.4",
    )
    assert (last.message_id, last.label_id, last.requested_at_ms) == (message_id, "7", NOW_MS)
    opens_only = frozenset({EventKind.OPEN})
    happenings = store.statistics.happenings
    assert told(await happenings(opens_only, scope(recipient="A@x.cn"), ALL)) == ["a@x.cn"]
    assert told(await happenings(kinds, scope(span=TODAY), ALL)) == ["a@x.cn", "b@x.cn"]
    assert told(await happenings(kinds, scope(label_ids=("8",)), ALL)) == []
    assert told(await happenings(kinds, MINE, Window(1, 1))) == ["a@x.cn"]


# Counting


async def test_mail_is_counted_by_day_label_and_api_user(store: Store) -> None:
    """Days are those of UTC+8; what happened later counts for the day of the mail."""
    mails = (("a@x.cn", DELIVERED, None), ("b@y.cn", SOFT, 503), ("c@x.cn", INVALID, 406))
    opens = [event(EventKind.OPEN, occurred_at_ms=NOW_MS + n * spans.DAY_MS) for n in range(3)]
    await sent(store, *mails, events=opens, label_id="7")
    await sent(store, ("a@x.cn", DELIVERED, None), received_at_ms=TODAY.since_ms - 1)
    await sent(store, ("a@x.cn", DELIVERED, None), received_at_ms=TODAY.since_ms)
    await sent(store, ("a@x.cn", DELIVERED, None), api_user="another")
    found = await tallies(store)
    today = spans.day_of(NOW_MS)
    assert [(group.day - today, group.label_id) for group, _ in found] == [
        (-1, None),
        (0, None),
        (0, "7"),
    ]
    counts, invalid = found[-1][1]
    assert counts == {
        Count.REQUESTS: 3,
        Count.DELIVERED: 1,
        Count.BOUNCES: 1,
        Count.INVALID: 1,
        Count.OPENS: 3,
        Count.UNIQUE_OPENS: 1,
    }
    assert invalid == {406: 1}
    assert [group.day for group, _ in await tallies(store, scope=scope(span=TODAY))] == [today] * 2
    assert len(await tallies(store, scope=scope(label_ids=("0",)))) == 2
    both = Scope(("sandbox_user", "another"), span=TODAY)
    assert {group.api_user for group, _ in await tallies(store, scope=both)} == {*both.api_users}


async def test_mail_is_counted_by_hour(store: Store) -> None:
    """From 0 to 23, by the clock of UTC+8; hours without mail are absent."""
    for at_ms in (TODAY.since_ms, NOW_MS, TODAY.until_ms - 1):
        await sent(store, ("a@x.cn", DELIVERED, None), received_at_ms=at_ms)
    found = await tallies(store, by_hour=True)
    assert [(group.hour, tally.counts[Count.REQUESTS]) for group, tally in found] == [
        (0, 1),
        (13, 1),
        (23, 1),
    ]


async def test_mail_is_counted_by_domain(store: Store) -> None:
    """It is what stands behind the last @, without case."""
    addresses = ("a@x.cn", "b@X.CN", '"a@y.cn"@z.cn', "人@例え.jp", "none", "@", "a@")
    mails = [(address, DELIVERED, None) for address in addresses]
    click = event(EventKind.CLICK, emails=2)
    await sent(store, *mails, events=[click, click])
    found = await tallies(store, by_domain=True)
    assert {group.domain: tally.counts[Count.REQUESTS] for group, tally in found} == {
        "x.cn": 2,
        "z.cn": 1,
        "例え.jp": 1,
        "none": 1,
        "": 2,
    }
    by_domain = {group.domain: tally.counts for group, tally in found}
    assert by_domain["x.cn"][Count.CLICKS] == 4
    assert by_domain["x.cn"][Count.UNIQUE_CLICKS] == 2
    (one,) = await tallies(store, domains=("X.cn", "q.cn"))
    assert (one[0].domain, one[1].counts[Count.REQUESTS]) == (None, 2)


# Bounces


async def test_an_address_is_listed_with_its_last_bounce(store: Store) -> None:
    """Once, whatever its spelling; suppressed mail and what was delivered are no bounces."""
    await bounced(store, "a@x.cn", received_at_ms=YESTERDAY_MS)
    last = await bounced(store, "A@x.cn", NOW_MS + 5)
    soft = event(EventKind.SOFT_BOUNCE)
    await sent(store, ("b@x.cn", SOFT, 503), events=[soft])
    await sent(store, ("c@x.cn", DELIVERED, None), events=[soft, event(EventKind.DELIVER)])
    for sub_status in (401, 402):
        await sent(store, ("d@x.cn", INVALID, sub_status), events=[event(EventKind.INVALID)])
    await bounced(store, "e@x.cn", api_user="another")
    listed = await store.bounces.bounces(MINE, ALL)
    assert (told(listed), listed.total) == (["b@x.cn", "A@x.cn"], 2)
    bounce = listed.items[1]
    assert (bounce.message_id, bounce.event.occurred_at_ms) == (last, NOW_MS + 5)
    assert bounce.event.details["message"] == "550 Mailbox not found"
    assert told(await store.bounces.bounces(scope(recipient="B@x.cn"), ALL)) == ["b@x.cn"]


async def test_the_span_of_bounces_is_that_of_the_last_one(store: Store) -> None:
    """An address that bounced today again is none of yesterday's."""
    await bounced(store, "a@x.cn", YESTERDAY_MS)
    await bounced(store, "a@x.cn", NOW_MS)
    await bounced(store, "b@x.cn", YESTERDAY_MS)
    yesterday = spans.Span(TODAY.since_ms - spans.DAY_MS, TODAY.since_ms)
    assert told(await store.bounces.bounces(scope(span=yesterday), ALL)) == ["b@x.cn"]
    assert told(await store.bounces.bounces(scope(span=TODAY), ALL)) == ["a@x.cn"]


async def test_a_forgotten_address_is_listed_when_it_bounces_again(store: Store) -> None:
    """The email itself and its events stay as they are, and what others have."""
    message_id = await bounced(store, "a@x.cn")
    await bounced(store, "A@x.cn")
    await bounced(store, "b@x.cn")
    await bounced(store, "a@x.cn", api_user="another")
    assert await store.bounces.forget(scope(recipient="a@x.cn")) == 1
    assert await store.bounces.forget(scope(recipient="a@x.cn")) == 0
    assert told(await store.bounces.bounces(MINE, ALL)) == ["b@x.cn"]
    assert told(await store.bounces.bounces(OTHER, ALL)) == ["a@x.cn"]
    email = await store.email(message_id, 0)
    assert email is not None
    assert email.status is INVALID
    assert await store.bounces.forget(scope(span=TODAY)) == 1
    await bounced(store, "a@x.cn")
    assert told(await store.bounces.bounces(MINE, ALL)) == ["a@x.cn"]


async def test_an_email_that_bounces_again_is_a_new_bounce(store: Store) -> None:
    """A forgotten one that is made to bounce once more is on the list."""
    message_id = await bounced(store, "a@x.cn")
    assert await store.bounces.forget(MINE) == 1
    email = await store.email(message_id, 0)
    assert email is not None
    again = Email(0, "a@x.cn", INVALID, 406, "again")
    await store.outbox.change([Change(email.key, 0, again, events=(event(EventKind.INVALID),))])
    assert told(await store.bounces.bounces(MINE, ALL)) == ["a@x.cn"]


async def test_many_addresses_are_forgotten_at_once(store: Store) -> None:
    """More than a statement takes parameters for at once."""
    mails = [(f"{n}@x.cn", INVALID, 406) for n in range(1201)]
    await sent(store, *mails, events=[event(EventKind.INVALID, emails=1201)])
    assert (await store.bounces.bounces(MINE, Window(0, 1))).total == 1201
    assert await store.bounces.forget(MINE) == 1201
    assert (await store.bounces.bounces(MINE, ALL)).total == 0


# Unsubscriptions


async def unsubscribed(store: Store, *addresses: str, **fields: Any) -> None:
    """Have addresses unsubscribed, the later the newer."""
    for number, address in enumerate(addresses):
        one = Suppression(
            "sandbox_user", address, SuppressionKind.UNSUBSCRIBE, NOW_MS + number, None
        )
        await store.suppressions.suppress(one._replace(**fields))


async def test_unsubscriptions_have_the_label_of_their_mail(store: Store) -> None:
    """That of the last one; one that was added by a call has none."""
    await unsubscribed(store, "a@x.cn", "b@x.cn")
    await unsubscribed(store, "c@x.cn", kind=SuppressionKind.SPAM)
    await unsubscribed(store, "d@x.cn", api_user="another")
    await unsubscribed(store, "e@x.cn", until_ms=NOW_MS)
    leave = event(EventKind.UNSUBSCRIBE, 1)
    mails = (("b@x.cn", DELIVERED, None), ("A@x.cn", DELIVERED, None))
    for label_id in ("7", "8"):
        await sent(store, *mails, events=[leave], label_id=label_id)
    await sent(store, *mails, events=[leave], label_id="9", api_user="another")
    listed = await store.unsubscriptions.unsubscriptions(MINE, ALL)
    assert [(each.address, each.label_id, each.since_ms) for each in listed.items] == [
        ("b@x.cn", None, NOW_MS + 1),
        ("a@x.cn", "8", NOW_MS),
    ]
    assert listed.total == 2


async def test_unsubscriptions_are_found_by_each_filter(store: Store) -> None:
    """Address, span and label."""
    await unsubscribed(store, "a@x.cn")
    await unsubscribed(store, "b@x.cn", since_ms=YESTERDAY_MS)
    leave = event(EventKind.UNSUBSCRIBE)
    await sent(store, ("a@x.cn", DELIVERED, None), events=[leave], label_id="7")
    for wanted, found in (
        (scope(recipient="A@x.cn"), "a@x.cn"),
        (scope(span=TODAY), "a@x.cn"),
        (scope(label_ids=("7", "9")), "a@x.cn"),
        (scope(label_ids=("0",)), "b@x.cn"),
    ):
        listed = await store.unsubscriptions.unsubscriptions(wanted, ALL)
        assert [each.address for each in listed.items] == [found]


async def test_unsubscriptions_are_lifted(store: Store) -> None:
    """By address and by span, and nothing that is of another kind or API_USER."""
    await unsubscribed(store, "a@x.cn")
    await unsubscribed(store, "a@x.cn", kind=SuppressionKind.BLACKLIST)
    await unsubscribed(store, "a@x.cn", api_user="another")
    await unsubscribed(store, "b@x.cn", since_ms=YESTERDAY_MS)
    lift_all = store.unsubscriptions.lift_all
    assert await lift_all(scope(recipient="A@x.cn", span=None)) == 1
    assert await lift_all(scope(span=TODAY)) == 0
    assert await lift_all(MINE) == 1
    left = await store.suppressions.suppressions(None)
    assert {(each.api_user, each.kind) for each in left} == {
        ("sandbox_user", SuppressionKind.BLACKLIST),
        ("another", SuppressionKind.UNSUBSCRIBE),
    }


# Domains


async def test_domains_are_kept_by_api_user(store: Store) -> None:
    """Each once for an API_USER; they are listed for several, and renamed."""
    domains = store.domains
    first = AddedDomain("one", "a.com", NOW_MS, NOW_MS)
    second = AddedDomain("two", "b.com", NOW_MS + 1, NOW_MS + 1)
    assert await domains.add(second)
    assert await domains.add(first)
    assert not await domains.add(first)
    assert await domains.domains(["one", "two"]) == [first, second]
    assert await domains.domains([]) == []
    assert await domains.rename(["one"], "b.com", "c.com", NOW_MS + 2) == 0
    assert await domains.rename(["two"], "b.com", "c.com", NOW_MS + 2) == 1
    assert await domains.domains(["two"]) == [
        second._replace(name="c.com", updated_at_ms=NOW_MS + 2)
    ]


# How mail went


async def test_mail_is_counted_by_the_slot_it_came_in(store: Store) -> None:
    """Messages and emails by where they stand now; what is older or another's is left out."""
    span = Span(NOW_MS - 30_000, NOW_MS + 10_000)
    await sent(store, ("a@x.cn", DELIVERED, None), ("b@x.cn", INVALID, 406))
    await sent(store, ("c@x.cn", SOFT, 503), received_at_ms=NOW_MS - 25_000)
    await sent(store, ("d@x.cn", DELIVERED, None), received_at_ms=NOW_MS - 30_001)
    await sent(store, ("e@x.cn", DELIVERED, None), api_user="another")
    course = await store.statistics.course("sandbox_user", span, 4)
    assert course.slots == {
        0: Slot({MessageStatus.EXPANDED: 1}, {SOFT: 1}),
        3: Slot({MessageStatus.EXPANDED: 1}, {DELIVERED: 1, INVALID: 1}),
    }
    everybody = await store.statistics.course(None, span, 1)
    assert everybody.slots[0].messages == {MessageStatus.EXPANDED: 3}


async def test_it_is_told_how_long_mail_took(store: Store) -> None:
    """Until it was expanded, once a message; until it was delivered, once for each email."""
    requested = event(EventKind.REQUEST, emails=0, occurred_at_ms=NOW_MS + 5)
    delivered = event(EventKind.DELIVER, emails=2, occurred_at_ms=NOW_MS + 6)
    late = event(EventKind.DELIVER, 2, occurred_at_ms=NOW_MS + 9_000_000)
    mails = [(f"{name}@x.cn", DELIVERED, None) for name in "abc"]
    await sent(store, *mails, events=[requested, delivered, late])
    span = Span(NOW_MS, NOW_MS + 60_000)
    latencies = (await store.statistics.course(None, span, 1)).latencies
    assert latencies[EventKind.REQUEST] == Latency(1, 5, 5, (1, *[0] * len(LATENCY_BOUNDS_MS)))
    took = latencies[EventKind.DELIVER]
    assert (took.total, took.sum_ms, took.largest_ms) == (3, 9_000_012, 9_000_000)
    assert (took.counts[1], took.counts[-1], sum(took.counts)) == (2, 1, 3)
    empty = await store.statistics.course("another", span, 1)
    assert (empty.slots, empty.latencies) == ({}, {})
