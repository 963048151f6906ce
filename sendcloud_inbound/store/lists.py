"""The address lists of API_USERs, as `ports.AddressLists` says; their members are in `members`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, cast, delete, select, update

from sendcloud_inbound.ports import Listed, Written
from sendcloud_inbound.rules.books import AddressList
from sendcloud_inbound.store.book_tables import address_lists
from sendcloud_inbound.store.bulk import insert_absent
from sendcloud_inbound.store.members import NOBODY, StoredMembers, remove_some
from sendcloud_inbound.store.rows import folded_address, storable
from sendcloud_inbound.store.slices import slice_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement, Connection, Row

    from sendcloud_inbound.store.access import Access


class StoredLists(StoredMembers):
    """The address lists with their members."""

    def __init__(self, access: Access) -> None:
        super().__init__(access)
        self._access = access

    async def lists(
        self, api_user: str, addresses: Collection[str] | None, start: int, limit: int
    ) -> Listed[AddressList]:
        """List all, or those of these addresses."""
        matching = select(address_lists).where(address_lists.c.api_user == storable(api_user))
        if addresses is not None:
            folded = {folded_address(each) for each in addresses}
            matching = matching.where(address_lists.c.address.in_(folded))
        found = slice_of(matching, address_lists.c.key, start, limit)
        total, rows = await self._access.read(found)
        return Listed(tuple(_list(row) for row in rows), total)

    async def list_of(self, api_user: str, address: str) -> AddressList | None:
        """Return one."""
        these = _of(api_user, address)
        return await self._access.read(lambda conn: _first(conn, *these))

    async def is_elsewhere(self, address: str) -> bool:
        """Tell whether any API_USER has a list of that address (code 40517)."""
        these = address_lists.c.address == folded_address(address)
        is_anybodys = address_lists.c.api_user != NOBODY
        return await self._access.read(lambda conn: _first(conn, these, is_anybodys)) is not None

    async def add_list(self, api_user: str, new: AddressList) -> AddressList | None:
        """Store one, without members; None when the address is taken."""
        row = _row(new) | {
            "api_user": storable(api_user),
            "list_type": new.list_type,
            "created_at_ms": new.created_at_ms,
        }

        def add(conn: Connection) -> AddressList | None:
            adding = insert_absent(conn, address_lists).values(row).returning(address_lists)
            made = conn.execute(adding).first()
            return None if made is None else _list(made)

        return await self._access.write(add)

    async def put_list(self, api_user: str, changed: AddressList) -> Written:
        """Write address, name and description of one anew."""
        theirs = address_lists.c.api_user == storable(api_user)
        this = address_lists.c.key == changed.key
        named = address_lists.c.address == folded_address(changed.address)

        def put(conn: Connection) -> Written:
            if _first(conn, theirs, this) is None:
                return Written.ABSENT
            if _first(conn, theirs, named, ~this) is not None:
                return Written.TAKEN
            conn.execute(update(address_lists).where(this).values(_row(changed)))
            return Written.DONE

        return await self._access.write(put)

    async def remove_list(self, api_user: str, address: str) -> bool:
        """Forget one with its members; tell whether there was one."""
        these = _of(api_user, address)
        if not await self._access.write(lambda conn: retire(conn, *these)):
            return False
        await self.sweep()
        return True

    async def sweep(self) -> None:
        """Delete the lists that are nobody's any more, with their members."""
        gone = select(address_lists.c.key).where(address_lists.c.api_user == NOBODY)
        for key in await self._access.read(lambda conn: conn.scalars(gone).all()):
            while await self._access.write(partial(remove_some, list_key=key)):
                pass
            removed = delete(address_lists).where(address_lists.c.key == key)
            await self._access.write(lambda conn, of=removed: conn.execute(of))  # type: ignore[misc]


def retire(conn: Connection, *these: ColumnElement[bool]) -> int:
    """Take lists from their API_USER at once; return how many.

    Their members are deleted later and in batches (`StoredLists.sweep`), so that a long list does
    not hold up the mail that comes in; what a crash left is found by this name.
    """
    nobodys = {"api_user": NOBODY, "address": cast(address_lists.c.key, Text)}
    return conn.execute(update(address_lists).where(*these).values(nobodys)).rowcount


def _of(api_user: str, address: str) -> list[ColumnElement[bool]]:
    return [
        address_lists.c.api_user == storable(api_user),
        address_lists.c.address == folded_address(address),
    ]


def _first(conn: Connection, *these: ColumnElement[bool]) -> AddressList | None:
    row = conn.execute(select(address_lists).where(*these).limit(1)).first()
    return None if row is None else _list(row)


def _row(address_list: AddressList) -> dict[str, Any]:
    """Return what may change of a list."""
    return {
        "address": folded_address(address_list.address),
        "name": storable(address_list.name),
        "description": storable(address_list.description),
        "updated_at_ms": address_list.updated_at_ms,
    }


def _list(row: Row[Any]) -> AddressList:
    return AddressList(
        row.key,
        row.address,
        row.name,
        row.description,
        row.list_type,
        row.member_count,
        row.created_at_ms,
        row.updated_at_ms,
    )
