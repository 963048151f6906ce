"""`sendcloud-inbound messages`: what came in, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from sendcloud_inbound.cli import filters, options, places  # noqa: TC001 - typer reads the annotations
from sendcloud_inbound.cli.grouping import grouped
from sendcloud_inbound.cli.rows import Newest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sendcloud_inbound.client import Message

_LIMIT = 50

Limit = Annotated[
    int | None, typer.Option("--limit", metavar="N", min=1, help=f"At most so many; {_LIMIT}.")
]


@grouped
def messages(
    *,
    mail: filters.Chosen,
    limit: Limit = None,
    everything: options.Everything = False,
    json: options.AsLines = False,
    sandbox: places.Sandbox,
) -> None:
    """List the messages that came in, newest first, refused ones included.

    All filters that are given must hold.
    """
    from sendcloud_inbound.client import calls  # noqa: PLC0415 - httpx, a quarter of a second

    newest = Newest.asked(limit, _LIMIT, everything=everything)
    found = calls.messages(**mail.asked(), limit=newest.limit)
    newest.write(sandbox, found, _draw, as_lines=json)


def _draw(rows: Iterable[Message]) -> None:
    from sendcloud_inbound.cli.drawing import console  # noqa: PLC0415 - rich is slow to load
    from sendcloud_inbound.cli.drawing.messages import listing  # noqa: PLC0415

    screen = console()
    screen.print(listing([*rows], screen.width))
