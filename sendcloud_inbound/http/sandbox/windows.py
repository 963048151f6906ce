"""Listings whose rows are numbered: the cursor is the number of the first row of the next part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from sendcloud_inbound.http import problems
from sendcloud_inbound.http.sandbox.queries import Paging
from sendcloud_inbound.ports import Window

if TYPE_CHECKING:
    from sendcloud_inbound.ports import Listed

_MAX_DIGITS = 9


class Windowed(Paging):
    """Which part of a listing."""

    def window(self) -> Window:
        """Return it as the store knows it."""
        text = self.cursor or "0"
        if not (text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS):
            raise problems.bad_parameter("cursor", "it is none that this call gave")
        return Window(int(text), self.limit)


class OfOne(Windowed):
    """Which part of what an API_USER has."""

    api_user: str = Field(min_length=1, description="Whose they are.")


def next_cursor(window: Window, found: Listed[Any]) -> str | None:
    """Return where the next part begins; None after the last."""
    end = window.start + len(found.items)
    return str(end) if found.items and end < found.total else None
