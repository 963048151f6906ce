"""The templates of API_USERs (SENDCLOUD.md 7.11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, update

from sendcloud_inbound.ports import Listed, TemplateFilter, Written
from sendcloud_inbound.rules.books import (
    Template,
    TemplateBody,
    TemplateHead,
    TemplateStat,
    TemplateType,
)
from sendcloud_inbound.store.book_tables import templates
from sendcloud_inbound.store.rows import storable
from sendcloud_inbound.store.slices import slice_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import ColumnElement, Connection, Row

    from sendcloud_inbound.store.access import Access

_HEAD = tuple(templates.c[name] for name in TemplateHead._fields)
"""A listing leaves the texts where they are: they may be large."""


class StoredTemplates:
    """The templates, as `ports.Templates` says."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def templates(
        self, api_user: str, wanted: TemplateFilter, start: int, limit: int
    ) -> Listed[TemplateHead]:
        """List those that match."""
        matching = select(*_HEAD).where(
            templates.c.api_user == storable(api_user), *_conditions(wanted)
        )
        found = slice_of(matching, templates.c.key, start, limit)
        total, rows = await self._access.read(found)
        return Listed(tuple(_head(row) for row in rows), total)

    async def template(self, api_user: str, invoke_name: str) -> Template | None:
        """Return one."""
        question = select(templates).where(*_of(api_user, invoke_name))
        row = await self._access.read(lambda conn: conn.execute(question).first())
        return None if row is None else Template(_head(row), _body(row))

    async def add_template(self, api_user: str, template: Template, most: int) -> Written:
        """Store one, unless the API_USER has that name, or has `most` already."""
        theirs = templates.c.api_user == storable(api_user)

        def add(conn: Connection) -> Written:
            # Who adds at the same time waits here, and counts this one too (PostgreSQL).
            conn.execute(select(templates.c.key).where(theirs).with_for_update()).all()
            named = select(templates.c.key).where(*_of(api_user, template.head.invoke_name))
            if conn.execute(named).first() is not None:
                return Written.TAKEN
            if (conn.scalar(select(func.count()).where(theirs)) or 0) >= most:
                return Written.FULL
            conn.execute(insert(templates).values(api_user=storable(api_user), **_row(template)))
            return Written.DONE

        return await self._access.write(add)

    async def put_template(self, api_user: str, template: Template, was: TemplateStat) -> bool:
        """Write one anew, if it is there and stands in its review where it was; tell whether."""
        these = [*_of(api_user, template.head.invoke_name), templates.c.stat == was]
        put = update(templates).where(*these).values(_row(template))
        return await self._access.write(lambda conn: conn.execute(put).rowcount) > 0

    async def remove_template(self, api_user: str, invoke_name: str) -> bool:
        """Forget one; tell whether there was one."""
        removed = delete(templates).where(*_of(api_user, invoke_name))
        return await self._access.write(lambda conn: conn.execute(removed).rowcount) > 0


def _conditions(wanted: TemplateFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.invoke_name is not None:
        yield templates.c.invoke_name == storable(wanted.invoke_name)
    if wanted.type is not None:
        yield templates.c.type == wanted.type
    if wanted.stat is not None:
        yield templates.c.stat == wanted.stat


def _of(api_user: str, invoke_name: str) -> list[ColumnElement[bool]]:
    return [
        templates.c.api_user == storable(api_user),
        templates.c.invoke_name == storable(invoke_name),
    ]


def _row(template: Template) -> dict[str, Any]:
    values = template.head._asdict() | template.body._asdict()
    return {
        name: storable(value) if isinstance(value, str) else value for name, value in values.items()
    }


def _head(row: Row[Any]) -> TemplateHead:
    return TemplateHead(
        row.invoke_name,
        row.name,
        TemplateType(row.type),
        TemplateStat(row.stat),
        row.created_at_ms,
        row.updated_at_ms,
    )


def _body(row: Row[Any]) -> TemplateBody:
    return TemplateBody(row.subject, row.html, row.text, row.content_summary)
