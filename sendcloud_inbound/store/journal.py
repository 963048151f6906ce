"""The events there were, as people look at them: one item for each email it happened to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, or_, select

from sendcloud_inbound.ports import Page, StoredEvent
from sendcloud_inbound.rules.history import Event, EventKind
from sendcloud_inbound.store import cursors
from sendcloud_inbound.store.rows import (
    details_of,
    folded_address,
    storable,
    storable_position,
)
from sendcloud_inbound.store.statements import LABEL_NAME
from sendcloud_inbound.store.tables import emails, events, messages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import ColumnElement, Connection, Row, Select

    from sendcloud_inbound.ports import EventFilter
    from sendcloud_inbound.store.access import Access
    from sendcloud_inbound.store.statements import Place

_PLACE = func.coalesce(emails.c.position, 0)
_EVENTS: Select[Any] = (
    select(
        events.c.key,
        events.c.api_user,
        events.c.message_key,
        events.c.kind,
        events.c.occurred_at_ms,
        events.c.details,
        emails.c.recipient,
        _PLACE.label("place"),
        messages.c.message_id,
        messages.c.label_id,
        messages.c.user_headers,
        messages.c.list_task_id,
        LABEL_NAME,
    )
    .outerjoin(messages, messages.c.key == events.c.message_key)
    .outerjoin(
        emails,
        and_(
            emails.c.message_key == events.c.message_key,
            emails.c.position >= events.c.position,
            emails.c.position < events.c.position + events.c.count,
        ),
    )
)


class StoredJournal:
    """The events, as `ports.Journal` says."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def events(
        self, wanted: EventFilter, limit: int, cursor: str | None = None
    ) -> Page[StoredEvent]:
        """List events, newest first. `ValueError` when the cursor is none of ours."""
        after = None if cursor is None else cursors.decode(cursor, 2)
        statement = _list(wanted, after).limit(limit + 1)
        items = await self._access.read(lambda conn: _items(conn, conn.execute(statement).all()))
        more = len(items) > limit
        last = items[limit - 1] if more else None
        return Page(
            items=tuple(items[:limit]),
            next_cursor=None if last is None else cursors.encode(last.key, last.event.position),
        )


def _list(wanted: EventFilter, after: Place | None) -> Select[Any]:
    page = _EVENTS.where(*_conditions(wanted))
    if after is not None:
        key, place = after
        # The first condition says nothing new, but is one that an index can use.
        page = page.where(events.c.key <= key, or_(events.c.key < key, place < _PLACE))
    return page.order_by(events.c.key.desc(), _PLACE)


def _conditions(wanted: EventFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.api_user is not None:
        yield events.c.api_user == storable(wanted.api_user)
    if wanted.kind is not None:
        yield events.c.kind == wanted.kind.value
    if wanted.message_id is not None:
        its_key = select(messages.c.key).where(messages.c.message_id == storable(wanted.message_id))
        yield events.c.message_key == its_key.scalar_subquery()
    if wanted.position is not None:
        yield emails.c.position == storable_position(wanted.position)
    if wanted.label_id is not None:
        yield messages.c.label_id == storable(wanted.label_id)
    if wanted.since_ms is not None:
        yield events.c.occurred_at_ms >= wanted.since_ms
    if wanted.recipient is not None:
        yield from _to(folded_address(wanted.recipient))


def _to(folded: str) -> Iterator[ColumnElement[bool]]:
    yield emails.c.recipient_folded == folded
    # Says nothing new either, but finds the messages by the index of addresses.
    theirs = select(emails.c.message_key).where(emails.c.recipient_folded == folded)
    yield events.c.message_key.in_(theirs.correlate(None))


def _items(conn: Connection, rows: Sequence[Row[Any]]) -> list[StoredEvent]:
    keys = {row.message_key for row in rows if row.recipient is None and row.message_key}
    everybody = _recipients(conn, keys) if keys else {}
    return [_item(row, everybody) for row in rows]


def _recipients(conn: Connection, keys: set[int]) -> dict[int, list[str]]:
    """Return all recipients of some messages, by position."""
    found: dict[int, list[str]] = {}
    theirs = (
        select(emails.c.message_key, emails.c.recipient)
        .where(emails.c.message_key.in_(sorted(keys)))
        .order_by(emails.c.message_key, emails.c.position)
    )
    for key, recipient in conn.execute(theirs):
        found.setdefault(key, []).append(recipient)
    return found


def _item(row: Row[Any], everybody: dict[int, list[str]]) -> StoredEvent:
    is_of_one = row.recipient is not None
    event = Event(
        kind=EventKind(row.kind),
        api_user=row.api_user,
        occurred_at_ms=row.occurred_at_ms,
        position=row.place,
        emails=1 if is_of_one else 0,
        details=details_of(row.details),
    )
    others = everybody.get(row.message_key, ())
    return StoredEvent(
        key=row.key,
        event=event,
        message_id=row.message_id,
        recipients=(row.recipient,) if is_of_one else tuple(others),
        label_id=row.label_id,
        user_headers=row.user_headers or "",
        label_name=row.label_name or "",
        list_task_id=row.list_task_id,
    )
