"""Where a listing begins and how long it is: `start` and `limit` (SENDCLOUD.md 7.8, 7.9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sendcloud_inbound.rules.api.given import Refused

if TYPE_CHECKING:
    from sendcloud_inbound.rules.api.given import Given

MAX_LIMIT: Final = 100

PARAMETERS = {
    "start": "How many to leave out at the beginning; 0.",
    "limit": "How many to show, 0 to 100; 100.",
}


class Bounds(NamedTuple):
    """A part of a listing."""

    start: int
    limit: int


def read_bounds(given: Given) -> Bounds:
    """Read them; `Refused` when one is empty, no number or too large."""
    start = _number(given, "start", 40001, 40002, default=0)
    limit = _number(given, "limit", 40003, 40004, default=MAX_LIMIT)
    if limit > MAX_LIMIT:
        raise Refused(40004, f"limit is {MAX_LIMIT} at most, not {limit}")
    return Bounds(start, limit)


def _number(given: Given, name: str, empty: int, bad: int, *, default: int) -> int:
    given.optional(name, empty)
    number = given.number(name, bad)
    return default if number is None else number
