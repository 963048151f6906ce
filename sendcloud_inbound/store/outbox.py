"""The emails whose story is not over: lent to those who go on with it, and written as it goes on.

A lease is the time until which an email is lent, written in its row as the time when it is due: so
one that ran out is due by itself, and whoever lost it does not find it any more when he writes. Of
one that was renewed all times are kept in memory, for a commit that failed may count or not.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from itertools import compress
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import bindparam, delete, select, update

from sendcloud_inbound import metrics
from sendcloud_inbound.ports import Lent
from sendcloud_inbound.rounds import is_set_within
from sendcloud_inbound.rules.history import Change
from sendcloud_inbound.store.bulk import insert_rows
from sendcloud_inbound.store.bulletin import Topic
from sendcloud_inbound.store.news import of_changes
from sendcloud_inbound.store.operations import Operation, insert_what_happened
from sendcloud_inbound.store.rows import OUTBOX_COLUMNS, outbox_row, storable, stored_email
from sendcloud_inbound.store.statements import EMAILS
from sendcloud_inbound.store.tables import emails, outbox

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, Row, Select

    from sendcloud_inbound.ports import Clock, Notice
    from sendcloud_inbound.rules.history import Event, Post
    from sendcloud_inbound.store.access import Access
    from sendcloud_inbound.store.database import Database

_Place = tuple[int, int]
"""Key of the message, and position."""

_DUE: Select[Any] = (
    EMAILS.add_columns(outbox.c.attempts, outbox.c.steps)
    .join(
        outbox,
        (outbox.c.message_key == emails.c.message_key) & (outbox.c.position == emails.c.position),
    )
    .where(outbox.c.due_at_ms <= bindparam("now_ms"))
    .order_by(outbox.c.due_at_ms, outbox.c.message_key, outbox.c.position)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True, of=outbox)
)
_THIS_ONE = (outbox.c.message_key == bindparam("its_key")) & (
    outbox.c.position == bindparam("its_position")
)
_LEND = update(outbox).where(_THIS_ONE).values(due_at_ms=bindparam("until_ms"), is_lent=True)
NEXT_DUE = select(outbox.c.due_at_ms).order_by(outbox.c.due_at_ms).limit(1)


class StoredOutbox:
    """The outbox, as `ports.Outbox` says."""

    def __init__(
        self,
        access: Access,
        clock: Clock,
        on_news: Callable[[Iterable[Notice]], None],
        on_posts: Callable[[], None],
        on_suppressions: Callable[[], None],
        *,
        ring: Callable[[Topic], None],
    ) -> None:
        self._access = access
        self._clock = clock
        self._on_news = on_news
        self._on_posts = on_posts
        self._on_suppressions = on_suppressions
        self._ring = ring
        self._renewed: dict[_Place, tuple[int, ...]] = {}
        """The leases that a lent email has had, where there is more than one."""
        self._news = asyncio.Event()

    def tell(self) -> None:
        """Wake who waits, here and on other nodes: something was put that may be due."""
        self.wake()
        self._ring(Topic.OUTBOX)

    def wake(self) -> None:
        """Wake who waits here."""
        self._news.set()

    async def claim(self, limit: int, lease_s: float) -> Sequence[Lent]:
        """Lend up to `limit` due ones, those first that have waited longest."""
        self._news.clear()
        now_ms = self._clock.now_ms()
        claim = Borrow(self._access.future(), limit, now_ms, now_ms + round(lease_s * 1000))
        return await self._access.submit(claim)

    async def renew(self, lent: Collection[Lent], lease_s: float) -> int:
        """Go on lending emails; return until when."""
        until_ms = self._clock.now_ms() + round(lease_s * 1000)
        had = {_place(one): self._leases(_place(one), one.lease_ms) for one in lent}
        # Before it is written: what is changed meanwhile is written after it.
        self._renewed = {place: (*leases, until_ms) for place, leases in had.items()}
        renewed = await self._access.submit(Renew(self._access.future(), had, until_ms))
        for place in had.keys() - renewed:  # it was lost, or is over
            self._renewed.pop(place, None)
        return until_ms

    def _leases(self, place: _Place, first: int | None) -> tuple[int, ...]:
        """Return all the leases that an email may have by now, in place of the first."""
        if first is None:
            return ()
        leases = self._renewed.get(place, ())
        return leases if first in leases else (first,)

    async def change(self, changes: Sequence[Change]) -> list[bool]:
        """Write what became of emails, all in one transaction; return which were written."""
        leases = [self._leases((each.key, each.position), each.lease_ms) for each in changes]
        written = await self._access.submit(Changes(self._access.future(), changes, leases))
        self.wake()
        if any(change.pending for change in changes):
            self._ring(Topic.OUTBOX)
        for change in compress(changes, written):
            metrics.count_events(change.events)
        self._on_news(of_changes(compress(changes, written)))
        if any(change.posts for change in changes):
            self._on_posts()
        if any(change.suppressions for change in changes):
            self._on_suppressions()
        return written

    async def note(self, event: Event, posts: Sequence[Post]) -> None:
        """Write an event that is about no mail of ours, and the calls that tell of it."""
        happened = Change(key=0, position=0, events=(event,), posts=tuple(posts))
        await self._access.write(lambda conn: insert_what_happened(conn, [(None, happened)]))
        metrics.count_events([event])
        self._on_news(of_changes([happened]))
        self._on_posts()

    async def wait(self, timeout_s: float) -> None:
        """Return when something may be due, at the latest after `timeout_s`."""
        due_at_ms = await self._access.read(lambda conn: conn.scalars(NEXT_DUE).one_or_none())
        if due_at_ms is not None:
            timeout_s = min(timeout_s, self._clock.left_s(due_at_ms))
        await is_set_within(self._news, timeout_s)


@dataclass(slots=True, eq=False)
class Borrow(Operation["Sequence[Lent]"]):
    """Lend emails that are due."""

    rank = 2
    limit: int
    now_ms: int
    until_ms: int

    @classmethod
    def perform(cls, conn: Connection, database: Database, group: Sequence[Self]) -> None:
        """Lend to one after the other."""
        del database
        for one in group:
            one.result = [] if one.future.cancelled() else one.lend(conn)

    def lend(self, conn: Connection) -> Sequence[Lent]:
        """Lend to this one."""
        rows = conn.execute(_DUE, {"now_ms": self.now_ms, "limit": self.limit}).all()
        if rows:
            conn.execute(_LEND, [self._loan(row) for row in rows])
        return [Lent(stored_email(row), row.attempts, row.steps, self.until_ms) for row in rows]

    def _loan(self, row: Row[Any]) -> dict[str, int]:
        return {"its_key": row.key, "its_position": row.position, "until_ms": self.until_ms}


@dataclass(slots=True, eq=False)
class Changes(Operation[list[bool]]):
    """Write what became of emails, but of those whose lease was lost."""

    changes: Sequence[Change]
    leases: Sequence[tuple[int, ...]]
    """Of each, any of those that its email may have."""

    @classmethod
    def perform(cls, conn: Connection, database: Database, group: Sequence[Self]) -> None:
        """Write them one after the other: each may be about the same email."""
        del database
        for one in group:
            changes = zip(one.changes, one.leases, strict=True)
            one.result = [_write(conn, change, leases) for change, leases in changes]


@dataclass(slots=True, eq=False)
class Renew(Operation[set[_Place]]):
    """Lend emails for longer that have one of these leases; the result is those that had."""

    rank = 2  # after the changes of its group, which do not know of it
    had: Mapping[_Place, tuple[int, ...]]
    until_ms: int

    @classmethod
    def perform(cls, conn: Connection, database: Database, group: Sequence[Self]) -> None:
        """Write the times, in the order in which every process locks them."""
        del database
        for one in group:
            one.result = set()
            for place, leases in sorted(one.had.items()):
                these = (*_of(place), outbox.c.due_at_ms.in_(leases))
                renewal = update(outbox).where(*these).values(due_at_ms=one.until_ms)
                if conn.execute(renewal).rowcount:
                    one.result.add(place)


def _place(lent: Lent) -> _Place:
    return lent.email.key, lent.email.position


def _of(place: _Place) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return outbox.c.message_key == place[0], outbox.c.position == place[1]


def _write(conn: Connection, change: Change, leases: tuple[int, ...]) -> bool:
    if not _is_ours(conn, change, leases):
        return False
    values: dict[str, Any] = {}
    if change.email is not None:
        _, _, status, sub_status, reason = change.email
        values = {
            "status": status.value,
            "sub_status": sub_status,
            "reason": None if reason is None else storable(reason),
            "is_forgotten": False,  # if it bounced, that is another one
        }
    if change.deferrals is not None:
        values["deferrals"] = change.deferrals
    if values:
        conn.execute(update(emails).where(*_email(change)).values(values))
    if change.pending is not None:
        insert_rows(conn, outbox, OUTBOX_COLUMNS, [outbox_row(change.key, change.pending)])
    insert_what_happened(conn, [(change.key, change)])
    return True


def _is_ours(conn: Connection, change: Change, leases: tuple[int, ...]) -> bool:
    """Take the email out of the outbox; tell whether the change may be written.

    What comes from outside ends what the email had before it, if it gives it a new state.
    """
    these = _of((change.key, change.position))
    if change.lease_ms is not None:
        mine = delete(outbox).where(*these, outbox.c.due_at_ms.in_(leases))
        return conn.execute(mine).rowcount > 0
    if change.email is not None or change.pending is not None:
        conn.execute(delete(outbox).where(*these))
    return True


def _email(change: Change) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return emails.c.message_key == change.key, emails.c.position == change.position
