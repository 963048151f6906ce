"""The labels of API_USERs (SENDCLOUD.md 7.11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select, update

from sendcloud_inbound.ports import Listed, Written
from sendcloud_inbound.rules.books import Label
from sendcloud_inbound.store.book_tables import LABEL_ID, labels
from sendcloud_inbound.store.bulk import insert_absent
from sendcloud_inbound.store.rows import storable
from sendcloud_inbound.store.slices import slice_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy import ColumnElement, Connection, Row

    from sendcloud_inbound.ports import Clock
    from sendcloud_inbound.store.access import Access


class StoredLabels:
    """The labels, as `ports.Labels` says."""

    def __init__(self, access: Access, clock: Clock) -> None:
        self._access = access
        self._clock = clock

    async def labels(self, api_user: str, query: str, start: int, limit: int) -> Listed[Label]:
        """List those whose names hold `query` somewhere, in any case."""
        matching = select(labels).where(labels.c.api_user == storable(api_user))
        if query:
            folded = storable(query.casefold())
            matching = matching.where(labels.c.name_folded.contains(folded, autoescape=True))
        found = slice_of(matching, labels.c.key, start, limit)
        total, rows = await self._access.read(found)
        return Listed(tuple(_label(row) for row in rows), total)

    async def label(self, api_user: str, label_id: int) -> Label | None:
        """Return one."""
        these = _of(api_user, label_id)
        return await self._access.read(lambda conn: _first(conn, *these))

    async def names(self, api_user: str, label_ids: Collection[str]) -> Mapping[str, str]:
        """Return the names of labels by their numbers as mail carries them, of those there are."""
        if not label_ids:
            return {}
        question = select(LABEL_ID.label("label_id"), labels.c.name).where(
            labels.c.api_user == storable(api_user), LABEL_ID.in_([*map(storable, label_ids)])
        )
        rows = await self._access.read(lambda conn: conn.execute(question).all())
        return {row.label_id: row.name for row in rows}

    async def add_label(self, api_user: str, name: str) -> Label | None:
        """Make one; None when the name is taken."""
        return await self._access.write(lambda conn: self._add(conn, api_user, name))

    async def label_named(self, api_user: str, name: str) -> Label:
        """Return the one of that name, made now if there is none (D38)."""
        named = _named(api_user, name)
        found = await self._access.read(lambda conn: _first(conn, *named))
        while found is None:
            found = await self._access.write(
                lambda conn: self._add(conn, api_user, name) or _first(conn, *named)
            )
        return found

    async def rename_label(self, api_user: str, label_id: int, name: str) -> Written:
        """Give one another name."""
        these = _of(api_user, label_id)

        def rename(conn: Connection) -> Written:
            if _first(conn, *these) is None:
                return Written.ABSENT
            if _first(conn, *_named(api_user, name), labels.c.key != label_id) is not None:
                return Written.TAKEN
            conn.execute(update(labels).where(*these).values(self._row(name)))
            return Written.DONE

        return await self._access.write(rename)

    async def remove_label(self, api_user: str, label_id: int) -> bool:
        """Forget one; tell whether there was one."""
        removed = delete(labels).where(*_of(api_user, label_id))
        return await self._access.write(lambda conn: conn.execute(removed).rowcount) > 0

    def _add(self, conn: Connection, api_user: str, name: str) -> Label | None:
        row = self._row(name)
        row |= {"api_user": storable(api_user), "created_at_ms": row["updated_at_ms"]}
        made = conn.execute(insert_absent(conn, labels).values(row).returning(labels)).first()
        return None if made is None else _label(made)

    def _row(self, name: str) -> dict[str, Any]:
        """Return what a name gives; one that cannot be stored as it is counts as it is stored."""
        text = storable(name)
        folded = storable(name.casefold())
        return {"name": text, "name_folded": folded, "updated_at_ms": self._clock.now_ms()}


def _of(api_user: str, label_id: int) -> list[ColumnElement[bool]]:
    return [labels.c.api_user == storable(api_user), labels.c.key == label_id]


def _named(api_user: str, name: str) -> list[ColumnElement[bool]]:
    return [labels.c.api_user == storable(api_user), labels.c.name == storable(name)]


def _first(conn: Connection, *these: ColumnElement[bool]) -> Label | None:
    row = conn.execute(select(labels).where(*these)).first()
    return None if row is None else _label(row)


def _label(row: Row[Any]) -> Label:
    return Label(row.key, row.name, row.created_at_ms, row.updated_at_ms)
