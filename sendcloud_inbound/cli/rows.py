"""What commands write of an answer: drawn, or as lines of JSON; of listings the newest so many."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Self, TypeVar

import typer

from sendcloud_inbound.cli.text import as_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sendcloud_inbound.cli.places import Sandbox
    from sendcloud_inbound.client.call import Call, Listing

Result = TypeVar("Result")

LARGEST_PAGE = 500
"""The most items that the server gives at a time."""


@dataclass(frozen=True)
class Newest:
    """How much of a listing is wanted."""

    most: int | None
    """None: all of it."""
    limit: int
    """How much to ask for at a time: one more tells whether there is more."""

    @classmethod
    def asked(cls, limit: int | None, default: int, *, everything: bool) -> Self:
        """Read --limit and --all."""
        if everything and limit is not None:
            raise typer.BadParameter("--limit and --all exclude each other")
        # More than that nobody has, and islice counts no further.
        most = None if everything else min(limit or default, sys.maxsize)
        return cls(most, min((most or default) + 1, LARGEST_PAGE))

    def write(
        self,
        sandbox: Sandbox,
        listing: Listing[Result],
        draw: Callable[[Iterable[Result]], None],
        *,
        as_lines: bool,
    ) -> None:
        """Ask for so much and draw it, or write it as JSON, one a line; say if there is more."""
        with sandbox.client() as client:
            if as_lines:
                self._write(client.all_of(listing.as_json()), write_lines)
            else:
                self._write(client.all_of(listing), draw)

    def _write(self, found: Iterator[Result], write: Callable[[Iterable[Result]], None]) -> None:
        write(islice(found, self.most))
        if next(found, None) is not None:
            sys.stderr.write(f"these are the newest {self.most}; --limit N or --all gives more\n")


def write(
    sandbox: Sandbox,
    call: Call[Result],
    draw: Callable[[Result], None],
    *,
    as_lines: bool,
) -> None:
    """Make a call and draw the answer, or write it as JSON, one item a line if it has several."""
    with sandbox.client() as client:
        if as_lines:
            answer = client.do(call.as_json())
            write_lines(answer.get("items", [answer]))
        else:
            draw(client.do(call))


def write_lines(rows: Iterable[dict[str, Any]]) -> None:
    """Write JSON, one row a line."""
    for row in rows:
        sys.stdout.write(as_json(row) + "\n")
