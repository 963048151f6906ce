"""What every store shows of itself: `ports.Catalogue`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sendcloud_inbound.ports import EventFilter, MessageFilter, PostFilter
from sendcloud_inbound.rules.history import Event, EventKind
from sendcloud_inbound.rules.model import Email, EmailStatus, Level, MessageStatus
from sendcloud_inbound.store import cursors
from sendcloud_inbound.store.bodies import MAX_IN_ROW
from tests.builders import NOW_MS, expansion, finding, record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sendcloud_inbound.rules.model import Expansion, Record
    from sendcloud_inbound.store import Store

ANY = MessageFilter()


async def fill(store: Store, *messages: tuple[Record, Expansion | None]) -> list[str]:
    """Put messages one after the other and finish those with an expansion; return their ids."""
    for put, outcome in messages:
        await store.put(put)
        claims = await store.claim(1, 3600)
        if outcome is not None:
            await store.finish({claims[0].key: outcome})
    return [put.message_id for put, _ in messages]


async def ids(store: Store, wanted: MessageFilter) -> list[str]:
    """Return the messageIds of a listing."""
    return [one.message_id for one in (await store.messages(wanted, 100)).items]


async def addresses(store: Store, wanted: MessageFilter) -> list[str]:
    """Return the recipients of a listing of emails."""
    return [one.recipient for one in (await store.emails(wanted, 100)).items]


async def pages_of_messages(store: Store, wanted: MessageFilter, limit: int) -> list[list[str]]:
    """Follow the cursors of a listing to its end."""
    pages: list[list[str]] = []
    cursor: str | None = None
    while not pages or cursor:
        page = await store.messages(wanted, limit, cursor)
        pages.append([one.message_id for one in page.items])
        cursor = page.next_cursor
    return pages


async def test_an_empty_store_lists_nothing(store: Store) -> None:
    """No messages, no emails, no next page."""
    for page in (await store.messages(ANY, 10), await store.emails(ANY, 10)):
        assert (page.items, page.next_cursor) == ((), None)


async def test_what_is_not_there_is_none(store: Store) -> None:
    """An unknown messageId gives no message, content or transcript, whatever text it is."""
    for unknown in ("x", "", "\0", "\ud800", "../../etc/passwd"):
        assert await store.message(unknown) is None
        assert await store.content(unknown) is None
        assert await store.transcript(unknown) is None


async def test_messages_come_newest_first_page_by_page(store: Store) -> None:
    """The pages together hold each message once, and the last one says that it is."""
    put = await fill(store, *((record(), None) for _ in range(7)))
    newest_first = put[::-1]
    pages = await pages_of_messages(store, ANY, 3)
    assert pages == [newest_first[:3], newest_first[3:6], newest_first[6:]]
    assert await pages_of_messages(store, ANY, 7) == [newest_first]


async def test_new_messages_do_not_shift_the_pages(store: Store) -> None:
    """A cursor marks a message, not a number of rows."""
    put = await fill(store, *((record(), None) for _ in range(4)))
    first = await store.messages(ANY, 2)
    await store.put(record())
    second = await store.messages(ANY, 2, first.next_cursor)
    assert [one.message_id for one in second.items] == [put[1], put[0]]


async def test_emails_come_by_message_and_position(store: Store) -> None:
    """Newest message first, its emails in order, and a page may end between two of them."""
    await fill(
        store,
        (record(), expansion("a0", "a1", "a2")),
        (record(), expansion("b0", "b1", "b2")),
    )
    found: list[str] = []
    cursor: str | None = None
    while not found or cursor:
        page = await store.emails(ANY, 2, cursor)
        found += [one.recipient for one in page.items]
        cursor = page.next_cursor
    assert found == ["b0", "b1", "b2", "a0", "a1", "a2"]


async def test_an_email_tells_of_its_message(store: Store) -> None:
    """What a listing of emails shows of the message needs no second look."""
    (message_id,) = await fill(store, (record(label_id="7"), expansion("a@b", subject="Hi")))
    (email,) = (await store.emails(ANY, 10)).items
    assert (email.message_id, email.api_user, email.label_id) == (message_id, "sandbox_user", "7")
    assert (email.subject, email.received_at_ms) == ("Hi", NOW_MS)
    assert (email.status, email.sub_status, email.reason) == (EmailStatus.DELIVERED, None, None)


@pytest.mark.parametrize("position", [2**31 - 1, 2**31, 2**63, 10**30])
async def test_no_email_is_at_a_position_beyond_all_numbers(store: Store, position: int) -> None:
    """However large it is, in ids that others made up: nothing is there, and nothing fails."""
    (message_id,) = await fill(store, (record(), expansion("a@b")))
    assert await store.email(message_id, position) is None
    events = EventFilter(message_id=message_id, position=position)
    assert (await store.journal.events(events, 10)).items == ()
    posts = PostFilter(message_id=message_id, position=position)
    assert (await store.deliveries.posts(posts, 10)).items == ()


async def test_mail_has_the_name_of_its_label(store: Store) -> None:
    """As its API_USER calls it now; the events say it too."""
    label = await store.labels.add_label("sandbox_user", "news")
    others = await store.labels.add_label("other", "theirs")
    assert label is not None
    assert others is not None
    for number in (label.label_id, others.label_id):
        event = Event(EventKind.REQUEST, "sandbox_user", NOW_MS, 0, 0)
        await fill(store, (record(label_id=str(number)), expansion("a@b", events=(event,))))
    assert [each.label_name for each in (await store.emails(ANY, 10)).items] == ["", "news"]
    events = (await store.journal.events(EventFilter(), 10)).items
    assert [each.label_name for each in events] == ["", "news"]


@pytest.mark.parametrize("cursor", ["", "x", "-", "AAAA", "MQ=", "ä", "MS4", "MQ" * 50, "\ud800"])
async def test_a_cursor_of_others_is_refused(store: Store, cursor: str) -> None:
    """Whatever is not one of ours gives `ValueError`; a cursor of emails is none of messages."""
    with pytest.raises(ValueError, match="next_cursor"):
        await store.emails(ANY, 10, cursor)
    with pytest.raises(ValueError, match="next_cursor"):
        await store.messages(ANY, 10, cursors.encode(1, 2))


async def test_a_cursor_beyond_all_rows_ends_the_listing(store: Store) -> None:
    """Numbers of any size that look like ours are places where nothing is."""
    await fill(store, (record(), expansion("a", "b")))
    far = 10**18 - 1
    assert (await store.emails(ANY, 10, cursors.encode(1, far))).items == ()
    assert (await store.messages(ANY, 10, cursors.encode(0))).items == ()
    assert len((await store.emails(ANY, 10, cursors.encode(far, far))).items) == 2


async def test_filters_on_facts_of_the_message(store: Store) -> None:
    """Each of these narrows messages and emails alike, and together they narrow further."""
    first, second = await fill(
        store,
        (record(api_user="one", label_id="1"), expansion("first", subject="Order %_ GRÖSSE")),
        (
            record(api_user="two", label_id="2", received_at_ms=NOW_MS + 5),
            expansion("second", subject="order"),
        ),
    )
    for wanted, expected in (
        (MessageFilter(api_user="one"), [first]),
        (MessageFilter(api_user="ONE"), []),
        (MessageFilter(label_id="2"), [second]),
        (MessageFilter(message_id=first), [first]),
        (MessageFilter(since_ms=NOW_MS + 5), [second]),
        (MessageFilter(since_ms=NOW_MS), [second, first]),
        (MessageFilter(subject="ORDER"), [second, first]),
        (MessageFilter(subject="größe"), [first]),
        (MessageFilter(subject="grösse"), [first]),
        (MessageFilter(subject="r %_ g"), [first]),
        (MessageFilter(subject="o%r"), []),
        (MessageFilter(subject=""), [second, first]),
        (MessageFilter(subject="\0\ud800"), []),
        (MessageFilter(api_user="one", label_id="2"), []),
        (MessageFilter(api_user="two", label_id="2", subject="order"), [second]),
    ):
        assert await ids(store, wanted) == expected
        names = {first: "first", second: "second"}
        assert await addresses(store, wanted) == [names[one] for one in expected]


async def test_status_is_that_of_what_is_listed(store: Store) -> None:
    """A message's status filters messages, an email's filters emails."""
    emails = (Email(0, "a", EmailStatus.DELIVERED), Email(1, "b", EmailStatus.INVALID, 404))
    queued, expanded = await fill(store, (record(), None), (record(), expansion(emails=emails)))
    assert await ids(store, MessageFilter(status=MessageStatus.QUEUED)) == [queued]
    assert await ids(store, MessageFilter(status="expanded")) == [expanded]
    assert await ids(store, MessageFilter(status="delivered")) == []
    assert await addresses(store, MessageFilter(status="delivered")) == ["a"]
    assert await addresses(store, MessageFilter(status="invalid")) == ["b"]


async def test_messages_are_found_by_their_events_and_findings(store: Store) -> None:
    """An event of the message or of any email of it; a finding by its level, whatever it says."""
    request = Event(EventKind.REQUEST, "sandbox_user", NOW_MS, 0, 0)
    opened = Event(EventKind.OPEN, "sandbox_user", NOW_MS, 1)
    named = finding(level=Level.ADVICE, message='"level": "refused"')
    plain, told, found = await fill(
        store,
        (record(), expansion()),
        (record(), expansion("a@x.com", "b@x.com", events=(request, opened))),
        (record(), expansion(findings=(named,))),
    )
    for wanted, expected in (
        (MessageFilter(event=EventKind.REQUEST), [told]),
        (MessageFilter(event=EventKind.OPEN), [told]),
        (MessageFilter(event=EventKind.CLICK), []),
        (MessageFilter(finding=Level.ADVICE), [found]),
        (MessageFilter(finding=Level.REFUSED), []),
        (MessageFilter(event=EventKind.OPEN, finding=Level.ADVICE), []),
        (ANY, [found, told, plain]),
    ):
        assert await ids(store, wanted) == expected
        assert await store.count(wanted, 100) == len(expected)
    assert await addresses(store, MessageFilter(event=EventKind.OPEN)) == ["b@x.com"]


@pytest.mark.parametrize(
    "wanted", [ANY, MessageFilter(q="hello"), MessageFilter(header=("To", "r@x"))]
)
async def test_no_more_are_counted_than_asked_for(store: Store, wanted: MessageFilter) -> None:
    """Whatever they are found by."""
    mail = b"To: r@x\r\n\r\nHello\r\n"
    await fill(store, *((record(content=mail), expansion()) for _ in range(3)))
    assert [await store.count(wanted, most) for most in (2, 3, 4)] == [2, 3, 3]
    assert await store.count(MessageFilter(q="nowhere"), 4) == 0


async def test_a_recipient_is_found_without_case(store: Store) -> None:
    """A message is found by its envelope and by its emails, an email by its own address."""
    enveloped, expanded = await fill(
        store,
        (record(rcpt_to=('"a\\b"@x.com', "Ünï@Example.com")), None),
        (record(rcpt_to=("placeholder@x.com",)), expansion("To@Example.com", "b@x.com")),
    )
    for address, expected in (
        ("üNÏ@EXAMPLE.COM", [enveloped]),
        ('"A\\B"@x.com', [enveloped]),
        ("to@example.com", [expanded]),
        ("PLACEHOLDER@X.COM", [expanded]),
        ("example.com", []),
        ("o@example.com", []),
        ("%@example.com", []),
        ("", []),
    ):
        assert await ids(store, MessageFilter(recipient=address)) == expected
    assert await addresses(store, MessageFilter(recipient="TO@EXAMPLE.COM")) == ["To@Example.com"]
    assert await addresses(store, MessageFilter(recipient="placeholder@x.com")) == []


def with_header(lines: str, body: bytes = b"") -> Record:
    """Return a record of a message with these header lines."""
    return record(content=lines.encode() + b"\r\n\r\n" + body)


async def test_a_header_field_is_found(store: Store) -> None:
    """Its name is compared without case, its value whole; folded and encoded ones as read."""
    put = await fill(
        store,
        (with_header("X-Test: run 1\r\nSubject: =?utf-8?B?R3LDtsOfZQ==?="), None),
        (with_header("x-test: run\r\n 1", bytes(MAX_IN_ROW)), None),
        (with_header("X-Test: run 11\r\nX-Other: run 1", b"X-Test: body\r\n"), None),
    )
    for header, expected in (
        (("X-TEST", "run 1"), [put[1], put[0]]),
        (("x-test", "run 11"), [put[2]]),
        (("X-Test", "run"), []),
        (("X-Test", "body"), []),
        (("Subject", "Größe"), [put[0]]),
        (("Subject", "=?utf-8?B?R3LDtsOfZQ==?="), [put[0]]),
        (("X-Missing", ""), []),
    ):
        assert await ids(store, MessageFilter(header=header)) == expected


async def test_a_header_is_searched_beyond_the_first_rows(store: Store) -> None:
    """Pages are filled from as many messages as it takes, and their cursors go on from there."""
    rare = {3, 150, 151, 249}
    records = [with_header(f"X-Rare: {'yes' if n in rare else 'no'}") for n in range(250)]
    for put in [store.put(one) for one in records]:
        await put
    wanted = MessageFilter(header=("X-Rare", "yes"))
    pages = await pages_of_messages(store, wanted, 3)
    found = [records[n].message_id for n in sorted(rare, reverse=True)]
    assert pages == [found[:3], found[3:]]


async def test_emails_are_found_by_their_messages_header(store: Store) -> None:
    """All emails of a message share its header."""
    await fill(
        store,
        (with_header("X-Test: 1"), expansion("a", "b")),
        (with_header("X-Test: 2"), expansion("c", "d")),
    )
    assert await addresses(store, MessageFilter(header=("x-test", "1"))) == ["a", "b"]


async def test_listings_are_read_beside_the_writing(store: Store) -> None:
    """A listing that is asked for while messages come in shows whole messages only."""
    puts = [store.put(record()) for _ in range(300)]
    seen: list[Sequence[str]] = [await ids(store, ANY) for _ in range(5)]
    for put in puts:
        await put
    assert all(len(set(listed)) == len(listed) for listed in seen)
    assert len((await store.messages(ANY, 1000)).items) == 300


async def test_a_message_has_neighbours(store: Store) -> None:
    """Newer and older, of all or of one API_USER; one that is not there has none."""
    first, second, third = await fill(
        store, *((record(api_user=api_user), None) for api_user in ("a", "b", "a"))
    )
    assert await store.beside(first) == (second, None)
    assert await store.beside(second) == (third, first)
    assert await store.beside(third) == (None, second)
    assert await store.beside(third, "a") == (None, first)
    assert await store.beside(second, "b") == (None, None)
    assert await store.beside("nope") == (None, None)
