"""What listings write: the newest so many rows, drawn or as lines of JSON."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Self

import typer

from sendcloud_inbound.cli.text import as_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


@dataclass(frozen=True)
class Newest:
    """How much of a listing is wanted."""

    most: int | None
    """None: all of it."""
    page: int
    """How much to ask for at a time: one more tells whether there is more."""

    @classmethod
    def asked(cls, limit: int | None, default: int, *, everything: bool) -> Self:
        """Read --limit and --all."""
        if everything and limit is not None:
            raise typer.BadParameter("--limit and --all exclude each other")
        most = None if everything else limit or default
        return cls(most, (most or default) + 1)

    def write(
        self,
        found: Iterator[dict[str, Any]],
        write: Callable[[Iterable[dict[str, Any]]], None],
    ) -> None:
        """Write so much, and a word when there is more."""
        write(islice(found, self.most))
        if next(found, None) is not None:
            sys.stderr.write(f"these are the newest {self.most}; --limit N or --all gives more\n")


def write_lines(rows: Iterable[dict[str, Any]]) -> None:
    """Write JSON, one row a line."""
    for row in rows:
        sys.stdout.write(as_json(row) + "\n")
