"""`sendcloud-inbound clock`: what time it is in the sandbox, and what time it is to be."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from sendcloud_inbound.cli import filters, options
from sendcloud_inbound.cli.addresses import Server
from sendcloud_inbound.cli.text import as_json


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
    config: options.Config = None,
    http: options.Http = None,
    ports_file: options.PortsFile = None,
) -> None:
    """Tell or change the time of a running sandbox: retries, expiry and limits follow it."""
    from sendcloud_inbound.cli.api import SandboxApi  # noqa: PLC0415 - httpx, a quarter of a second

    order: dict[str, Any] = filters.given(set=set_to, advance_s=advance)
    if freeze is not None:
        order["freeze"] = freeze
    if reset and order:
        raise typer.BadParameter("it goes with no other option", param_hint="--reset")
    server = Server(http=http, config=config, ports_file=ports_file)
    with SandboxApi(server.address("http")) as api:
        face = api.reset_clock() if reset else api.clock(order)
    text = as_json(face) if json else _words(face)
    sys.stdout.write(text + "\n")


def _words(face: dict[str, Any]) -> str:
    from sendcloud_inbound.cli.answers import read_clock  # noqa: PLC0415 - pydantic

    read = read_clock(face)
    return f"{read.now}{' (it stands)' if read.is_frozen else ''}"
