"""The addresses that mail came back from (SENDCLOUD.md 5.4 and 7.11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, or_, select, update

from sendcloud_inbound.ports import Listed
from sendcloud_inbound.rules.history import EventKind
from sendcloud_inbound.rules.model import EmailStatus
from sendcloud_inbound.rules.suppression import SUB_STATUSES
from sendcloud_inbound.store.scopes import HAPPENINGS, among_happenings, happening, look, within
from sendcloud_inbound.store.tables import emails, events, messages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Select

    from sendcloud_inbound.ports import Happening, Scope, Window
    from sendcloud_inbound.store.access import Access

_AT_ONCE = 500
"""Addresses of one statement: below the number of parameters that any engine takes."""
_KINDS: Final = (EventKind.INVALID, EventKind.SOFT_BOUNCE)
_IS_BOUNCED = emails.c.status.in_([EmailStatus.INVALID.value, EmailStatus.SOFT_BOUNCE.value])
_WAS_TRIED = or_(
    emails.c.sub_status.is_(None), emails.c.sub_status.not_in(sorted({*SUB_STATUSES.values()}))
)
_NTH = func.row_number().over(
    partition_by=(events.c.api_user, emails.c.recipient_folded),
    order_by=(events.c.key.desc(), emails.c.position.desc()),
)


class StoredBounces:
    """The addresses that mail came back from, as `ports.Bounces` says."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def bounces(self, wanted: Scope, window: Window) -> Listed[Happening]:
        """List them, the newest first, each with its last bounce."""
        listing = _list(wanted)
        rows, total = await self._access.read(lambda conn: look(conn, listing, window))
        return Listed(tuple(map(happening, rows)), total)

    async def forget(self, wanted: Scope) -> int:
        """Take addresses off the list until they bounce again; return how many there were."""
        return await self._access.write(lambda conn: _forget(conn, wanted))


def _list(wanted: Scope) -> Select[Any]:
    """Return the statement for the last bounces of addresses, if those are in the span."""
    bounces = (
        HAPPENINGS.add_columns(_NTH.label("nth"))
        .where(
            *among_happenings(wanted, _KINDS),
            _IS_BOUNCED,
            _WAS_TRIED,
            emails.c.is_forgotten.is_(False),
        )
        .subquery()
    )
    listing = select(bounces).where(bounces.c.nth == 1).order_by(bounces.c.key.desc())
    if wanted.span is not None:
        listing = listing.where(within(bounces.c.occurred_at_ms, wanted.span))
    return listing.order_by(bounces.c.position)


def _forget(conn: Connection, wanted: Scope) -> int:
    found = conn.execute(_list(wanted)).all()
    for api_user in {row.api_user for row in found}:
        folded = [row.recipient_folded for row in found if row.api_user == api_user]
        for start in range(0, len(folded), _AT_ONCE):
            _mark(conn, api_user, folded[start : start + _AT_ONCE])
    return len(found)


def _mark(conn: Connection, api_user: str, folded: Sequence[str]) -> None:
    theirs = select(messages.c.key).where(messages.c.api_user == api_user)
    conn.execute(
        update(emails)
        .where(emails.c.recipient_folded.in_(folded), _IS_BOUNCED, emails.c.message_key.in_(theirs))
        .values(is_forgotten=True)
    )
