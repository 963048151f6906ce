"""Parts of listings that begin at a number: those of SendCloud's own calls (SENDCLOUD.md 7.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Column, Connection, Row, Select

    Ask = Callable[[Connection], tuple[int, Sequence[Row[Any]]]]


def slice_of(matching: Select[Any], key: Column[int], start: int, limit: int) -> Ask:
    """Return what asks how many rows match, and for some of them in the order of `key`."""
    counted = select(func.count()).select_from(matching.with_only_columns(key).subquery())
    part = matching.order_by(key).offset(start).limit(limit)

    def ask(conn: Connection) -> tuple[int, Sequence[Row[Any]]]:
        return conn.scalar(counted) or 0, conn.execute(part).all()

    return ask
