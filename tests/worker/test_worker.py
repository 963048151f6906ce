"""The worker on a real store: poison, crashes, a store that goes away."""

from __future__ import annotations

import asyncio
import base64
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, cast

import pytest

from sendcloud_inbound.accounts import Accounts
from sendcloud_inbound.errors import StoreUnavailable
from sendcloud_inbound.events import Events
from sendcloud_inbound.ports import MessageFilter
from sendcloud_inbound.rules.expansion import expand
from sendcloud_inbound.rules.simulation import Simulation
from sendcloud_inbound.store import open_store
from sendcloud_inbound.worker import Outcomes, Patience, Worker, expanding
from tests.builders import account, record, submission
from tests.fakes import FakeClock
from tests.worker.running import waiting_for_the_loop

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from sendcloud_inbound.ports import AccountBook, Claim, StoredMessage
    from sendcloud_inbound.rules.model import Account, Record
    from sendcloud_inbound.store import Store

ACCOUNTS = Accounts([account(page_ids=(562,))])
PATIENCE = Patience(batch_size=10, lease_s=5, max_attempts=3, retry_delay_s=0)
ANY = MessageFilter()


def mail(message_id: str, *to: str, **more: Any) -> Record:
    """Return a queued record whose X-SMTPAPI names these recipients, and more."""
    api = base64.b64encode(json.dumps({"to": to} | more).encode())
    content = b"Subject: =?utf-8?b?5L2g5aW9?=\r\nX-SMTPAPI: " + api + b"\r\n\r\nhello\r\n"
    return record(
        message_id=message_id, submission=submission(content=content, rcpt_to=("rcpt@x.y",))
    )


@asynccontextmanager
async def working(
    store: Store, accounts: AccountBook = ACCOUNTS, patience: Patience = PATIENCE
) -> AsyncIterator[None]:
    """Run a worker until the block ends."""
    clock = FakeClock()
    events = Events(store.outbox, store.orders, Simulation(), clock)
    outcomes = Outcomes(
        events, store.orders, store.suppressions, Simulation(), clock, labels=store.labels
    )
    worker = Worker(store, outcomes, accounts, patience)
    task = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        worker.stop()
        await asyncio.wait_for(task, 10)


async def settled(store: Store, count: int) -> dict[str, StoredMessage]:
    """Return the messages once none of so many is queued."""
    async with asyncio.timeout(20):
        while True:
            items = (await store.messages(ANY, 500)).items
            if len(items) == count and all(item.status != "queued" for item in items):
                return {item.message_id: item for item in items}
            await asyncio.sleep(0.01)


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    """A private store."""
    store = await open_store("sqlite://", clock=FakeClock())
    yield store
    await store.close()


async def test_a_message_becomes_one_email_per_recipient(store: Store) -> None:
    """Status, subject and emails are there at once, delivered, in the order of `to`."""
    async with working(store):
        await store.put(mail("m1", "ben@ifaxin.com", "joe@ifaxin.com"))
        found = await settled(store, 1)
    assert found["m1"].status == "expanded"
    assert found["m1"].subject == "你好"
    emails = (await store.emails(ANY, 10)).items
    assert [(e.position, e.recipient, e.status) for e in emails] == [
        (0, "ben@ifaxin.com", "delivered"),
        (1, "joe@ifaxin.com", "delivered"),
    ]


