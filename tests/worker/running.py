"""A worker and a sender on a real store, and what becomes of mail by them."""

from __future__ import annotations

import asyncio
import functools
import threading
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from sendcloud_inbound.accounts import Accounts
from sendcloud_inbound.copier import Copier
from sendcloud_inbound.events import Events
from sendcloud_inbound.ports import EventFilter, MessageFilter
from sendcloud_inbound.rules.model import EmailStatus, SendResult
from sendcloud_inbound.rules.simulation import Simulation
from sendcloud_inbound.worker import Outcomes, Patience, Persistence, Sender, Worker
from tests import builders

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from sendcloud_inbound.ports import Clock, StoredEmail, Target
    from sendcloud_inbound.rules.model import Outgoing
    from sendcloud_inbound.store import Store

ACCOUNTS = Accounts([builders.account()])
P = ParamSpec("P")
R = TypeVar("R")
PATIENCE = Patience(batch_size=10, lease_s=5, max_attempts=3, retry_delay_s=0)
PERSISTENCE = Persistence(concurrency=4, max_attempts=3, retry_delay_s=0)


@dataclass
class Upstream:
    """A target that answers as it is told, and notes what it was given."""

    answers: Callable[[Outgoing, int], SendResult]
    seen: list[Outgoing] = field(default_factory=list)

    async def send(self, outgoing: Outgoing) -> SendResult:
        """Answer by the email and how often it came."""
        self.seen.append(outgoing)
        times = sum(one.email_id == outgoing.email_id for one in self.seen)
        return self.answers(outgoing, times)

    async def close(self) -> None:
        """Have nothing to let go of."""


DELIVERED = SendResult(EmailStatus.DELIVERED, None, "250 taken", "250 taken")


@asynccontextmanager
async def working(
    store: Store,
    clock: Clock,
    *,
    target: Target | None = None,
    delay_s: float = 0.0,
    sends: bool = True,
) -> AsyncIterator[Events]:
    """Run worker and sender until the block ends."""
    simulation = Simulation("sandbox.test", delay_s=delay_s, retry_delay_s=1)
    events = Events(store.outbox, store.orders, simulation, clock)
    outcomes = Outcomes(
        events,
        store.orders,
        store.suppressions,
        simulation,
        clock,
        labels=store.labels,
        is_sent_on=target is not None,
        delay_s=delay_s,
    )
    sender = Sender(
        store.outbox,
        store,
        copier=Copier(store, ACCOUNTS),
        events=events,
        suppressions=store.suppressions,
        clock=clock,
        target=target,
        persistence=PERSISTENCE,
    )
    workers: list[Worker | Sender] = [Worker(store, outcomes, ACCOUNTS, PATIENCE)]
    workers += [sender] if sends else []
    tasks = [asyncio.create_task(worker.run()) for worker in workers]
    try:
        yield events
    finally:
        for worker in workers:
            worker.stop()
        await asyncio.wait_for(asyncio.gather(*tasks), 10)


async def story_of(store: Store, recipient: str, until: str | None = None) -> list[str]:
    """Return what happened to a recipient's emails, oldest first, once `until` has happened."""
    async with asyncio.timeout(20):
        while True:
            page = await store.journal.events(EventFilter(recipient=recipient), 500)
            kinds = [each.event.kind.value for each in reversed(page.items)]
            if until is None or until in kinds:
                return kinds
            await asyncio.sleep(0.01)


async def email_to(store: Store, recipient: str, message_id: str | None = None) -> StoredEmail:
    """Return the newest email to a recipient, or that of a message, once there is one."""
    wanted = MessageFilter(recipient=recipient, message_id=message_id)
    async with asyncio.timeout(20):
        while True:
            page = await store.emails(wanted, 1)
            if page.items:
                return page.items[0]
            await asyncio.sleep(0.01)


def waiting_for_the_loop(work: Callable[P, R]) -> Callable[P, R]:
    """Slow some work down until the event loop has turned; on the loop itself it fails.

    To be made in the loop that is not to be held up.
    """
    loop = asyncio.get_running_loop()

    @functools.wraps(work)
    def slow(*args: P.args, **kwargs: P.kwargs) -> R:
        turned = threading.Event()
        loop.call_soon_threadsafe(turned.set)
        assert turned.wait(10), "the event loop stood still during this work"
        return work(*args, **kwargs)

    return slow
