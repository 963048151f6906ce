"""The unsubscribed addresses, with the label of the mail they unsubscribed from (7.11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, or_, select

from sendcloud_inbound.ports import Listed, Unsubscription
from sendcloud_inbound.rules.history import EventKind, SuppressionKind
from sendcloud_inbound.store.rows import folded_address
from sendcloud_inbound.store.scopes import HAPPENED_TO, NO_LABEL, look, texts, within
from sendcloud_inbound.store.tables import emails, events, messages, suppressions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import ColumnElement, Row

    from sendcloud_inbound.ports import Clock, Scope, Window
    from sendcloud_inbound.store.access import Access

_LABEL = (
    select(messages.c.label_id)
    .select_from(emails)
    .join(events, HAPPENED_TO)
    .join(messages, messages.c.key == emails.c.message_key)
    .where(
        emails.c.recipient_folded == suppressions.c.address_folded,
        events.c.kind == EventKind.UNSUBSCRIBE.value,
        events.c.api_user == suppressions.c.api_user,
    )
    .order_by(events.c.key.desc())
    .limit(1)
    .correlate(suppressions)
    .scalar_subquery()
)
_LISTING = select(
    suppressions.c.api_user,
    suppressions.c.address,
    suppressions.c.since_ms,
    _LABEL.label("label_id"),
).order_by(suppressions.c.since_ms.desc(), suppressions.c.api_user, suppressions.c.address_folded)


class StoredUnsubscriptions:
    """The unsubscribed addresses, as `ports.Unsubscriptions` says."""

    def __init__(self, access: Access, clock: Clock) -> None:
        self._access = access
        self._clock = clock

    async def unsubscriptions(self, wanted: Scope, window: Window) -> Listed[Unsubscription]:
        """List them, the newest first."""
        listing = _LISTING.where(*self._conditions(wanted))
        rows, total = await self._access.read(lambda conn: look(conn, listing, window))
        return Listed(tuple(map(_unsubscription, rows)), total)

    async def lift_all(self, wanted: Scope) -> int:
        """Let mail be sent to them again; return how many there were."""
        lifting = delete(suppressions).where(*self._conditions(wanted))
        return await self._access.write(lambda conn: conn.execute(lifting).rowcount)

    def _conditions(self, wanted: Scope) -> Iterator[ColumnElement[bool]]:
        until = suppressions.c.until_ms
        yield suppressions.c.kind == SuppressionKind.UNSUBSCRIBE.value
        yield or_(until.is_(None), until > self._clock.now_ms())
        yield suppressions.c.api_user.in_(texts(wanted.api_users))
        if wanted.span is not None:
            yield within(suppressions.c.since_ms, wanted.span)
        if wanted.recipient is not None:
            yield suppressions.c.address_folded == folded_address(wanted.recipient)
        if wanted.label_ids is not None:
            yield func.coalesce(_LABEL, NO_LABEL).in_(texts(wanted.label_ids))


def _unsubscription(row: Row[Any]) -> Unsubscription:
    return Unsubscription(row.api_user, row.address, row.label_id, row.since_ms)
