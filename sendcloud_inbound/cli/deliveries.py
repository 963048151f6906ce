"""`sendcloud-inbound deliveries` and `replay`: what was told to webhooks, and telling it again."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from sendcloud_inbound.cli import filters, options, places  # noqa: TC001 - typer reads the annotations
from sendcloud_inbound.cli.grouping import grouped
from sendcloud_inbound.cli.rows import Newest, write
from sendcloud_inbound.rules.history import EventKind, PostState  # noqa: TC001 - typer reads them

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sendcloud_inbound.client import Delivery

_LIMIT = 20

Limit = Annotated[
    int | None, typer.Option("--limit", metavar="N", min=1, help=f"At most so many; {_LIMIT}.")
]


@dataclass(frozen=True)
class Told:
    """What deliveries are found by."""

    api_user: filters.ApiUser = None
    event: Annotated[EventKind | None, typer.Option("--event", help="Of such events.")] = None
    state: Annotated[PostState | None, typer.Option("--state", help="In this state.")] = None
    webhook: Annotated[
        int | None, typer.Option("--webhook", metavar="ID", min=0, help="Told to this webhook.")
    ] = None
    email_id: filters.EmailId = None
    since: filters.Since = None


@grouped
def deliveries(
    *,
    told: Told,
    limit: Limit = None,
    everything: options.Everything = False,
    json: options.AsLines = False,
    sandbox: places.Sandbox,
) -> None:
    """List what was told to webhooks, newest first, each with its attempts.

    All filters that are given must hold; --json has requests and answers whole.
    """
    from sendcloud_inbound.client import calls  # noqa: PLC0415 - httpx, a quarter of a second

    newest = Newest.asked(limit, _LIMIT, everything=everything)
    found = calls.deliveries(**vars(told), limit=newest.limit)
    newest.write(sandbox, found, _draw, as_lines=json)


@grouped
def replay(
    delivery: Annotated[
        int | None, typer.Argument(metavar="[ID]", min=0, help="One delivery; or --all.")
    ] = None,
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="All that the filters find and that do not wait.")
    ] = False,
    original: Annotated[
        bool,
        typer.Option("--original", help="With the very same token, time and signature, not anew."),
    ] = False,
    told: Told,
    json: options.AsJson = False,
    sandbox: places.Sandbox,
) -> None:
    """Send a delivery once more, or all that match, each as a new one."""
    from sendcloud_inbound.client import calls  # noqa: PLC0415 - httpx, a quarter of a second

    if (delivery is None) is not everything:
        raise typer.BadParameter("give the ID of a delivery, or --all")
    if delivery is not None and told != Told():
        raise typer.BadParameter("the filters go with --all")
    signature = "original" if original else "fresh"
    if delivery is not None:
        once = calls.replay(delivery, signature=signature)
        write(sandbox, once, lambda made: _draw([made]), as_lines=json)
    else:
        write(sandbox, calls.replay_all(signature=signature, **vars(told)), _tell, as_lines=json)


def _tell(count: int) -> None:
    sys.stdout.write(f"replayed {count}\n")


def _draw(deliveries: Iterable[Delivery]) -> None:
    from sendcloud_inbound.cli.drawing import console  # noqa: PLC0415 - rich is slow to load
    from sendcloud_inbound.cli.drawing.webhooks import delivery_lines  # noqa: PLC0415

    screen = console()
    for each in deliveries:
        screen.print(delivery_lines(each), soft_wrap=True)
