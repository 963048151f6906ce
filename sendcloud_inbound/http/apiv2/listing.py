"""The answer of a call that lists: total, count, dataList (SENDCLOUD.md 7.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from sendcloud_inbound.ports import Listed

Item = TypeVar("Item")


def listing(found: Listed[Item], shown: Callable[[Item], dict[str, Any]]) -> dict[str, Any]:
    """Return `info` of a part of a listing, each item as it is `shown`."""
    items = [*map(shown, found.items)]
    return {"total": found.total, "count": len(items), "dataList": items}
