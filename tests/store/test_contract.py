"""What every store does, whatever the engine: `ports.Queue` and `ports.Work`."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from sendcloud_inbound.errors import MessageIdTaken, StoreUnavailable
from sendcloud_inbound.ports import MessageFilter
from sendcloud_inbound.rules.model import Email, EmailStatus, Level, MessageStatus, Source
from sendcloud_inbound.store import operations
from sendcloud_inbound.store.bodies import MAX_IN_ROW
from tests.builders import expansion, finding, message_id, record, session

if TYPE_CHECKING:
    from sendcloud_inbound.rules.model import Record
    from sendcloud_inbound.store import Store
    from tests.fakes import FakeClock
    from tests.store.conftest import OpenStore

ANY = MessageFilter()
LARGE = b"Subject: large\r\n\r\n" + bytes(range(256)) * (MAX_IN_ROW // 256)
SIZES = pytest.mark.parametrize("content", [b"", b"\x00\xff\r\n.\r\n", LARGE])


async def put_all(store: Store, *records: Record) -> list[BaseException | None]:
    """Put records at the same time; return what came of each."""
    return await asyncio.gather(*map(store.put, records), return_exceptions=True)


# Queue


@SIZES
async def test_content_comes_back_octet_for_octet(store: Store, content: bytes) -> None:
    """Content and transcript are kept exactly, whatever the octets and however many."""
    put = record(content=content, transcript=b"C: \xff\x00\n")
    await store.put(put)
    assert await store.content(put.message_id) == content
    assert await store.transcript(put.message_id) == b"C: \xff\x00\n"


async def test_every_fact_of_a_message_comes_back(store: Store) -> None:
    """What was known of a message when it was put is what the catalogue says of it."""
    put = record(
        label_id="42",
        source=Source.API,
        session=session(peer="[::1]:9", helo="größe", tls="TLSv1.3 TLS_AES_256_GCM_SHA384"),
        mail_from="",
        rcpt_to=("A@example.com", "b\ud800@例え.jp"),
        findings=(finding(), finding(level=Level.ADVICE, message="人\x00")),
        reason="552 xsmtpapi error",
        status=MessageStatus.REFUSED,
    )
    await store.put(put)
    stored = await store.message(put.message_id)
    assert stored is not None
    sent = put.submission
    assert (stored.api_user, stored.label_id, stored.source) == ("sandbox_user", "42", Source.API)
    assert (stored.session, stored.mail_from, stored.rcpt_to) == (sent.session, "", sent.rcpt_to)
    assert (stored.received_at_ms, stored.size) == (put.received_at_ms, len(sent.content))
    assert (stored.status, stored.reason, stored.findings) == (put.status, put.reason, put.findings)
    assert stored.subject == ""


async def test_what_a_column_cannot_hold_is_replaced(store: Store) -> None:
    """NUL and lone surrogates become U+FFFD, so that no text makes the store fail."""
    put = record(mail_from="a\0\ud800b", session=session(helo="\0"))
    await store.put(put)
    stored = await store.message(put.message_id)
    assert stored is not None
    assert (stored.mail_from, stored.session.helo) == ("a\ufffd\ufffdb", "\ufffd")


@pytest.mark.parametrize("first", [b"small", LARGE])
@pytest.mark.parametrize("second", [b"small too", LARGE + b"!"])
async def test_a_taken_message_id_is_refused(store: Store, first: bytes, second: bytes) -> None:
    """A second message of the same id fails and leaves the first as it is."""
    put = record(content=first)
    await store.put(put)
    with pytest.raises(MessageIdTaken):
        await store.put(record(message_id=put.message_id, content=second))
    assert await store.content(put.message_id) == first
    assert len((await store.messages(ANY, 10)).items) == 1


async def test_a_collision_fails_alone(store: Store) -> None:
    """Of messages that are put at once only the one whose id is taken fails."""
    taken = record()
    await store.put(taken)
    contents = (b"small", LARGE)
    group = [record(content=contents[n % 2]) for n in range(10)]
    group[5:5] = [record(message_id=taken.message_id), record(message_id=group[7].message_id)]
    results = await put_all(store, *group)
    assert [type(error) for error in results if error] == [MessageIdTaken] * 2
    assert isinstance(results[5], MessageIdTaken)
    assert len((await store.messages(ANY, 20)).items) == 11


async def test_a_thousand_puts_at_once_are_all_stored(store: Store) -> None:
    """Groups of any size go in, in the order of the puts."""
    group = [record() for _ in range(1234)]
    assert await put_all(store, *group) == [None] * 1234
    page = await store.messages(ANY, 2000)
    assert [one.message_id for one in reversed(page.items)] == [one.message_id for one in group]


async def test_each_of_many_keeps_its_own_content_and_key(store: Store) -> None:
    """Those that came together are told apart by whoever gets them straight from the handover."""
    await store.claim(1, 30)
    group = [record(content=b"%d" % number * (number * 300)) for number in range(200)]
    assert await put_all(store, *group) == [None] * 200
    claims = [claim for _ in range(4) for claim in await store.claim(50, 30)]
    assert [one.content for one in claims] == [one.submission.content for one in group]
    await store.finish({one.key: expansion(f"{one.message_id}@example.com") for one in claims})
    for one in group:
        assert await store.content(one.message_id) == one.submission.content
        email = await store.email(one.message_id, 0)
        assert email is not None
        assert email.recipient == f"{one.message_id}@example.com"


async def test_one_that_cannot_be_stored_fails_alone(store: Store) -> None:
    """A record that breaks a rule of the tables harms nobody who came with it."""
    wrong = record(status="unheard-of")
    results = await put_all(store, record(), wrong, record())
    assert [type(error) for error in results] == [type(None), StoreUnavailable, type(None)]


async def test_closing_stores_what_was_put(url: str, open_at: OpenStore) -> None:
    """What was put before the end is stored, waited for or not."""
    store = await open_at(url)
    puts = [store.put(record(content=LARGE)) for _ in range(5)]
    await store.close()
    assert [put.result() for put in puts] == [None] * 5
    store = await open_at(url)
    assert len((await store.messages(ANY, 10)).items) == 5


async def test_a_closed_store_is_unavailable(store: Store) -> None:
    """After the end every call fails with the one error, and closing again is no harm."""
    await store.close()
    await store.close()
    calls = (store.put(record()), store.claim(1, 1), store.check(), store.messages(ANY, 1))
    for call in calls:
        with pytest.raises(StoreUnavailable, match="closed"):
            await call


async def test_a_caller_who_gave_up_disturbs_nobody(store: Store) -> None:
    """Cancelled futures are passed over when their group is told."""
    puts = [store.put(record()) for _ in range(3)]
    puts[1].cancel()
    await puts[0]
    await puts[2]


# Work


async def test_claims_lend_oldest_first_up_to_the_limit(store: Store) -> None:
    """A claim holds what a worker needs, and no other claim gets the same."""
    puts = [record(content=bytes([n]), findings=(finding(),)) for n in range(3)]
    for put in puts:
        await store.put(put)
    first, second, third = (
        await store.claim(2, 60),
        await store.claim(2, 60),
        await store.claim(2, 60),
    )
    assert [claim.message_id for claim in first] == [put.message_id for put in puts[:2]]
    assert [claim.message_id for claim in second] == [puts[2].message_id]
    assert third == ()
    assert first[1].content == b"\x01"
    assert first[1].findings == (finding(),)
    assert (first[1].api_user, first[1].attempts) == ("sandbox_user", 1)
    assert first[1].mail_from == puts[1].submission.mail_from
    assert first[1].rcpt_to == puts[1].submission.rcpt_to


async def test_large_contents_are_lent_too(store: Store) -> None:
    """A claim brings its content wherever that is kept."""
    await store.put(record(content=LARGE))
    (claim,) = await store.claim(5, 60)
    assert claim.content == LARGE


async def test_a_refused_message_is_never_lent(store: Store) -> None:
    """It is kept to be looked at, and no work."""
    await store.put(record(status=MessageStatus.REFUSED))
    assert await store.claim(5, 60) == ()


async def test_a_lease_runs_out(store: Store, clock: FakeClock) -> None:
    """What its worker did not finish in time is due again, with the attempts counted."""
    await store.put(record())
    await store.claim(5, 60)
    clock.advance(59.999)
    assert await store.claim(5, 60) == ()
    clock.advance(0.001)
    (claim,) = await store.claim(5, 60)
    assert claim.attempts == 2


async def test_a_lease_can_be_renewed(store: Store, clock: FakeClock) -> None:
    """Who is slow but lives goes on having it; what he has finished is left as it is."""
    await put_all(store, record(), record())
    slow, quick = await store.claim(5, 60)
    assert await store.finish({quick.key: expansion()}) == {quick.key}
    clock.advance(50)
    await store.renew([quick.key, slow.key], 60)
    clock.advance(59.999)
    assert await store.claim(5, 60) == ()
    clock.advance(0.001)
    (claim,) = await store.claim(5, 60)
    assert (claim.key, claim.attempts) == (slow.key, 2)


async def test_one_claimed_before_comes_alone(store: Store, clock: FakeClock) -> None:
    """Messages whose worker died are lent one at a time."""
    await put_all(store, record(), record(), record())
    await store.claim(5, 1)
    clock.advance(1)
    assert [len(await store.claim(5, 60)) for _ in range(4)] == [1, 1, 1, 0]


async def test_fresh_and_retried_take_turns(store: Store, clock: FakeClock) -> None:
    """A message that kills its workers holds up no fresh ones, nor do they hold it up."""
    await store.put(record())
    await store.claim(1, 0)
    await put_all(store, *(record() for _ in range(6)))
    attempts = [[claim.attempts for claim in await store.claim(2, 0)] for _ in range(6)]
    clock.advance(1)
    assert attempts.count([1, 1]) == 3
    assert [2] in attempts[:2]


async def test_a_batch_is_bounded_in_octets(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many are asked for, a worker gets no more content than it can hold."""
    monkeypatch.setattr(operations, "MAX_CLAIMED_OCTETS", 1000)
    await put_all(store, *(record(content=bytes(400)) for _ in range(4)))
    assert [len(await store.claim(10, 60)) for _ in range(2)] == [2, 2]


