"""The addresses that mail is not sent to (SENDCLOUD.md 5.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, or_, select

from sendcloud_inbound.rules.history import Suppression, SuppressionKind
from sendcloud_inbound.store.rows import folded_address, storable
from sendcloud_inbound.store.tables import suppressions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, Row

    from sendcloud_inbound.ports import Clock
    from sendcloud_inbound.store.access import Access

_AT_ONCE = 500
"""Addresses of one question: below the number of parameters that any engine takes."""


_ANY = select(suppressions.c.kind).limit(1)


class StoredSuppressions:
    """The suppressions, as `ports.Suppressions` says.

    Most sandboxes have none, and then nothing is asked for each mail. One that another process on
    this machine adds is known within a second.
    """

    def __init__(self, access: Access, clock: Clock, *, is_shared: bool) -> None:
        """`is_shared` tells whether other machines may add some: then they are always looked up."""
        self._access = access
        self._clock = clock
        self._is_shared = is_shared
        self._there_are_some = is_shared

    def noted(self) -> None:
        """Know that there are some."""
        self._there_are_some = True

    async def refresh(self) -> None:
        """See whether there are some that another process added."""
        if not self._there_are_some:
            row = await self._access.read(lambda conn: conn.execute(_ANY).first())
            self._there_are_some = row is not None

    async def among(self, api_user: str, addresses: Iterable[str]) -> Mapping[str, SuppressionKind]:
        """Return which of them an API_USER's mail is not sent to now, and why.

        Where there are several reasons, the last by name counts: an unsubscription is more
        exactly what a developer looks for than a blacklist.
        """
        if not self._there_are_some:
            return {}
        folded = {each: folded_address(each) for each in addresses}
        wanted = [*dict.fromkeys(folded.values())]
        rows = await self._access.read(lambda conn: self._among(conn, api_user, wanted))
        kinds = {row.address_folded: SuppressionKind(row.kind) for row in rows}
        return {each: kinds[key] for each, key in folded.items() if key in kinds}

    async def suppressions(self, api_user: str | None) -> Sequence[Suppression]:
        """List those in force, of one API_USER or of all."""
        listing = select(suppressions).where(self._in_force()).order_by(suppressions.c.since_ms)
        if api_user is not None:
            listing = listing.where(suppressions.c.api_user == storable(api_user))
        rows = await self._access.read(lambda conn: conn.execute(listing).all())
        return [_suppression(row) for row in rows]

    async def suppress(self, suppression: Suppression) -> None:
        """Add one, or renew it."""
        self.noted()
        await self._access.write(lambda conn: insert_suppression(conn, suppression))

    async def lift(self, api_user: str, address: str, kind: SuppressionKind | None) -> int:
        """Remove those of an address, of one kind or of all; return how many there were."""
        these = _of(api_user, address)
        if kind is not None:
            these.append(suppressions.c.kind == kind.value)
        lifting = delete(suppressions).where(*these)
        return await self._access.write(lambda conn: conn.execute(lifting).rowcount)

    def _among(self, conn: Connection, api_user: str, folded: Sequence[str]) -> list[Row[Any]]:
        found: list[Row[Any]] = []
        for start in range(0, len(folded), _AT_ONCE):
            question = select(suppressions.c.address_folded, suppressions.c.kind).where(
                suppressions.c.api_user == storable(api_user),
                suppressions.c.address_folded.in_(folded[start : start + _AT_ONCE]),
                self._in_force(),
            )
            found += conn.execute(question.order_by(suppressions.c.kind))
        return found

    def _in_force(self) -> ColumnElement[bool]:
        until = suppressions.c.until_ms
        return or_(until.is_(None), until > self._clock.now_ms())


def insert_suppression(conn: Connection, suppression: Suppression) -> None:
    """Write one in the place of the same that may be there."""
    api_user, address, kind, since_ms, until_ms = suppression
    conn.execute(
        delete(suppressions).where(*_of(api_user, address), suppressions.c.kind == kind.value)
    )
    conn.execute(
        insert(suppressions).values(
            api_user=storable(api_user),
            address_folded=folded_address(address),
            address=storable(address),
            kind=kind.value,
            since_ms=since_ms,
            until_ms=until_ms,
        )
    )


def _of(api_user: str, address: str) -> list[ColumnElement[bool]]:
    return [
        suppressions.c.api_user == storable(api_user),
        suppressions.c.address_folded == folded_address(address),
    ]


def _suppression(row: Row[Any]) -> Suppression:
    kind = SuppressionKind(row.kind)
    return Suppression(row.api_user, row.address, kind, row.since_ms, row.until_ms)
