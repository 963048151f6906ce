"""Webhooks told for real: signed, repeated by the schedule, bounded, never lost."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from sendcloud_inbound.errors import StoreUnavailable
from sendcloud_inbound.rules.history import PostState
from tests.webhooks.receiver import CUT, HANG, RESET, in_turn, receiving
from tests.webhooks.telling import CLOCK, hook, opened, over, post_to, put, telling

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Mapping, Sequence

    from sendcloud_inbound.ports import LentPost, Told
    from sendcloud_inbound.store import Store
    from tests.webhooks.receiver import Call


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    """A private store."""
    async with opened() as store:
        yield store


def verify(form: Mapping[str, str], app_key: str = "test_appkey") -> bool:
    """Do as the documents say a receiver does (SENDCLOUD.md 4.2)."""
    message = form["timestamp"] + form["token"]
    digest = hmac.new(app_key.encode(), message.encode(), hashlib.sha256).hexdigest()
    return digest == form["signature"]


async def test_an_event_is_told_and_signed(store: Store) -> None:
    """Its form with token, time and signature, each of its own kind; delivered, and in the log."""
    async with receiving() as receiver:
        webhook = await hook(store, receiver.url)
        await put(store, post_to(webhook))
        with capture_logs() as logged:
            async with telling(store):
                (post,) = await over(store, 1)
    form = receiver.calls[0].form
    assert list(form) == ["event", "number", "token", "timestamp", "signature"]
    assert re.fullmatch("[A-Za-z0-9]{50}", form["token"])
    assert re.fullmatch("[0-9]{13}", form["timestamp"])
    assert re.fullmatch("[0-9a-f]{64}", form["signature"])
    assert verify(form)
    (attempt,) = post.attempts
    assert (post.state, attempt.number, attempt.status) == (PostState.DELIVERED, 1, 200)
    assert (attempt.request, attempt.answer) == (receiver.calls[0].body.decode(), "ok")
    (line,) = [line for line in logged if line["event"] == "webhook_called"]
    assert (line["url"], line["status"], line["attempt"]) == (receiver.url, 200, 1)


async def test_the_key_is_that_of_the_api_user(store: Store) -> None:
    """Each account's own; one that is gone has none, and its calls cannot be verified."""
    async with receiving() as receiver, telling(store):
        webhook = await hook(store, receiver.url)
        await put(store, post_to(webhook, api_user="other_user"), post_to(webhook, api_user="gone"))
        other, gone = (call.form for call in await receiver.wait_for(2))
    assert verify(other, "other_appkey")
    assert not verify(other)
    assert verify(gone, "")


async def test_a_receiver_in_trouble_gets_it_in_the_end(store: Store) -> None:
    """500, 500, no answer, a reset, 200: five attempts by the schedule, all of them in the log."""
    schedule, scale = (60.0, 120.0, 240.0, 480.0, 960.0), 600
    async with receiving(in_turn(500, 500, HANG, RESET, 200)) as receiver:
        webhook = await hook(store, receiver.url)
        await put(store, post_to(webhook))
        async with telling(store, timeout_s=1, schedule=schedule, time_scale=scale):
            (post,) = await over(store, 1)
    assert post.state is PostState.DELIVERED
    assert [(attempt.number, attempt.status, attempt.error) for attempt in post.attempts] == [
        (1, 500, "HTTP 500, not 200"),
        (2, 500, "HTTP 500, not 200"),
        (3, None, "no answer within 1 s"),
        (4, None, "the connection broke: Connection reset by peer"),
        (5, 200, None),
    ]
    forms = [call.form for call in receiver.calls]
    assert all(map(verify, forms))
    assert len({form["token"] for form in forms}) == len(forms) == 5
    for wait_s, (before, after) in zip(schedule, pairwise(post.attempts), strict=False):
        waited_ms = after.started_at_ms - before.started_at_ms - before.duration_ms
        assert wait_s / scale * 1000 - 5 <= waited_ms < wait_s / scale * 1000 + 5000


async def test_a_call_is_given_up_after_the_schedule(store: Store) -> None:
    """One attempt more than it has waits; then it is left."""
    async with receiving(lambda _: CUT) as receiver:
        webhook = await hook(store, receiver.url)
        await put(store, post_to(webhook))
        async with telling(store, schedule=(0.0, 0.05)):
            (post,) = await over(store, 1)
    assert (post.state, len(post.attempts), len(receiver.calls)) == (PostState.GIVEN_UP, 3, 3)