async def test_finish_writes_emails_and_status(store: Store) -> None:
    """The outcome is what the catalogue says from then on."""
    await store.put(record())
    (claim,) = await store.claim(1, 60)
    emails = (
        Email(0, "A@example.com", EmailStatus.DELIVERED),
        Email(1, "b@example.com", EmailStatus.INVALID, 404, "no such user"),
    )
    outcome = expansion(subject="Größe", findings=(finding(),), reason="why", emails=emails)
    assert await store.finish({claim.key: outcome})
    stored = await store.message(claim.message_id)
    assert stored is not None
    assert (stored.status, stored.reason) == (MessageStatus.EXPANDED, "why")
    assert (stored.subject, stored.findings) == ("Größe", (finding(),))
    listed = (await store.emails(ANY, 10)).items
    assert [
        Email(one.position, one.recipient, one.status, one.sub_status, one.reason) for one in listed
    ] == list(emails)


async def test_a_finished_message_is_never_lent_again(store: Store, clock: FakeClock) -> None:
    """Its lease means nothing any more, and giving it back neither."""
    await store.put(record())
    (claim,) = await store.claim(1, 1)
    await store.finish({claim.key: expansion()})
    await store.postpone(claim.key, 0)
    clock.advance(3600)
    assert await store.claim(1, 1) == ()


