"""How mail went in a span of time: what came when, where it stands, how long it took.

The database counts; what comes back is small however much mail there is.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import case, func, select

from sendcloud_inbound.ports import LATENCY_BOUNDS_MS, Course, Latency, Slot
from sendcloud_inbound.rules.history import EventKind
from sendcloud_inbound.rules.model import EmailStatus, MessageStatus
from sendcloud_inbound.store.rows import storable
from sendcloud_inbound.store.scopes import within
from sendcloud_inbound.store.tables import emails, events, messages

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

    from sendcloud_inbound.rules.spans import Span

_KINDS: Final = (EventKind.REQUEST, EventKind.DELIVER)
_TOOK_MS = events.c.occurred_at_ms - messages.c.received_at_ms
_BIN = case(
    *((bound >= _TOOK_MS, place) for place, bound in enumerate(LATENCY_BOUNDS_MS)),
    else_=len(LATENCY_BOUNDS_MS),
).label("bin")
# One event may be about many emails; `request` is about the message, and counts once.
_MANY = case((events.c.count == 0, 1), else_=events.c.count)


def follow(conn: Connection, api_user: str | None, span: Span, slots: int) -> Course:
    """Count what was accepted in a span, cut into so many slots."""
    wanted = [within(messages.c.received_at_ms, span)]
    if api_user is not None:
        wanted.append(messages.c.api_user == storable(api_user))
    step_ms = (span.until_ms - span.since_ms) // slots
    slot = ((messages.c.received_at_ms - span.since_ms) // step_ms).label("slot")
    return Course(_slots(conn, wanted, slot), _latencies(conn, wanted))


def _slots(
    conn: Connection, wanted: list[ColumnElement[bool]], slot: ColumnElement[int]
) -> dict[int, Slot]:
    came = select(slot, messages.c.status).where(*wanted).subquery()
    stand = (
        select(slot, emails.c.status)
        .select_from(messages)
        .join(emails, emails.c.message_key == messages.c.key)
        .where(*wanted)
        .subquery()
    )
    found: dict[int, Slot] = {}
    for each, statuses in ((came, MessageStatus), (stand, EmailStatus)):
        counted = select(*each.c, func.count().label("number")).group_by(*each.c)
        for row in conn.execute(counted):
            of = found.setdefault(row.slot, Slot(Counter(), Counter()))
            counts: Any = of.messages if statuses is MessageStatus else of.emails
            counts[statuses(row.status)] = row.number
    return found


def _latencies(conn: Connection, wanted: list[ColumnElement[bool]]) -> dict[EventKind, Latency]:
    each = (
        select(events.c.kind, _BIN, _TOOK_MS.label("took_ms"), _MANY.label("many"))
        .select_from(messages)
        .join(events, events.c.message_key == messages.c.key)
        .where(*wanted, events.c.kind.in_([kind.value for kind in _KINDS]))
        .subquery()
    )
    counted = select(
        each.c.kind,
        each.c.bin,
        func.sum(each.c.many).label("number"),
        func.sum(each.c.many * each.c.took_ms).label("sum_ms"),
        func.max(each.c.took_ms).label("largest_ms"),
    ).group_by(each.c.kind, each.c.bin)
    by_kind: dict[EventKind, list[Any]] = {}
    for row in conn.execute(counted):
        by_kind.setdefault(EventKind(row.kind), []).append(row)
    return {kind: _latency(by_kind[kind]) for kind in _KINDS if kind in by_kind}


def _latency(rows: list[Any]) -> Latency:
    # PostgreSQL's sums are Decimals.
    counts = Counter({row.bin: int(row.number) for row in rows})
    return Latency(
        total=counts.total(),
        sum_ms=sum(int(row.sum_ms) for row in rows),
        largest_ms=max(row.largest_ms for row in rows),
        counts=tuple(counts[place] for place in range(len(LATENCY_BOUNDS_MS) + 1)),
    )
