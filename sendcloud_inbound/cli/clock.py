"""`sendcloud-inbound clock`: what time it is in the sandbox, and what time it is to be."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from sendcloud_inbound.cli import options, places  # noqa: TC001 - typer reads the annotations
from sendcloud_inbound.cli.grouping import grouped
from sendcloud_inbound.cli.rows import write

if TYPE_CHECKING:
    from sendcloud_inbound.client import Clock


@grouped
def clock(
    *,
    set_to: Annotated[
        str | None,
        typer.Option("--set", metavar="TIME", help="It is then, such as 2030-01-01T12:00:00Z."),
    ] = None,
    advance: Annotated[
        float | None,
        typer.Option("--advance", metavar="SECONDS", min=0, help="It is so much later."),
    ] = None,
    freeze: Annotated[
        bool | None, typer.Option("--freeze/--go-on", help="It stands still, or goes on again.")
    ] = None,
    reset: Annotated[bool, typer.Option("--reset", help="It tells the real time again.")] = False,
    json: options.AsJson = False,
    sandbox: places.Sandbox,
) -> None:
    """Tell or change the time of a running sandbox: retries, expiry and limits follow it."""
    from sendcloud_inbound.client import calls  # noqa: PLC0415 - httpx, a quarter of a second

    # As text: JSON has no inf, and the server says what it takes.
    order = {
        "set": set_to,
        "advance_s": None if advance is None else str(advance),
        "freeze": freeze,
    }
    is_order = any(value is not None for value in order.values())
    if reset and is_order:
        raise typer.BadParameter("it goes with no other option", param_hint="--reset")
    change = calls.set_clock(**order) if is_order else calls.clock()
    write(sandbox, calls.reset_clock() if reset else change, _tell, as_lines=json)


def _tell(clock: Clock) -> None:
    sys.stdout.write(f"{clock.now}{' (it stands)' if clock.is_frozen else ''}\n")
