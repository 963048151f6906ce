"""What became of mail, as SendCloud's API lists and counts it (SENDCLOUD.md 7.9, 7.11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, tuple_

from sendcloud_inbound.ports import EmailState, Happening, Listed
from sendcloud_inbound.rules.story import STATUS
from sendcloud_inbound.store.courses import follow
from sendcloud_inbound.store.rows import folded_address, storable, storable_position, stored_email
from sendcloud_inbound.store.scopes import (
    HAPPENED_TO,
    HAPPENINGS,
    among_happenings,
    happening,
    labelled,
    look,
    texts,
    within,
)
from sendcloud_inbound.store.statements import EMAILS
from sendcloud_inbound.store.tables import emails, events, messages
from sendcloud_inbound.store.tallies import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import ColumnElement, Row, Select

    from sendcloud_inbound.ports import Course, Cut, Scope, StatusFilter, Window
    from sendcloud_inbound.rules.history import EventKind
    from sendcloud_inbound.rules.spans import Span
    from sendcloud_inbound.rules.tally import Group, Tally
    from sendcloud_inbound.store.access import Access

_LAST_CHANGE = (
    select(func.max(events.c.occurred_at_ms))
    .where(HAPPENED_TO, events.c.kind.in_([kind.value for kind in STATUS]))
    .correlate(emails)
    .scalar_subquery()
)
_STATES: Select[Any] = EMAILS.add_columns(
    func.coalesce(_LAST_CHANGE, messages.c.received_at_ms).label("modified_at_ms")
).order_by(emails.c.message_key.desc(), emails.c.position)


class StoredStatistics:
    """What became of mail, as `ports.Statistics` says."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def states(self, wanted: StatusFilter, window: Window) -> Listed[EmailState]:
        """List emails, the newest message first, then by position."""
        listing = _STATES.where(*_of_emails(wanted))
        rows, total = await self._access.read(lambda conn: look(conn, listing, window))
        return Listed(tuple(map(_state, rows)), total)

    async def happenings(
        self, kinds: frozenset[EventKind], wanted: Scope, window: Window
    ) -> Listed[Happening]:
        """List events of some kinds, the newest first."""
        listing = HAPPENINGS.where(*among_happenings(wanted, kinds))
        if wanted.span is not None:
            listing = listing.where(within(events.c.occurred_at_ms, wanted.span))
        listing = listing.order_by(events.c.key.desc(), emails.c.position)
        rows, total = await self._access.read(lambda conn: look(conn, listing, window))
        return Listed(tuple(map(happening, rows)), total)

    async def tallies(self, cut: Cut) -> Mapping[Group, Tally]:
        """Count mail by group, in the groups' order."""
        return await self._access.read(lambda conn: count(conn, cut))

    async def course(self, api_user: str | None, span: Span, slots: int) -> Course:
        """Count what was accepted in a span, cut into so many slots."""
        return await self._access.read(lambda conn: follow(conn, api_user, span, slots))


def _of_emails(wanted: StatusFilter) -> Iterator[ColumnElement[bool]]:
    scope = wanted.scope
    yield messages.c.api_user.in_(texts(scope.api_users))
    if scope.span is not None:
        yield within(messages.c.received_at_ms, scope.span)
    if scope.recipient is not None:
        yield emails.c.recipient_folded == folded_address(scope.recipient)
    if scope.label_ids is not None:
        yield labelled(messages.c.label_id, scope.label_ids)
    if wanted.status is not None:
        yield emails.c.status == wanted.status.value
    if wanted.sub_statuses is not None:
        yield emails.c.sub_status.in_(wanted.sub_statuses)
    if wanted.email_ids is not None:
        named = tuple_(messages.c.message_id, emails.c.position, emails.c.recipient)
        yield named.in_(
            [(storable(a), storable_position(b), storable(c)) for a, b, c in wanted.email_ids]
        )


def _state(row: Row[Any]) -> EmailState:
    return EmailState(stored_email(row), row.modified_at_ms)