async def test_a_message_is_expanded_once(store: Store, clock: FakeClock) -> None:
    """Of all who finish a message, at once or later, one is told yes and its emails count."""
    await store.put(record())
    (claim,) = await store.claim(1, 1)
    attempts = [store.finish({claim.key: expansion(f"{n}@example.com")}) for n in range(5)]
    told = [bool(keys) for keys in await asyncio.gather(*attempts)]
    assert Counter(told) == {True: 1, False: 4}
    assert not await store.finish({claim.key: expansion("late@example.com")})
    (email,) = (await store.emails(ANY, 10)).items
    assert email.recipient == f"{told.index(True)}@example.com"


async def test_many_are_finished_at_once(store: Store) -> None:
    """A batch tells which of its messages it wrote; those that somebody finished stay."""
    await put_all(store, *(record() for _ in range(3)))
    first, second, third = await store.claim(3, 60)
    assert await store.finish({second.key: expansion("first@example.com")}) == {second.key}
    batch = {claim.key: expansion("late@example.com") for claim in (first, second, third)}
    assert await store.finish(batch) == {first.key, third.key}
    recipients = [email.recipient for email in (await store.emails(ANY, 10)).items]
    assert sorted(recipients) == ["first@example.com", *["late@example.com"] * 2]


async def test_nothing_is_finished_under_an_unknown_key(store: Store) -> None:
    """A key that is none of the store's is told no."""
    assert not await store.finish({4711: expansion()})
    assert (await store.emails(ANY, 10)).items == ()


