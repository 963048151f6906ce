"""Whose mail, when, to whom, as conditions; and a window on what is found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, false, func, or_, select

from sendcloud_inbound.ports import Happening
from sendcloud_inbound.rules.history import Event, EventKind
from sendcloud_inbound.store.rows import details_of, folded_address, storable
from sendcloud_inbound.store.tables import emails, events, messages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import ColumnElement, Connection, Row, Select

    from sendcloud_inbound.ports import Scope, Window
    from sendcloud_inbound.rules.spans import Span

NO_LABEL = "0"
"""Stands for mail that has none (SENDCLOUD.md 4.4)."""

HAPPENED_TO = and_(
    emails.c.message_key == events.c.message_key,
    emails.c.position >= events.c.position,
    emails.c.position < events.c.position + events.c.count,
)
"""An event is about an email: one row may stand for many emails in a row."""

HAPPENINGS: Select[Any] = (
    select(
        events.c.key,
        events.c.api_user,
        events.c.kind,
        events.c.occurred_at_ms,
        events.c.details,
        emails.c.position,
        emails.c.recipient,
        emails.c.recipient_folded,
        messages.c.message_id,
        messages.c.label_id,
        messages.c.received_at_ms,
    )
    .join(messages, messages.c.key == events.c.message_key)
    .join(emails, HAPPENED_TO)
)
"""Events, one row for each email that they happened to."""


def among_happenings(scope: Scope, kinds: Iterable[EventKind]) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions on events but for their time."""
    yield events.c.api_user.in_(texts(scope.api_users))
    yield events.c.kind.in_([kind.value for kind in kinds])
    if scope.label_ids is not None:
        yield labelled(messages.c.label_id, scope.label_ids)
    if scope.recipient is not None:
        folded = folded_address(scope.recipient)
        yield emails.c.recipient_folded == folded
        # Says nothing new, but finds the messages by the index of addresses.
        theirs = select(emails.c.message_key).where(emails.c.recipient_folded == folded)
        yield events.c.message_key.in_(theirs.correlate(None))


def labelled(column: ColumnElement[Any], label_ids: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition: it has one of these labels."""
    return or_(
        column.in_(texts(each for each in label_ids if each != NO_LABEL)),
        column.is_(None) if NO_LABEL in label_ids else false(),
    )


def within(column: ColumnElement[int], span: Span) -> ColumnElement[bool]:
    """Return the condition: a time is in a span."""
    return and_(column >= span.since_ms, column < span.until_ms)


def texts(values: Iterable[str]) -> list[str]:
    """Return texts as columns hold them."""
    return [storable(each) for each in values]


def look(
    conn: Connection, statement: Select[Any], window: Window
) -> tuple[Sequence[Row[Any]], int]:
    """Return the rows in a window, and how many there are in all."""
    everything = statement.order_by(None).subquery()
    total = conn.scalars(select(func.count()).select_from(everything)).one()
    rows = conn.execute(statement.offset(window.start).limit(window.limit)).all()
    return rows, total


def happening(row: Row[Any]) -> Happening:
    """Return what a row of `HAPPENINGS` tells."""
    event = Event(
        kind=EventKind(row.kind),
        api_user=row.api_user,
        occurred_at_ms=row.occurred_at_ms,
        position=row.position,
        details=details_of(row.details),
    )
    return Happening(event, row.message_id, row.recipient, row.label_id, row.received_at_ms)