async def test_a_large_message_does_not_hold_the_sessions_up(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is looked at beside the event loop, which turns meanwhile."""
    monkeypatch.setattr(expanding, "expand", waiting_for_the_loop(expand))
    large = mail("m1", "a@b.c", sub={"%x%": ["1"]})
    text = large.submission.content + b"%x% {{x}} %y% " * 25_000
    large = large._replace(submission=large.submission._replace(content=text))
    async with working(store):
        await store.put(large)
        found = await settled(store, 1)
    assert found["m1"].status == "expanded"


async def test_a_message_is_measured_by_its_own_account(store: Store) -> None:
    """What X-SMTPAPI asks of its API_USER in vain is a finding; an unknown API_USER has none."""
    settings = {"unsubscribe": {"page_id": 7}}
    foreign = mail("m2", "rcpt@x.y", settings=settings)
    foreign = foreign._replace(submission=foreign.submission._replace(api_user="nobody_known"))
    async with working(store):
        await store.put(mail("m1", "rcpt@x.y", settings=settings))
        await store.put(foreign)
        found = await settled(store, 2)
    assert [each.code for each in found["m1"].findings] == ["xsmtpapi-page-unknown"]
    assert found["m2"].findings == ()


class Choking:
    """A book of accounts that fails for one API_USER."""

    def __init__(self, times: int) -> None:
        self.times = times

    def find(self, api_user: str) -> Account | None:
        """Fail so many times for `choking`, then find."""
        if api_user == "choking" and self.times:
            self.times -= 1
            raise ValueError("poison")
        return ACCOUNTS.find(api_user)


def poisoned(message_id: str) -> Record:
    """Return a record that `Choking` fails at."""
    record = mail(message_id, "a@b.c")
    return record._replace(submission=record.submission._replace(api_user="choking"))


async def test_poison_ends_as_invalid_and_never_blocks_the_queue(store: Store) -> None:
    """After bounded attempts it has a reason; its neighbours were expanded all the same."""
    for number in range(5):
        await store.put(poisoned("m2") if number == 2 else mail(f"m{number}", "a@b.c"))
    async with working(store, Choking(times=99)):
        found = await settled(store, 5)
    assert found.pop("m2").status == "invalid"
    assert {item.status for item in found.values()} == {"expanded"}
    (poison,) = (await store.messages(MessageFilter(message_id="m2"), 1)).items
    assert poison.reason == "worker: given up after 3 attempts (ValueError: poison)"
    (email,) = (await store.emails(MessageFilter(message_id="m2"), 10)).items
    assert (email.status, email.sub_status, email.recipient) == ("invalid", 409, "rcpt@x.y")


async def test_a_failure_that_passes_costs_only_time(store: Store) -> None:
    """What fails twice of three times is expanded at the third."""
    await store.put(poisoned("m1"))
    async with working(store, Choking(times=2)):
        found = await settled(store, 1)
    assert found["m1"].status == "expanded"


async def test_what_killed_its_workers_is_given_up() -> None:
    """A message claimed too often, by workers that never came back, ends as invalid."""
    clock = FakeClock()
    store = await open_store("sqlite://", clock=clock)
    await store.put(mail("m1", "a@b.c"))
    for _ in range(PATIENCE.max_attempts):
        (claim,) = await store.claim(10, PATIENCE.lease_s)
        assert claim.message_id == "m1"
        clock.advance(6)
    async with working(store):
        found = await settled(store, 1)
    assert found["m1"].status == "invalid"
    assert "its worker died" in (found["m1"].reason or "")
    await store.close()


class Flaky:
    """A store whose first claims fail."""

    def __init__(self, store: Store, *failures: Exception) -> None:
        self.store, self.failures, self.claims = store, list(failures), 0

    def __getattr__(self, name: str) -> object:
        return getattr(self.store, name)

    async def claim(self, limit: int, lease_s: float) -> Sequence[Claim]:
        """Fail while there are failures, then claim."""
        self.claims += 1
        if self.failures:
            raise self.failures.pop(0)
        return await self.store.claim(limit, lease_s)


@pytest.mark.parametrize("failure", [StoreUnavailable("gone"), ValueError("a bug")])
async def test_a_store_that_fails_is_waited_for(store: Store, failure: Exception) -> None:
    """After a failure, known or not, the worker waits for a while and goes on."""
    await store.put(mail("m1", "a@b.c"))
    async with working(cast("Store", Flaky(store, failure))):
        found = await settled(store, 1)
    assert found["m1"].status == "expanded"


async def test_a_failing_store_is_not_asked_without_a_pause(store: Store) -> None:
    """While it fails, work that waits does not make the worker spin."""
    flaky = Flaky(store, *[StoreUnavailable("gone")] * 1000)
    async with working(cast("Store", flaky)):
        for number in range(50):
            await store.put(mail(f"m{number}", "a@b.c"))
    assert flaky.claims < 5


async def test_a_rush_goes_before_the_worker(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients get their 250 first; what they sent is taken up when the rush is over."""
    answers = [True, True, True]
    monkeypatch.setattr(store, "is_in_a_rush", lambda: answers.pop() if answers else False)
    await store.put(mail("1", "ben@x.y"))
    async with working(store):
        await settled(store, 1)
    assert answers == []


async def test_an_endless_rush_does_not_hold_the_worker_up_for_ever(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is let pass for a second, and then mail is worked off beside it."""
    monkeypatch.setattr(expanding, "_LONGEST_RUSH_S", 0.1)
    monkeypatch.setattr(store, "is_in_a_rush", lambda: True)
    await store.put(mail("1", "ben@x.y"))
    async with working(store):
        await settled(store, 1)