async def test_calls_go_out_in_the_order_of_their_time(store: Store) -> None:
    """One after the other, where one at a time may be on the wire."""
    async with receiving() as receiver:
        webhook = await hook(store, receiver.url)
        due = [CLOCK.now_ms() - 1000 + (7 * n) % 20 for n in range(20)]
        await put(store, *(post_to(webhook, n, due_at_ms=at) for n, at in enumerate(due)))
        async with telling(store, concurrency=1):
            calls = await receiver.wait_for(20)
    numbers = [int(call.form["number"]) for call in calls]
    assert numbers == sorted(range(20), key=due.__getitem__)
    assert receiver.at_a_time == 1


class Counting:
    """A queue that counts what is lent and not yet told."""

    def __init__(self, store: Store) -> None:
        self._posts = store.posts
        self.due, self.hasten, self.wait = store.posts.due, store.posts.hasten, store.posts.wait
        self.lent: dict[int, int] = {}
        self.most: dict[int, int] = {}
        self.most_in_all = 0

    async def claim(self, most: Mapping[int, int], lease_s: float) -> Sequence[LentPost]:
        """Lend, and count."""
        lent = await self._posts.claim(most, lease_s)
        for post in lent:
            key = post.webhook_key
            self.lent[key] = self.lent.get(key, 0) + 1
            self.most[key] = max(self.most.get(key, 0), self.lent[key])
        self.most_in_all = max(self.most_in_all, sum(self.lent.values()))
        return lent

    async def finish(self, told: Told) -> bool:
        """Write, and count."""
        self.lent[told.post.webhook_key] -= 1
        return await self._posts.finish(told)


async def test_a_receiver_that_hangs_holds_nobody_up(store: Store) -> None:
    """The other one has all of its calls long before; few of either are in memory."""
    counting = Counting(store)
    async with receiving(lambda _: HANG) as hanging, receiving() as quick:
        slow, fast = await hook(store, hanging.url), await hook(store, quick.url)
        await put(store, *(post_to(each, n) for n in range(300) for each in (slow, fast)))
        async with telling(store, timeout_s=1, posts=counting, concurrency=4):
            calls = await quick.wait_for(300)
    assert len({call.form["number"] for call in calls}) == len(calls) == 300
    assert len(hanging.calls) < 100
    assert max(hanging.at_a_time, quick.at_a_time) <= 4
    assert counting.most == {slow.key: 8, fast.key: 8}


@pytest.mark.slow
async def test_hundreds_of_webhooks_share_what_there_is(store: Store) -> None:
    """Each is told all of its own, and not everything is taken up at once."""
    counting = Counting(store)
    async with receiving() as receiver:
        base = receiver.url
        webhooks = [await hook(store, f"{base}/{number}") for number in range(150)]
        await put(store, *(post_to(each, n) for n in range(5) for each in webhooks))
        async with telling(store, timeout_s=20, posts=counting):
            calls = await receiver.wait_for(750)
    assert len({(call.path, call.form["number"]) for call in calls}) == len(calls) == 750
    assert counting.most_in_all <= 512


async def test_a_paused_webhook_waits(store: Store) -> None:
    """Others go on; when it goes on itself, nothing is lost."""
    async with receiving() as receiver, receiving() as other, telling(store):
        paused, running = await hook(store, receiver.url), await hook(store, other.url)
        await store.orders.pause_webhook(paused.key, is_paused=True)
        await put(store, post_to(paused, 1), post_to(running, 2))
        await other.wait_for(1)
        assert receiver.calls == []
        await store.orders.pause_webhook(paused.key, is_paused=False)
        (call,) = await receiver.wait_for(1)
    assert call.form["number"] == "1"


async def test_a_stop_gives_back_what_was_not_sent(store: Store) -> None:
    """What is on the wire ends; the rest is due at once for whoever starts next."""
    async with receiving(lambda _: HANG) as receiver:
        webhook = await hook(store, receiver.url)
        await put(store, *(post_to(webhook, n) for n in range(4)))
        async with telling(store, timeout_s=0.5, concurrency=2):
            await receiver.wait_for(2)
    assert len(receiver.calls) == 2
    due = await store.posts.due()
    assert due[webhook.key] <= CLOCK.now_ms()
    assert len(await store.posts.claim({webhook.key: 9}, 30)) == 2