async def test_a_hundred_recipients_of_many_messages_at_once(store: Store) -> None:
    """Batches of expansions go in whole, positions and all."""
    await put_all(store, *(record() for _ in range(30)))
    claims = await store.claim(100, 60)
    to = [f"r{n}@example.com" for n in range(100)]
    assert all(await asyncio.gather(*(store.finish({one.key: expansion(*to)}) for one in claims)))
    wanted = MessageFilter(message_id=claims[7].message_id)
    emails = (await store.emails(wanted, 1000)).items
    assert [(one.position, one.recipient) for one in emails] == list(enumerate(to))


async def test_no_outcome_makes_the_store_fail(store: Store) -> None:
    """Recipients and subjects of any text and length are taken (X-SMTPAPI is JSON)."""
    await store.put(record())
    (claim,) = await store.claim(1, 60)
    hostile = ("\0@x", "\ud800@x", "x" * 10_000, "界" * 1_000, "", '"%_\\', "ß@x", "SS@X")
    assert await store.finish({claim.key: expansion(*hostile, subject="\0\udfff" + "x" * 100_000)})
    emails = (await store.emails(ANY, 100)).items
    assert [one.recipient for one in emails[:3]] == ["\ufffd@x", "\ufffd@x", "x" * 10_000]


async def test_a_postponed_message_is_due_later(store: Store, clock: FakeClock) -> None:
    """Given back, it waits for its delay and not for the lease."""
    await store.put(record())
    (claim,) = await store.claim(1, 3600)
    await store.postpone(claim.key, 30)
    clock.advance(29)
    assert await store.claim(1, 1) == ()
    clock.advance(1)
    (claim,) = await store.claim(1, 1)
    assert claim.attempts == 2


async def test_two_stores_share_the_work(url: str, open_at: OpenStore) -> None:
    """However many claim at the same time, each message is lent once and expanded once."""
    stores = [await open_at(url), await open_at(url)]
    await put_all(stores[0], *(record() for _ in range(100)))

    async def work(store: Store) -> list[set[int]]:
        done = []
        while claims := await store.claim(7, 60):
            done += await asyncio.gather(*(store.finish({one.key: expansion()}) for one in claims))
        return done

    done = await asyncio.gather(*(work(stores[n % 2]) for n in range(4)))
    assert sum(map(len, done)) == 100
    assert all(map(all, done))
    assert len((await stores[1].emails(ANY, 1000)).items) == 100


async def test_two_stores_put_at_the_same_time(url: str, open_at: OpenStore) -> None:
    """Two processes with one store get keys of their own, and one messageId is taken once."""
    stores = [await open_at(url), await open_at(url)]
    both = message_id()
    puts = [[record() for _ in range(50)] + [record(message_id=both)] for _ in stores]
    results = await asyncio.gather(*(put_all(s, *p) for s, p in zip(stores, puts, strict=True)))
    errors = [error for result in results for error in result if error]
    assert [type(error) for error in errors] == [MessageIdTaken]
    assert len((await stores[0].messages(ANY, 1000)).items) == 101


async def test_waiting_ends_with_work(store: Store) -> None:
    """A queued message ends the wait at once."""
    waiting = asyncio.ensure_future(store.wait(30))
    await store.put(record())
    await asyncio.wait_for(waiting, 5)


async def test_waiting_ends_for_work_that_came_before(store: Store) -> None:
    """What came between an empty claim and the wait is not missed."""
    assert await store.claim(1, 1) == ()
    await store.put(record())
    await asyncio.wait_for(store.wait(30), 5)


async def test_waiting_ends_when_a_postponed_message_is_due(store: Store) -> None:
    """The delay of a message given back ends the wait too."""
    await store.put(record())
    (claim,) = await store.claim(1, 60)
    await store.postpone(claim.key, 0.01)
    await asyncio.wait_for(store.wait(30), 5)


async def test_waiting_ends_without_work(store: Store) -> None:
    """After its time-out the wait is over; a refused message is no reason before."""
    await store.put(record(status=MessageStatus.REFUSED))
    waiting = asyncio.ensure_future(store.wait(0.05))
    await asyncio.wait_for(waiting, 5)
    assert await store.claim(1, 1) == ()


# Health


async def test_a_check_leaves_nothing(store: Store) -> None:
    """A healthy store says so, and a thousand checks change nothing in it."""
    await asyncio.gather(*(store.check() for _ in range(10)))
    assert (await store.messages(ANY, 10)).items == ()
    assert store.last_error is None
