"""The calls of webhooks that wait: lent to those who make them, and written as they went.

Each webhook has its own walk along an index, so that one with ten thousand waiting calls costs the
others nothing. A lease is the time until which a call is lent, written as the time when it is due,
as in `outbox`.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import (
    BigInteger,
    Boolean,
    Integer,
    Text,
    bindparam,
    column,
    false,
    select,
    update,
    values,
)

from sendcloud_inbound.ports import LentPost
from sendcloud_inbound.rounds import is_set_within
from sendcloud_inbound.store.bulk import insert_rows, write_rows
from sendcloud_inbound.store.bulletin import Topic
from sendcloud_inbound.store.operations import Operation
from sendcloud_inbound.store.rows import ATTEMPT_COLUMNS, attempt_row
from sendcloud_inbound.store.tables import IS_WAITING, webhook_attempts, webhook_posts, webhooks

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from sqlalchemy import Connection, Row, Select

    from sendcloud_inbound.ports import Clock, Told
    from sendcloud_inbound.store.access import Access
    from sendcloud_inbound.store.database import Database

_THESE = webhook_posts.c.key.in_(bindparam("keys", expanding=True))
_FIRST_DUE = (
    select(webhook_posts.c.due_at_ms)
    .where(webhook_posts.c.webhook_key == webhooks.c.key, IS_WAITING)
    .order_by(webhook_posts.c.due_at_ms)
    .limit(1)
    .correlate(webhooks)
    .scalar_subquery()
)
_NEXT_DUE = select(webhooks.c.key, _FIRST_DUE.label("due_at_ms")).where(
    webhooks.c.is_paused == false()
)
_DUE: Select[Any] = (
    select(
        webhook_posts.c.key,
        webhook_posts.c.webhook_key,
        webhook_posts.c.api_user,
        webhook_posts.c.url,
        webhook_posts.c.fields,
        webhook_posts.c.fault,
        webhook_posts.c.signed,
        webhook_posts.c.attempts,
        webhook_posts.c.due_at_ms,
        webhook_posts.c.created_at_ms,
    )
    .where(
        webhook_posts.c.webhook_key == bindparam("its_webhook"),
        IS_WAITING,
        webhook_posts.c.due_at_ms <= bindparam("now_ms"),
    )
    .order_by(webhook_posts.c.due_at_ms, webhook_posts.c.key)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_LEND = update(webhook_posts).where(_THESE).values(due_at_ms=bindparam("until_ms"), is_lent=True)
_OUTCOME = (
    ("key", BigInteger()),
    ("lease_ms", BigInteger()),
    ("state", Text()),
    ("attempts", Integer()),
    ("due_at_ms", BigInteger()),
    ("is_lent", Boolean()),
)
_TOLD = (
    values(*(column(name, kind) for name, kind in _OUTCOME), name="told")
    .data([tuple(bindparam(name, type_=kind) for name, kind in _OUTCOME)])
    .cte("told")
)
_FINISH = (
    update(webhook_posts)
    .where(
        webhook_posts.c.key == _TOLD.c.key,
        webhook_posts.c.due_at_ms == _TOLD.c.lease_ms,
        IS_WAITING,
    )
    .values({name: _TOLD.c[name] for name, _ in _OUTCOME[2:]})
    .returning(webhook_posts.c.key)
)
_HASTEN = (
    update(webhook_posts)
    .where(_THESE, IS_WAITING, webhook_posts.c.due_at_ms > bindparam("now_ms"))
    .where(webhook_posts.c.is_lent == false())
    .values(due_at_ms=bindparam("now_ms"))
)


class StoredPosts:
    """The posts that wait, as `ports.PostQueue` says."""

    def __init__(self, access: Access, clock: Clock, ring: Callable[[Topic], None]) -> None:
        self._access = access
        self._clock = clock
        self._ring = ring
        self._news = asyncio.Event()

    def tell(self) -> None:
        """Wake who waits, here and on other nodes: something was put that may be due."""
        self.wake()
        self._ring(Topic.POSTS)

    def wake(self) -> None:
        """Wake who waits here."""
        self._news.set()

    async def due(self) -> Mapping[int, int]:
        """Return when the first post of each webhook is due."""
        self._news.clear()  # whatever is committed from now on is worth another look
        rows = await self._access.read(lambda conn: conn.execute(_NEXT_DUE).all())
        return {key: due_at_ms for key, due_at_ms in rows if due_at_ms is not None}

    async def claim(self, most: Mapping[int, int], lease_s: float) -> Sequence[LentPost]:
        """Lend due posts, at most so many of each webhook."""
        now_ms = self._clock.now_ms()
        until_ms = now_ms + round(lease_s * 1000)
        return await self._access.submit(Lend(self._access.future(), most, now_ms, until_ms))

    async def finish(self, told: Told) -> bool:
        """Write the attempts, and what became of the post."""
        return await self._access.submit(Tell(self._access.future(), told))

    async def hasten(self, keys: Collection[int]) -> None:
        """Make posts that wait for later due now."""
        these = {"keys": sorted(keys), "now_ms": self._clock.now_ms()}
        await self._access.write(lambda conn: conn.execute(_HASTEN, these))
        self.tell()

    async def wait(self, timeout_s: float) -> None:
        """Return when something new may be due, at the latest after `timeout_s`."""
        await is_set_within(self._news, timeout_s)


@dataclass(slots=True, eq=False)
class Lend(Operation["Sequence[LentPost]"]):
    """Lend posts that are due."""

    rank = 2
    most: Mapping[int, int]
    now_ms: int
    until_ms: int

    @classmethod
    def perform(cls, conn: Connection, database: Database, group: Sequence[Self]) -> None:
        """Lend to one after the other."""
        del database
        for one in group:
            one.result = [] if one.future.cancelled() else one.lend(conn)

    def lend(self, conn: Connection) -> Sequence[LentPost]:
        """Lend to this one, webhook by webhook."""
        rows: list[Row[Any]] = []
        for webhook_key, most in self.most.items():
            its = {"its_webhook": webhook_key, "most": most, "now_ms": self.now_ms}
            rows += conn.execute(_DUE, its)
        if rows:
            keys = [row.key for row in rows]
            conn.execute(_LEND, {"keys": keys, "until_ms": self.until_ms})
        return [LentPost._make((*row, self.until_ms)) for row in rows]


@dataclass(slots=True, eq=False)
class Tell(Operation[bool]):
    """Write what became of a post, but not of one whose lease was lost."""

    told: Told

    @classmethod
    def perform(cls, conn: Connection, database: Database, group: Sequence[Self]) -> None:
        """Write all attempts, for they were made; and the posts that are still theirs."""
        del database
        attempts = [
            attempt_row(one.told.post.key, attempt)
            for one in group
            for attempt in one.told.attempts
        ]
        insert_rows(conn, webhook_attempts, ATTEMPT_COLUMNS, attempts)
        # Every process locks in the same order, so none waits in a ring.
        outcomes = sorted(_outcome(one.told) for one in group)
        written = set(write_rows(conn, _FINISH, outcomes))
        for one in group:
            one.result = one.told.post.key in written


def _outcome(told: Told) -> tuple[Any, ...]:
    """Return what becomes of a post, in the order of `_OUTCOME`."""
    made = told.post.attempts + len(told.attempts)
    return told.post.key, told.post.lease_ms, told.state.value, made, told.due_at_ms, False
