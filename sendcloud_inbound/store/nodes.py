"""The nodes of a store: each has a number, knows how many others live, and what they have taken.

A node writes that it lives every few seconds, by the database's clock, so that nodes whose clocks
differ agree about it. What belongs to all of them together (calls of a URL at a time, connections
to a relay) is shared out among the workers that live; one that dies leaves its part to the others
after `_DEAD_MS`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, cast, delete, func, insert, select
from sqlalchemy.dialects import postgresql

from sendcloud_inbound.rules.limits import Share
from sendcloud_inbound.store.bulletin import Topic
from sendcloud_inbound.store.node_tables import node_usage, nodes
from sendcloud_inbound.store.rows import storable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection, Row

    from sendcloud_inbound.store.access import Access

BEAT_S = 5.0
"""So often a node writes that it lives."""
_DEAD_MS = 15_000
_FORGOTTEN_MS = 3_600_000
_LATE_MS = 2_000
"""A transaction that took the time is committed by then."""
_DAY_MS = 86_400_000
_NUMBERS = 32_767
"""Those of nodes look like process numbers: they stand in messageIds (SENDCLOUD.md 2.2)."""

_NOW_MS = cast(func.extract("epoch", func.clock_timestamp()) * 1000, BigInteger)
_LIVING = (
    select(nodes.c.key)
    .where(nodes.c.is_worker, nodes.c.seen_at_ms > _NOW_MS - _DEAD_MS)
    .order_by(nodes.c.key)
)
_FORGET_NODES = delete(nodes).where(nodes.c.seen_at_ms < _NOW_MS - _FORGOTTEN_MS)
_FORGET_USAGE = delete(node_usage).where(node_usage.c.told_at_ms < _NOW_MS - 2 * _DAY_MS)


class StoredNodes:
    """One node among the others of a store on PostgreSQL."""

    def __init__(self, access: Access, ring: Callable[[Topic], None]) -> None:
        self._access = access
        self._ring = ring
        self._key = 0
        self._is_worker = False
        self._workers: Sequence[int] = ()
        self._heard_upto_ms = 0
        self._is_news = True

    @property
    def number(self) -> int:
        """Tells it from all that have begun lately, within the grammar of messageIds."""
        return 1 + self._key % _NUMBERS

    async def join(self, *, is_worker: bool) -> None:
        """Take a number."""
        self._is_worker = is_worker
        row = {"is_worker": is_worker, "seen_at_ms": _NOW_MS}
        joining = insert(nodes).values(row).returning(nodes.c.key)
        self._key = await self._access.write(lambda conn: conn.scalars(joining).one())
        await self.beat()

    async def beat(self) -> None:
        """Write that it lives, and see which workers do; forget those that do not, in time."""
        row = {"key": self._key, "is_worker": self._is_worker, "seen_at_ms": _NOW_MS}
        living = postgresql.insert(nodes).values(row)
        living = living.on_conflict_do_update(
            index_elements=[nodes.c.key], set_={"seen_at_ms": _NOW_MS}
        )

        def beat(conn: Connection) -> Sequence[int]:
            conn.execute(living)
            conn.execute(_FORGET_NODES)
            conn.execute(_FORGET_USAGE)
            return conn.scalars(_LIVING).all()

        self._workers = await self._access.write(beat)

    async def leave(self) -> None:
        """Leave its part to the others at once."""
        leaving = delete(nodes).where(nodes.c.key == self._key)
        await self._access.write(lambda conn: conn.execute(leaving))

    def part_of(self, most: int) -> int:
        """Return how many of `most` are for this worker; all parts together are no more."""
        if self._key not in self._workers:
            return most
        share, rest = divmod(most, len(self._workers))
        return share + (self._workers.index(self._key) < rest)

    async def tell(self, shares: Sequence[Share]) -> None:
        """Write what was taken here."""
        rows = [self._row(share) for share in shares]
        telling = postgresql.insert(node_usage)
        telling = telling.on_conflict_do_update(
            index_elements=[node_usage.c.node_key, node_usage.c.api_user],
            set_={
                name: telling.excluded[name]
                for name in ("seconds", "day", "day_count", "told_at_ms")
            },
        )
        await self._access.write(lambda conn: conn.execute(telling.values(rows)))
        self._ring(Topic.USAGE)

    def noted(self) -> None:
        """Note that another node has told what it has taken."""
        self._is_news = True

    @property
    def has_news(self) -> bool:
        """Whether one did since the last time it was heard."""
        return self._is_news

    async def heard(self) -> Sequence[tuple[int, Share]]:
        """Return what other nodes have taken, as far as it was told since the last time."""
        self._is_news = False
        rows, now_ms = await self._access.read(self._told)
        self._heard_upto_ms = now_ms - _LATE_MS
        return [(row.node_key, _share(row)) for row in rows]

    def _told(self, conn: Connection) -> tuple[Sequence[Row[tuple[object, ...]]], int]:
        now_ms = conn.scalars(select(_NOW_MS)).one()
        told = select(node_usage).where(
            node_usage.c.node_key != self._key, node_usage.c.told_at_ms >= self._heard_upto_ms
        )
        return conn.execute(told).all(), now_ms

    def _row(self, share: Share) -> dict[str, object]:
        return {
            "node_key": self._key,
            "api_user": storable(share.api_user),
            "seconds": json.dumps(share.seconds),
            "day": share.day,
            "day_count": share.day_count,
            "told_at_ms": _NOW_MS,
        }


def _share(row: Row[tuple[object, ...]]) -> Share:
    seconds = tuple((second, count) for second, count in json.loads(row.seconds))
    return Share(row.api_user, seconds, row.day, row.day_count)
