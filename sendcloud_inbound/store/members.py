"""The members of address lists: up to 100,000 each, written up to 1,000 at a time.

Whatever changes the members of a list locks its row first, so that its count stays true however
many processes write (PostgreSQL).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Text, bindparam, delete, func, select, update

from sendcloud_inbound.ports import Counted, Listed, Written
from sendcloud_inbound.rules.books import Member
from sendcloud_inbound.store.book_tables import address_lists, address_members
from sendcloud_inbound.store.bulk import insert_rows
from sendcloud_inbound.store.rows import folded_address, storable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from sqlalchemy import Connection, Row

    from sendcloud_inbound.rules.books import MemberChange
    from sendcloud_inbound.store.access import Access

MEMBER_COLUMNS = (
    "list_key",
    "address",
    "address_folded",
    "name",
    "vars",
    "created_at_ms",
    "updated_at_ms",
)

NOBODY: Final = ""
"""Stands for the API_USER of lists that are being deleted; no real one has this name."""

_AT_ONCE = 500
"""Addresses of one question: below the number of parameters that any engine takes."""
_DELETED_AT_ONCE = 2_000
_ABSENT = Counted(Written.ABSENT)
_CHANGE = (
    update(address_members)
    .where(address_members.c.key == bindparam("changed_key"))
    .values(
        address=bindparam("new_address"),
        address_folded=bindparam("new_folded"),
        name=func.coalesce(bindparam("new_name", type_=Text), address_members.c.name),
        vars=func.coalesce(bindparam("new_vars", type_=Text), address_members.c.vars),
    )
)


class StoredMembers:
    """The members, as `ports.AddressLists` says."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def members(self, list_key: int, start: int, limit: int) -> Listed[Member]:
        """List members."""
        count = select(address_lists.c.member_count).where(address_lists.c.key == list_key)
        part = (
            select(address_members)
            .where(address_members.c.list_key == list_key)
            .order_by(address_members.c.key)
            .offset(start)
            .limit(limit)
        )

        def ask(conn: Connection) -> Listed[Member]:
            return Listed(tuple(map(member_of, conn.execute(part))), conn.scalar(count) or 0)

        return await self._access.read(ask)

    async def members_of(self, list_key: int, addresses: Collection[str]) -> Sequence[Member]:
        """Return those of some addresses that are members."""
        folded = {folded_address(each) for each in addresses}
        rows = await self._access.read(lambda conn: _rows(conn, list_key, folded))
        return [member_of(row) for row in sorted(rows, key=lambda row: row.key)]

    async def add_members(self, list_key: int, new: Sequence[Member], most: int) -> Counted:
        """Add those that are no members yet, all or none; a list holds at most `most`."""
        # The first of two alike counts, as it does when they come by two calls.
        wanted: dict[str, Member] = {}
        for one in new:
            wanted.setdefault(folded_address(one.address), one)

        def add(conn: Connection) -> Counted:
            count = _locked_count(conn, list_key)
            if count is None:
                return _ABSENT
            known = {row.address_folded for row in _rows(conn, list_key, wanted)}
            rows = [
                _member_row(list_key, folded, one)
                for folded, one in wanted.items()
                if folded not in known
            ]
            if count + len(rows) > most:
                return Counted(Written.FULL)
            insert_rows(conn, address_members, MEMBER_COLUMNS, rows)
            _count(conn, list_key, count + len(rows))
            return Counted(Written.DONE, len(rows))

        return await self._access.write(add)

    async def change_members(
        self, list_key: int, changes: Sequence[MemberChange], now_ms: int
    ) -> Counted:
        """Change members, one after the other."""

        def change(conn: Connection) -> Counted:
            if _locked_count(conn, list_key) is None:
                return _ABSENT
            rows = [*_changed(conn, list_key, changes)]
            if rows:
                conn.execute(_CHANGE.values(updated_at_ms=now_ms), rows)
            return Counted(Written.DONE, len(rows))

        return await self._access.write(change)

    async def remove_members(self, list_key: int, addresses: Collection[str]) -> Counted:
        """Take members off a list."""
        folded = {folded_address(each) for each in addresses}

        def remove(conn: Connection) -> Counted:
            count = _locked_count(conn, list_key)
            if count is None:
                return _ABSENT
            keys = [row.key for row in _rows(conn, list_key, folded)]
            for part in _parts(keys):
                conn.execute(delete(address_members).where(address_members.c.key.in_(part)))
            _count(conn, list_key, count - len(keys))
            return Counted(Written.DONE, len(keys))

        return await self._access.write(remove)


def remove_some(conn: Connection, list_key: int) -> int:
    """Delete some members of a list that is going; return how many."""
    some = (
        select(address_members.c.key)
        .where(address_members.c.list_key == list_key)
        .limit(_DELETED_AT_ONCE)
    )
    return conn.execute(delete(address_members).where(address_members.c.key.in_(some))).rowcount


def _locked_count(conn: Connection, list_key: int) -> int | None:
    """Return how many members a list has, and keep others out; None when it is gone."""
    these = (address_lists.c.key == list_key, address_lists.c.api_user != NOBODY)
    return conn.scalar(select(address_lists.c.member_count).where(*these).with_for_update())


def _count(conn: Connection, list_key: int, count: int) -> None:
    this = address_lists.c.key == list_key
    conn.execute(update(address_lists).where(this).values(member_count=count))


def _rows(conn: Connection, list_key: int, folded: Iterable[str]) -> list[Row[Any]]:
    """Return the members of some addresses, as they are compared."""
    found: list[Row[Any]] = []
    for part in _parts([*folded]):
        question = select(address_members).where(
            address_members.c.list_key == list_key, address_members.c.address_folded.in_(part)
        )
        found += conn.execute(question)
    return found


def _changed(
    conn: Connection, list_key: int, changes: Sequence[MemberChange]
) -> Iterator[dict[str, Any]]:
    """Yield the parameters of `_CHANGE` for each member that changes."""
    old_and_new = {folded_address(each) for one in changes for each in one[:2]}
    keys = {row.address_folded: row.key for row in _rows(conn, list_key, old_and_new)}
    for address, new_address, name, variables in changes:
        old, new = folded_address(address), folded_address(new_address)
        if old not in keys or (new != old and new in keys):
            continue
        keys[new] = key = keys.pop(old)
        yield {
            "changed_key": key,
            "new_address": storable(new_address),
            "new_folded": new,
            "new_name": None if name is None else storable(name),
            "new_vars": None if variables is None else storable(variables),
        }


def _parts(items: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]


def _member_row(list_key: int, folded: str, member: Member) -> tuple[Any, ...]:
    """Return a new member's row, in the order of `MEMBER_COLUMNS`."""
    address, name, variables, created_at_ms, updated_at_ms = member
    texts = (storable(address), folded, storable(name), storable(variables))
    return (list_key, *texts, created_at_ms, updated_at_ms)


def member_of(row: Row[Any]) -> Member:
    """Return the member of a row."""
    return Member(row.address, row.name, row.vars, row.created_at_ms, row.updated_at_ms)
