"""The domains that were added by call (SENDCLOUD.md 7.11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from sendcloud_inbound.rules.orders import AddedDomain
from sendcloud_inbound.store.scopes import texts
from sendcloud_inbound.store.tables import domains

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from sendcloud_inbound.store.access import Access

_ALL = select(
    domains.c.api_user, domains.c.name, domains.c.created_at_ms, domains.c.updated_at_ms
).order_by(domains.c.created_at_ms, domains.c.name)


class StoredDomains:
    """The domains that were added, as `ports.Domains` says."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def domains(self, api_users: Iterable[str]) -> Sequence[AddedDomain]:
        """List those that some API_USERs added, oldest first."""
        theirs = _ALL.where(domains.c.api_user.in_(texts(api_users)))
        rows = await self._access.read(lambda conn: conn.execute(theirs).all())
        return [AddedDomain(*row) for row in rows]

    async def add(self, domain: AddedDomain) -> bool:
        """Store one; False when that API_USER has it."""
        return await self._access.write(lambda conn: _add(conn, domain))

    async def rename(self, api_users: Iterable[str], name: str, new_name: str, now_ms: int) -> int:
        """Give one another name; return how many had it."""
        change = (
            update(domains)
            .where(domains.c.api_user.in_(texts(api_users)), domains.c.name == name)
            .values(name=new_name, updated_at_ms=now_ms)
        )
        return await self._access.write(lambda conn: conn.execute(change).rowcount)


def _add(conn: Connection, domain: AddedDomain) -> bool:
    same = (domains.c.api_user == domain.api_user, domains.c.name == domain.name)
    if conn.execute(select(domains.c.name).where(*same)).first() is not None:
        return False
    conn.execute(insert(domains).values(domain._asdict()))
    return True
