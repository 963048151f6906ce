"""Emails sent on to a target: every outcome, tried again, and nothing lost in a crash."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sendcloud_inbound.errors import StoreUnavailable
from sendcloud_inbound.ports import EventFilter
from sendcloud_inbound.rules.history import Suppression, SuppressionKind
from sendcloud_inbound.rules.model import EmailStatus, Outgoing, SendResult
from sendcloud_inbound.store import open_store
from sendcloud_inbound.worker import sending
from tests.builders import record
from tests.fakes import FakeClock
from tests.worker.running import DELIVERED, Upstream, email_to, story_of, working

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from sendcloud_inbound.rules.history import Change
    from sendcloud_inbound.store import Store


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


async def test_every_recipient_gets_a_copy_of_its_own(store: Store, clock: FakeClock) -> None:
    """With an envelope sender of its own, and the event tells what the server said."""
    upstream = Upstream(lambda *_: DELIVERED)
    async with working(store, clock, target=upstream):
        put = record(rcpt_to=("a@b.c", "d@e.f"))
        await store.put(put)
        for to in ("a@b.c", "d@e.f"):
            assert await story_of(store, to, "deliver") == ["deliver"]
    assert sorted(one.recipient for one in upstream.seen) == ["a@b.c", "d@e.f"]
    assert {one.mail_from.partition("@")[2] for one in upstream.seen} == {"sandbox.sendcloud.org"}
    assert len({one.mail_from for one in upstream.seen}) == 2
    assert all(f"X-SENDCLOUD-UUID: {one.email_id}".encode() in one.content for one in upstream.seen)


async def test_a_refusal_is_final(store: Store, clock: FakeClock) -> None:
    """Status, sub-status and reason are the email's; the server's words are the cause."""
    bounce = SendResult(EmailStatus.SOFT_BOUNCE, 509, "mx said 552 full", "552 full")
    upstream = Upstream(lambda *_: bounce)
    async with working(store, clock, target=upstream):
        await store.put(record(rcpt_to=("a@b.c",)))
        await story_of(store, "a@b.c", "soft_bounce")
    email = await email_to(store, "a@b.c")
    assert (email.status, email.sub_status) == (EmailStatus.SOFT_BOUNCE, 509)
    (event,) = (await store.journal.events(EventFilter(recipient="a@b.c"), 9)).items
    assert (event.event.details["message"], event.event.details["cause"]) == (
        "mx said 552 full",
        "552 full",
    )
    assert len(upstream.seen) == 1


async def test_what_is_put_off_is_tried_again(store: Store, clock: FakeClock) -> None:
    """Until it is taken; the copy is the same each time."""
    later = SendResult(None, 503, "421 later", "421 later")
    upstream = Upstream(lambda _, times: DELIVERED if times == 3 else later)
    async with working(store, clock, target=upstream):
        await store.put(record(rcpt_to=("a@b.c",)))
        assert await story_of(store, "a@b.c", "deliver") == ["deliver"]
    assert len({one.content for one in upstream.seen}) == 1
    assert (await email_to(store, "a@b.c")).deferrals == 2


async def test_what_is_put_off_too_often_is_a_soft_bounce(store: Store, clock: FakeClock) -> None:
    """With the sub-status of the last attempt."""
    upstream = Upstream(lambda *_: SendResult(None, 507, "451 spam?", "451 spam?"))
    async with working(store, clock, target=upstream):
        await store.put(record(rcpt_to=("a@b.c",)))
        assert await story_of(store, "a@b.c", "soft_bounce") == ["soft_bounce"]
    assert (await email_to(store, "a@b.c")).sub_status == 507
    assert len(upstream.seen) == 3


async def test_a_target_that_fails_is_no_end_of_the_others(store: Store, clock: FakeClock) -> None:
    """A bug with one email is an attempt that failed; its neighbours are sent."""

    def answer(outgoing: Outgoing, _: int) -> SendResult:
        if outgoing.recipient == "a@b.c":
            raise ValueError("a bug")
        return DELIVERED

    async with working(store, clock, target=Upstream(answer)):
        await store.put(record(rcpt_to=("a@b.c", "d@e.f")))
        await story_of(store, "d@e.f", "deliver")
        assert await story_of(store, "a@b.c", "soft_bounce") == ["soft_bounce"]
    assert (await email_to(store, "a@b.c")).reason == "ValueError: a bug"


async def test_magic_addresses_never_leave(store: Store, clock: FakeClock) -> None:
    """What is forced is not sent: the target sees the others alone."""
    upstream = Upstream(lambda *_: DELIVERED)
    async with working(store, clock, target=upstream):
        await store.put(record(rcpt_to=("invalid@sandbox.test", "a@b.c")))
        await story_of(store, "a@b.c", "deliver")
        assert await story_of(store, "invalid@sandbox.test") == ["invalid"]
    assert [one.recipient for one in upstream.seen] == ["a@b.c"]


async def test_what_waits_survives_the_program(store: Store, clock: FakeClock) -> None:
    """Emails that nobody had sent when it stopped are sent by the next one."""
    upstream = Upstream(lambda *_: DELIVERED)
    async with working(store, clock, target=upstream, sends=False):
        await store.put(record(rcpt_to=("a@b.c",)))
        assert (await email_to(store, "a@b.c")).status is EmailStatus.REQUESTED
    assert upstream.seen == []
    async with working(store, clock, target=upstream):
        await story_of(store, "a@b.c", "deliver")
    assert len(upstream.seen) == 1


@pytest.mark.slow
async def test_what_was_sent_is_not_sent_again_while_the_store_is_away(
    store: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What came of it is written once the store is back; the target saw it once."""
    upstream = Upstream(lambda *_: DELIVERED)
    monkeypatch.setattr(sending, "_IDLE_S", 0.01)
    change, failures = store.outbox.change, 0

    async def change_later(changes: Sequence[Change]) -> Sequence[bool]:
        nonlocal failures
        if failures < 3:
            failures += 1
            raise StoreUnavailable("away")
        return await change(changes)

    monkeypatch.setattr(store.outbox, "change", change_later)
    async with working(store, clock, target=upstream):
        await store.put(record(rcpt_to=("a@b.c",)))
        assert await story_of(store, "a@b.c", "deliver") == ["deliver"]
    assert (failures, len(upstream.seen)) == (3, 1)


