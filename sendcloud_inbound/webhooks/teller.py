"""Tells events to webhooks: claim what is due, call, write how it went, until it is stopped.

Each webhook has room for a few calls at a time, and a URL for half as many on the wire: so a
receiver that hangs fills its own room and nobody else's, and ten thousand waiting calls stay in the
store. A call is repeated by the schedule until it was answered with 200 or is given up; a process
that dies leaves a lease behind that runs out, so a call is made at least once.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from sendcloud_inbound.ports import Told
from sendcloud_inbound.rounds import Rounds
from sendcloud_inbound.rules.backoff import CHINA
from sendcloud_inbound.rules.faults import fault_of
from sendcloud_inbound.rules.history import PostState
from sendcloud_inbound.webhooks.calling import Caller
from sendcloud_inbound.webhooks.holding import Held
from sendcloud_inbound.webhooks.slots import MOST, Slots

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sendcloud_inbound.ports import AccountBook, Clock, LentPost, Poster, PostQueue
    from sendcloud_inbound.rules.faults import Fault

_log = structlog.get_logger()

_IDLE_S = 1.0
"""Without news the store is asked this often: another process may have put something."""
_BREATH_S = 0.005
"""Between two rounds: what is due comes in batches then, and not by ones and twos."""
_SHARE = 2
"""Calls in memory, of a webhook and in all, for each that may be on the wire."""

_AT_ONCE = 64
"""Calls taken up in a round: too many that begin together keep each other from ending in time."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How webhooks are called."""

    schedule: tuple[float, ...] = CHINA
    """Seconds before each further attempt (D1, S23)."""
    time_scale: float = 1.0
    """Divides those."""
    concurrency: int = 8
    """Calls of one URL at a time, by all workers of a store together."""
    lease_s: float = 30.0
    """How long a call that was claimed is nobody else's; more than a few calls take."""


class Teller:
    """Makes the calls that are due until it is stopped."""

    def __init__(
        self,
        posts: PostQueue,
        accounts: AccountBook,
        open_poster: Callable[[], Poster],
        *,
        clock: Clock,
        random_octets: Callable[[int], bytes],
        part_of: Callable[[int], int] = int,
        manner: Manner,
    ) -> None:
        """Make one.

        Args:
            posts: What is to be told.
            accounts: Whose APP KEY signs.
            open_poster: Makes what calls, in a thread, when the first call is due.
            clock: The time that is signed.
            random_octets: What tokens are made of, such as `os.urandom`.
            part_of: How many of the calls of a URL at a time are this worker's.
            manner: How often and how many at a time.
        """
        self._posts = posts
        self._open_poster = open_poster
        self._clock = clock
        self._manner = manner
        self._poster: Poster | None = None
        self._caller = Caller(accounts, clock, random_octets, manner.schedule, manner.time_scale)
        self._part_of = part_of
        self._slots = Slots(lambda: part_of(manner.concurrency))
        self._held = Held(posts, clock)
        self._under_way: dict[asyncio.Task[None], int] = {}
        """Each call's task, and its webhook."""
        self._rounds = Rounds("webhooks")
        self._is_woken = False
        self._rest: asyncio.Future[None] | None = None

    def stop(self) -> None:
        """Take up nothing new; `run` returns after what is on the wire."""
        self._rounds.stop()

    async def run(self) -> None:
        """Work until stopped. While the store is away, wait longer each time."""
        try:
            await self._rounds.run(self._round)
            if self._under_way:
                await asyncio.wait(self._under_way)
        finally:
            await self._close()

    async def _close(self) -> None:
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        if self._poster is not None:
            await self._poster.close()

    def _wake(self) -> None:
        self._is_woken = True
        if self._rest is not None:
            self._rest.cancel()

    async def _pause(self, most_s: float) -> None:
        """Wait for something new, for room, or for a stop."""
        if not self._is_woken:
            self._rest = asyncio.ensure_future(self._posts.wait(most_s))
            await self._rounds.until(self._rest)
            self._rest = None
        self._is_woken = False

    async def _round(self) -> None:
        await self._pause(await self._take_up())

    async def _take_up(self) -> float:
        """Take up what is due, as far as there is room; return how long to wait for more."""
        due = await self._posts.due()
        now_ms = self._clock.now_ms()
        room = self._room(key for key, at_ms in _by_time(due) if at_ms <= now_ms)
        if not room:
            return self._until_next(due, now_ms)
        if self._poster is None:
            self._poster = await asyncio.to_thread(self._open_poster)
        for post in await self._posts.claim(room, self._manner.lease_s):
            self._take(post, self._poster)
        return _BREATH_S

    def _until_next(self, due: Mapping[int, int], now_ms: int) -> float:
        """Return how long to wait for what is due next, at most so long as to see others' work."""
        later = (due_at_ms for due_at_ms in due.values() if due_at_ms > now_ms)
        return min([_IDLE_S, *map(self._clock.left_s, later)])

    def _room(self, webhooks: Iterable[int]) -> dict[int, int]:
        """Return how many calls of each may be taken up, without those that are full."""
        taken = Counter(self._under_way.values())
        share = _SHARE * self._part_of(self._manner.concurrency)
        left = min(_SHARE * MOST - len(self._under_way), _AT_ONCE)
        room: dict[int, int] = {}
        for key in webhooks:
            most = min(share - taken[key], left)
            if most > 0:
                room[key] = most
                left -= most
        return room

    def _take(self, post: LentPost, poster: Poster) -> None:
        """Begin with a call; what is held back is held before any other call has ended."""
        fault = _fault(post)
        until_ms = self._held.until_ms(post, fault)
        if until_ms is None:
            task = asyncio.create_task(self._tell(post, fault, poster))
        else:
            task = asyncio.create_task(self._held.hold(post, until_ms))
            self._held.await_next(post, fault, task)
        self._under_way[task] = post.webhook_key
        task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[None]) -> None:
        del self._under_way[task]
        if not task.cancelled() and (error := task.exception()) is not None:
            # Its lease runs out, and it is tried again.
            _log.error("webhook_call_failed", exc_info=error)
        self._wake()

    async def _tell(self, post: LentPost, fault: Fault | None, poster: Poster) -> None:
        """Make a call, and write how it went."""
        async with self._slots.of(post.url):
            told = await self._told(post, fault, poster)
        if told is not None:
            await self._finish(told)
        if told is not None and told.attempts:
            await self._held.release(post)

    async def _told(self, post: LentPost, fault: Fault | None, poster: Poster) -> Told | None:
        if self._rounds.is_stopped:  # given back as it was
            return Told(post, PostState.WAITING, post.due_at_ms)
        if self._clock.now_ms() >= post.lease_ms:  # it waited here for too long
            return None
        return await self._caller.call(post, fault, poster)

    async def _finish(self, told: Told) -> None:
        """Write it, as soon as the store can; after its lease somebody else has it."""
        await self._rounds.insist(
            lambda: self._posts.finish(told),
            lambda: self._clock.now_ms() >= told.post.lease_ms,
        )


def _by_time(due: Mapping[int, int]) -> list[tuple[int, int]]:
    return sorted(due.items(), key=lambda each: each[1])


def _fault(post: LentPost) -> Fault | None:
    try:
        return fault_of(post.fault) if post.fault is not None else None
    except ValueError as error:  # of another version
        _log.warning("webhook_fault_unknown", post=post.key, error=str(error))
        return None
