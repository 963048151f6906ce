"""Keeping the mail within bounds: the oldest messages go, and are counted.

A message that is still queued, or has an email in the outbox, stays: it was acknowledged, and
what is due to it has not happened yet. So a store may stand above its bounds for a while.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, func, insert, select, update

from sendcloud_inbound.ports import Bounds, Evicted, Notice, What
from sendcloud_inbound.store.tables import QUEUED, facts, messages, outbox

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, Row, Select

    from sendcloud_inbound.ports import Clock
    from sendcloud_inbound.store.access import Access
    from sendcloud_inbound.store.erasing import Erasing
    from sendcloud_inbound.store.news import StoredNews

_AT_ONCE = 200
_FACT = "evicted"
_COUNTED = facts.c.name == _FACT

_stored = messages.alias("stored")
_IS_SETTLED = (messages.c.status != QUEUED) & ~exists().where(
    outbox.c.message_key == messages.c.key
)


class StoredRetention:
    """Evicts, as `ports.Retention` says."""

    def __init__(self, access: Access, clock: Clock, eraser: Erasing, news: StoredNews) -> None:
        self._access = access
        self._clock = clock
        self._news = news
        self._eraser = eraser

    async def evict(self, bounds: Bounds) -> Mapping[str, int]:
        """Delete some of the oldest messages that are out of bounds; return how many, and why."""
        gone: dict[str, int] = {}
        for reason, statement in _beyond(bounds, self._clock.now_ms()):
            found = await self._access.read(lambda conn, of=statement: conn.execute(of).all())  # type: ignore[misc]
            if found and (count := await self._eraser.drop(found, _count)):
                gone[reason] = count
        if gone:
            self._news.tell([Notice(What.CLEARED, None)])
        return gone

    async def evicted(self) -> Evicted:
        """Return what has gone so far, in all processes."""
        return await self._access.read(_evicted)


def _beyond(bounds: Bounds, now_ms: int) -> Iterator[tuple[str, Select[Any]]]:
    """Yield for each bound what finds the oldest messages beyond it."""
    if bounds.max_age_ms:
        yield "max_age_s", _oldest(messages.c.received_at_ms < now_ms - bounds.max_age_ms)
    if bounds.max_messages:
        first_too_many = (
            select(_stored.c.key)
            .order_by(_stored.c.key.desc())
            .limit(1)
            .offset(bounds.max_messages)
            .scalar_subquery()
        )
        yield "max_messages", _oldest(messages.c.key <= first_too_many)
    if bounds.max_bytes:
        yield "max_bytes", _oldest(_is_beyond_bytes(bounds.max_bytes))


def _is_beyond_bytes(most: int) -> ColumnElement[bool]:
    """Return what holds for messages that, with all younger ones, are larger than that."""
    # The plain sum comes first and costs little: as long as it is within bounds, nothing else does.
    total = select(func.sum(_stored.c.size)).scalar_subquery()
    so_far = func.sum(_stored.c.size).over(order_by=_stored.c.key.desc())
    sums = select(_stored.c.key, so_far.label("so_far")).subquery()
    last = select(func.max(sums.c.key)).where(sums.c.so_far > most).scalar_subquery()
    return (total > most) & (messages.c.key <= last)


def _oldest(condition: ColumnElement[bool]) -> Select[Any]:
    return (
        select(messages.c.key, messages.c.message_id, messages.c.received_at_ms)
        .where(condition, _IS_SETTLED)
        .order_by(messages.c.key)
        .limit(_AT_ONCE)
    )


def _count(conn: Connection, rows: Sequence[Row[Any]], count: int) -> None:
    """Add to what has gone, in the transaction that deletes it."""
    locked = conn.execute(select(facts.c.value).where(_COUNTED).with_for_update()).first()
    before = _evicted(conn)
    newest = max(row.received_at_ms for row in rows)
    value = json.dumps([before.count + count, max(newest, before.newest_received_at_ms or 0)])
    if locked is None:
        conn.execute(insert(facts).values(name=_FACT, value=value))
    else:
        conn.execute(update(facts).where(_COUNTED).values(value=value))


def _evicted(conn: Connection) -> Evicted:
    value = conn.scalars(select(facts.c.value).where(_COUNTED)).one_or_none()
    return Evicted() if value is None else Evicted(*json.loads(value))