class Flaky(Counting):
    """A queue whose store is away now and then."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.failures = {"due": 1, "finish": 1}
        self.real_due, self.due = store.posts.due, self._due

    def _fail(self, name: str) -> None:
        if self.failures[name]:
            self.failures[name] -= 1
            raise StoreUnavailable("away")

    async def _due(self) -> Mapping[int, int]:
        self._fail("due")
        return await self.real_due()

    async def finish(self, told: Told) -> bool:
        """Write, or fail."""
        self._fail("finish")
        return await super().finish(told)


async def test_a_store_that_is_away_loses_nothing(store: Store) -> None:
    """What came of a call is written when it is back, without another call."""
    async with receiving() as receiver, telling(store, posts=Flaky(store)):
        await put(store, post_to(await hook(store, receiver.url)))
        (post,) = await over(store, 1)
    assert (post.state, len(post.attempts), len(receiver.calls)) == (PostState.DELIVERED, 1, 1)


# Wrong on purpose


async def forms(store: Store, faults: Collection[str | None], count: int) -> list[Call]:
    """Return the calls that come of one post for each fault."""
    async with receiving() as receiver, telling(store, concurrency=1):
        webhook = await hook(store, receiver.url)
        await put(store, *(post_to(webhook, n, fault=f) for n, f in enumerate(faults)))
        calls = list(await receiver.wait_for(count))
        await over(store, len(faults))
        assert receiver.calls == calls
        return calls


async def test_signature_and_time_can_be_wrong(store: Store) -> None:
    """One digit off; or signed rightly, and a day old."""
    bad, old, good = [
        call.form for call in await forms(store, ("bad_signature", "old_timestamp", None), 3)
    ]
    assert [verify(form) for form in (bad, old, good)] == [False, True, True]
    assert int(good["timestamp"]) - int(old["timestamp"]) == pytest.approx(86_400_000, abs=20_000)


async def test_a_duplicate_is_the_very_same_call(store: Store) -> None:
    """With the same token; all of them are in the log."""
    calls = await forms(store, ("duplicate:3",), 3)
    assert len({call.body for call in calls}) == 1
    (post,) = await over(store, 1)
    assert [attempt.number for attempt in post.attempts] == [1, 2, 3]


async def test_a_dropped_call_is_never_made(store: Store) -> None:
    """The log has it without an attempt."""
    (call,) = await forms(store, ("dropped", None), 1)
    assert call.form["number"] == "1"
    dropped, told = await over(store, 2)
    assert (dropped.state, dropped.attempts) == (PostState.DROPPED, ())
    assert told.state is PostState.DELIVERED


async def test_out_of_order_comes_after_the_next(store: Store) -> None:
    """As soon as that was sent."""
    began = CLOCK.now_ms()
    calls = await forms(store, ("out_of_order:60", None), 2)
    assert [call.form["number"] for call in calls] == ["1", "0"]
    assert CLOCK.now_ms() - began < 10_000


async def test_out_of_order_does_not_wait_for_ever(store: Store) -> None:
    """Without a next one it comes after some seconds; a late one, after its own."""
    began = CLOCK.now_ms()
    calls = await forms(store, ("out_of_order:1", "late:1"), 2)
    assert {call.form["number"] for call in calls} == {"0", "1"}
    assert 1000 <= CLOCK.now_ms() - began < 15_000


async def test_a_fault_that_nobody_knows_is_none(store: Store) -> None:
    """A row of a newer version is told as it should be."""
    (call,) = await forms(store, ("upside_down",), 1)
    assert verify(call.form)


async def test_an_original_is_sent_as_it_was(store: Store) -> None:
    """Token, time and signature of the first one, in every attempt; a fresh one has its own."""
    async with receiving(in_turn(200, 500, 200)) as receiver, telling(store, schedule=(0.0,)):
        await put(store, post_to(await hook(store, receiver.url)))
        (post,) = await over(store, 1)
        await store.deliveries.replay(post.key, is_fresh=False)
        await over(store, 2)
        await store.deliveries.replay(post.key, is_fresh=True)
        await over(store, 3)
    first, again, once_more, fresh = (call.body for call in receiver.calls)
    assert first == again == once_more != fresh
    assert verify(receiver.calls[3].form)


async def test_a_hang_does_not_stop_a_stop(store: Store) -> None:
    """The call on the wire ends with its time, and is tried again later."""
    async with receiving(lambda _: HANG) as receiver:
        webhook = await hook(store, receiver.url)
        await put(store, post_to(webhook))
        async with asyncio.timeout(15), telling(store, timeout_s=0.3):
            await receiver.wait_for(1)
    assert (await store.posts.due())[webhook.key] > CLOCK.now_ms() + 50_000
