"""How far a command is, shown where a person looks on."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Item = TypeVar("Item")


def with_progress(
    items: Iterable[Item], description: str, total: int | None = None
) -> Iterator[Item]:
    """Yield what it is given; a bar shows on stderr how far that is, if it is a terminal.

    Args:
        items: What the work goes through.
        description: What the work is, in a word or two.
        total: How many there are; None when nobody knows.
    """
    if not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console  # noqa: PLC0415 - a tenth of a second
    from rich.progress import Progress  # noqa: PLC0415

    # On one terminal the results stand above the bar; a stdout that is a file stays a file.
    shared = sys.stdout.isatty()
    with Progress(console=Console(stderr=True), redirect_stdout=shared, transient=True) as progress:
        yield from progress.track(items, total=total, description=description)