async def test_who_unsubscribes_while_mail_is_put_off_is_not_sent_to(
    store: Store, clock: FakeClock
) -> None:
    """The second attempt is none."""
    gone = Suppression("sandbox_user", "A@b.c", SuppressionKind.UNSUBSCRIBE, clock.now_ms(), None)
    upstream = Upstream(lambda *_: SendResult(None, 503, "421 later", "421 later"))
    async with working(store, clock, target=upstream, sends=False):
        await store.put(record(rcpt_to=("a@b.c",)))
        await email_to(store, "a@b.c")
        await store.suppressions.suppress(gone)
    async with working(store, clock, target=upstream):
        assert await story_of(store, "a@b.c", "invalid") == ["invalid"]
    assert (await email_to(store, "a@b.c")).sub_status == 402
    assert upstream.seen == []


async def test_what_waited_for_a_target_that_is_set_no_more_is_delivered(
    store: Store, clock: FakeClock
) -> None:
    """As mail of a mailbox is; it does not stay requested for ever."""
    async with working(store, clock, target=Upstream(lambda *_: DELIVERED), sends=False):
        await store.put(record(rcpt_to=("a@b.c",)))
        await email_to(store, "a@b.c")
    async with working(store, clock):
        assert await story_of(store, "a@b.c", "deliver") == ["deliver"]
    assert (await email_to(store, "a@b.c")).status is EmailStatus.DELIVERED
