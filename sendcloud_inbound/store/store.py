"""The store: puts the writer, the readers and an engine together behind the ports."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from sendcloud_inbound import metrics
from sendcloud_inbound.errors import StartupError, StoreUnavailable
from sendcloud_inbound.ports import Claim, Notice, What
from sendcloud_inbound.rounds import is_set_within
from sendcloud_inbound.rules.history import EventKind
from sendcloud_inbound.store import operations, statements
from sendcloud_inbound.store.access import Access
from sendcloud_inbound.store.bounces import StoredBounces
from sendcloud_inbound.store.bulletin import Topic
from sendcloud_inbound.store.catalogue import StoredMail
from sendcloud_inbound.store.database import BUSY_TIMEOUT_S
from sendcloud_inbound.store.deliveries import StoredDeliveries
from sendcloud_inbound.store.domains import StoredDomains
from sendcloud_inbound.store.erasing import Erasing
from sendcloud_inbound.store.handover import Handover
from sendcloud_inbound.store.indexing import StoredIndex
from sendcloud_inbound.store.journal import StoredJournal
from sendcloud_inbound.store.labels import StoredLabels
from sendcloud_inbound.store.list_tasks import StoredListTasks
from sendcloud_inbound.store.lists import StoredLists
from sendcloud_inbound.store.news import StoredNews, of_expansions, of_refused
from sendcloud_inbound.store.nodes import StoredNodes
from sendcloud_inbound.store.orders import StoredOrders
from sendcloud_inbound.store.outbox import StoredOutbox
from sendcloud_inbound.store.posts import StoredPosts
from sendcloud_inbound.store.retention import StoredRetention
from sendcloud_inbound.store.rows import addresses_of, findings_of
from sendcloud_inbound.store.send_requests import StoredSendRequests
from sendcloud_inbound.store.signals import Signals
from sendcloud_inbound.store.statistics import StoredStatistics
from sendcloud_inbound.store.suppressions import StoredSuppressions
from sendcloud_inbound.store.templates import StoredTemplates
from sendcloud_inbound.store.unsubscriptions import StoredUnsubscriptions
from sendcloud_inbound.store.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, Row

    from sendcloud_inbound.ports import Clock, With
    from sendcloud_inbound.rules.model import Expansion, Record
    from sendcloud_inbound.store.bulletin import Bulletin
    from sendcloud_inbound.store.database import Database

_LOOK_AGAIN_S = 1.0
"""While there is a handover, the database is asked this often for what others left."""
_RUSH = 15
"""Messages between two calls of `is_in_a_rush`, which the worker makes every 30 ms."""
_CHECK_S = BUSY_TIMEOUT_S + 2.0


async def open_store(url: str, *, clock: Clock) -> Store:
    """Open the store that `url` names, for the loop that runs now.

    `sqlite:///PATH` is a file, made with its directory when it is not there; `sqlite://` a private
    temporary one, deleted at the end; `postgresql://...` a database. `StartupError` says in one
    line what stands in the way.
    """
    database = await asyncio.to_thread(_open, url, clock.now_ms())
    store = Store(database, clock)
    await store.refresh()
    await store.lists.sweep()  # what a crash left
    return store


def _open(url: str, now_ms: int) -> Database:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StartupError("The store's URL is none: write sqlite:///PATH.") from None
    if parsed.drivername == "sqlite":
        # Only now: each engine takes a while to import.
        from sendcloud_inbound.store.sqlite_open import open_sqlite  # noqa: PLC0415

        return open_sqlite(_path(parsed), now_ms)
    if parsed.drivername in {"postgresql", "postgresql+psycopg"}:
        from sendcloud_inbound.store.postgres import open_postgres  # noqa: PLC0415

        return open_postgres(parsed)
    msg = f"The store's URL begins with {parsed.drivername}: it must be sqlite or postgresql."
    raise StartupError(msg)


def _path(url: URL) -> Path | None:
    return Path(url.database).expanduser() if url.database not in {None, "", ":memory:"} else None


class Store(StoredMail):
    """Queue, Work and Catalogue (ports.py) in one."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._work = asyncio.Event()
        self._handover = Handover()
        self._writer = Writer(database, self._loop, self._on_put)
        access = Access(database, self._writer, self._loop)
        super().__init__(database, access)
        self.signals = (
            None
            if database.open_line is None
            else Signals(database.open_line, self._on_bulletin, self._on_gap)
        )
        self.nodes = StoredNodes(access, self._ring) if database.is_shared else None
        self.news = StoredNews(self.signals)
        self.posts = StoredPosts(access, clock, self._ring)
        self.orders = StoredOrders(access, clock, self.posts.tell, self._ring)
        self.suppressions = StoredSuppressions(access, clock, is_shared=database.is_shared)
        self.deliveries = StoredDeliveries(access, clock, self.posts)
        self.outbox = StoredOutbox(
            access,
            clock,
            self.news.tell,
            self.posts.tell,
            self.suppressions.noted,
            ring=self._ring,
        )
        self.journal = StoredJournal(access)
        self.statistics = StoredStatistics(access)
        self.bounces = StoredBounces(access)
        self.domains = StoredDomains(access)
        self.unsubscriptions = StoredUnsubscriptions(access, clock)
        self.index = StoredIndex(access, clock, self._searching, is_shared=database.is_shared)
        self.labels = StoredLabels(access, clock)
        self.send_requests = StoredSendRequests(access, clock)
        self.templates = StoredTemplates(access)
        self.lists = StoredLists(access)
        self.list_tasks = StoredListTasks(access, clock, self._ring)
        self.eraser = Erasing(
            access, database, self.news, self.orders, lists=self.lists, find=self._found
        )
        self.retention = StoredRetention(access, clock, self.eraser, self.news)
        self._retried_first = True
        self._look_again_at = 0.0
        self._came = 0
        self._closing: asyncio.Task[None] | None = None

    @property
    def place(self) -> str:
        """Which store it is, for messages to people."""
        return self._database.place

    @property
    def is_shared(self) -> bool:
        """Whether other machines may use it too."""
        return self._database.is_shared

    @property
    def last_error(self) -> StoreUnavailable | None:
        """Why the latest writing failed; None when it did not."""
        return self._writer.last_error

    def put(self, record: Record, then: With | None = None) -> asyncio.Future[None]:
        """Store a record; see `ports.Queue`."""
        due_at_ms = self._handover.due_at_ms(record)
        put = operations.Put(self._loop.create_future(), record, due_at_ms, then)
        return self._writer.submit(put)

    def _on_put(self, put: operations.Put) -> None:
        """Note what was committed: it may be work."""
        self._handover.add(put)
        self._came += 1
        self._work.set()
        if not put.due_at_ms:  # it was lent to nobody here
            self._ring(Topic.WORK)
        self.news.tell(of_refused(put.record))
        self.index.noted()

    async def claim(self, limit: int, lease_s: float) -> Sequence[Claim]:
        """Lend due messages; see `ports.Work`.

        What was put here comes straight from the handover; now and then, and when there is
        nothing, the database is asked for what else is due.
        """
        self._work.clear()  # whatever is committed from now on is worth another look
        now_ms = self._clock.now_ms()
        if self._loop.time() >= self._look_again_at or not self._handover:
            self._look_again_at = self._loop.time() + _LOOK_AGAIN_S
            if claims := await self._claim_due(limit, lease_s, now_ms):
                return claims
        return self._handover.take(limit, _ms(lease_s), now_ms)

    async def _claim_due(self, limit: int, lease_s: float, now_ms: int) -> Sequence[Claim]:
        """Claim from the database.

        Fresh ones and those that were claimed before get their turn by turns, so neither waits
        for the other to run dry.
        """
        self._retried_first = not self._retried_first
        rows = await self._writer.submit(
            operations.Claim(
                self._loop.create_future(),
                limit=limit,
                now_ms=now_ms,
                until_ms=now_ms + _ms(lease_s),
                retried_first=self._retried_first,
            )
        )
        return await self._with_contents(rows) if rows else ()

    async def _with_contents(self, rows: Sequence[Row[Any]]) -> Sequence[Claim]:
        keys = [row.key for row in rows]
        contents = await self._access.read(lambda conn: self._contents(conn, keys))
        return tuple(_claim(row, contents[row.key]) for row in rows if row.key in contents)

    async def finish(self, expansions: Mapping[int, Expansion]) -> set[int]:
        """Write the outcomes of messages; see `ports.Work`."""
        finish = operations.Finish(self._loop.create_future(), expansions)
        written = await self._writer.submit(finish)
        for key in written:
            metrics.count_events(expansions[key].events)
            for email in expansions[key].emails:
                metrics.EMAILS.add(email.status.value)
        self.news.tell(of_expansions(expansions[key] for key in written))
        if any(expansion.suppressions for expansion in expansions.values()):
            self.suppressions.noted()
        if any(expansion.pending for expansion in expansions.values()):
            self.outbox.tell()
        if any(expansion.posts for expansion in expansions.values()):
            self.posts.tell()
        return written

    async def renew(self, keys: Sequence[int], lease_s: float) -> None:
        """Go on lending messages; see `ports.Work`."""
        until_ms = self._clock.now_ms() + _ms(lease_s)
        renewing = {"keys": sorted(keys), "until_ms": until_ms}
        await self._access.write(lambda conn: conn.execute(statements.RENEW, renewing))

    async def postpone(self, key: int, delay_s: float) -> None:
        """Give a message back for a while; see `ports.Work`."""
        due_at_ms = self._clock.now_ms() + _ms(delay_s)
        await self._writer.submit(operations.Postpone(self._loop.create_future(), key, due_at_ms))
        self._loop.call_later(delay_s, self._work.set)

    async def wait(self, timeout_s: float) -> None:
        """Return when there may be work, at the latest after `timeout_s`.

        What other processes put is found at the latest then.
        """
        if not self._handover:
            await is_set_within(self._work, timeout_s)

    def is_in_a_rush(self) -> bool:
        """Tell whether what waits may wait a little longer; see `ports.Work`."""
        came, self._came = self._came, 0
        return came >= _RUSH and self._handover.has_room and not self.news.listeners

    async def backlog(self) -> Mapping[str, int]:
        """Return how much waits: messages for the worker, emails to be sent on, webhook calls."""

        def count(conn: Connection) -> dict[str, int]:
            return {what: conn.scalars(ask).one() for what, ask in statements.BACKLOG.items()}

        return await self._access.read(count)

    def wake(self) -> None:
        """Wake all who wait for something to be due: the clock was set."""
        self._work.set()
        self._look_again_at = 0.0
        self.outbox.wake()
        self.posts.wake()
        self.list_tasks.wake()

    # Between nodes

    def _ring(self, topic: Topic) -> None:
        """Tell the other nodes."""
        if self.signals is not None:
            self.signals.ring(topic)

    def _on_bulletin(self, bulletin: Bulletin) -> None:
        """Wake those here whom it concerns what another node has told."""
        for topic in bulletin.topics:
            self._heed(topic)
        self.news.hear(bulletin.notices())

    def _heed(self, topic: Topic) -> None:
        match topic:
            case Topic.WORK:
                self._work.set()
            case Topic.OUTBOX:
                self.outbox.wake()
            case Topic.POSTS:
                self.posts.wake()
            case Topic.TASKS:
                self.list_tasks.wake()
            case Topic.USAGE:
                if self.nodes is not None:
                    self.nodes.noted()
            case Topic.ORDERS:
                self._heeding = asyncio.ensure_future(self._refresh_orders())

    def _on_gap(self) -> None:
        """Look at everything: something may have been told while nobody heard it here."""
        self.wake()
        self._heed(Topic.ORDERS)
        self.news.hear([Notice(what, None, frozenset(EventKind)) for what in What])

    async def _refresh_orders(self) -> None:
        with suppress(StoreUnavailable):  # whoever refreshes every second tells of it
            await self.orders.refresh()

    def came_from_elsewhere(self, count: int) -> None:
        """Note that another process has put so many messages, which wait for a worker."""
        self._work.set()
        for _ in range(count):
            self.index.noted()

    async def refresh(self) -> None:
        """See what other processes have ordered."""
        await self.orders.refresh()
        await self.suppressions.refresh()

    async def check(self) -> None:
        """Write and read for real, within bounded time; see `ports.Catalogue`."""
        try:
            async with asyncio.timeout(_CHECK_S):
                await self._writer.submit(operations.Probe(self._loop.create_future()))
                await self._access.read(self._try_reading)
        except TimeoutError as error:
            msg = f"{self.place} did not answer within {_CHECK_S:g} s."
            raise StoreUnavailable(msg) from error

    def _try_reading(self, conn: Connection) -> None:
        conn.execute(statements.READ).one()
        self._database.bodies.check()

    async def close(self) -> None:
        """Commit what was put, and let go of everything; twice is no harm."""
        if self._closing is None:
            self._closing = asyncio.ensure_future(self._close())
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        await self._writer.close()
        await asyncio.to_thread(self._let_go)

    def _let_go(self) -> None:
        self._access.close()
        self._database.close()


def _claim(row: Row[Any], content: bytes) -> Claim:
    return Claim(
        key=row.key,
        message_id=row.message_id,
        api_user=row.api_user,
        label_id=row.label_id,
        mail_from=row.mail_from,
        rcpt_to=addresses_of(row.rcpt_to),
        content=content,
        findings=findings_of(row.findings),
        attempts=row.attempts + 1,
        list_task_id=row.list_task_id,
    )


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
