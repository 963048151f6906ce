"""`sendcloud-inbound webhooks`: where events are told."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sendcloud_inbound.cli import options  # noqa: TC001 - typer reads the annotations
from sendcloud_inbound.cli.addresses import Server
from sendcloud_inbound.cli.text import as_json
from sendcloud_inbound.rules.history import EventKind  # noqa: TC001 - typer reads it

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from sendcloud_inbound.cli.api import SandboxApi

WebhookId = Annotated[int, typer.Argument(metavar="ID", min=0, help="The webhook's id.")]

program = typer.Typer(help="The URLs that events are told to.")


@program.command("list")
def list_webhooks(
    *,
    json: options.AsJson = False,
    config: options.Config = None,
    http: options.Http = None,
    ports_file: options.PortsFile = None,
) -> None:
    """List the webhooks, those of the settings too."""
    _ask(lambda api: api.webhooks(), json, (config, http, ports_file))


@program.command()
def add(
    url: Annotated[
        str, typer.Argument(metavar="URL", help="Where to; it must answer GET and POST with 200.")
    ],
    *,
    api_user: Annotated[
        str | None,
        typer.Option("--api-user", metavar="NAME", help="For its events; else for everybody's."),
    ] = None,
    event: Annotated[
        list[EventKind] | None,
        typer.Option("--event", help="For such events, more than once for several; else for all."),
    ] = None,
    json: options.AsJson = False,
    config: options.Config = None,
    http: options.Http = None,
    ports_file: options.PortsFile = None,
) -> None:
    """Add a webhook."""
    order = {"url": url, "api_user": api_user, "events": event or None}
    _ask(lambda api: [api.add_webhook(order)], json, (config, http, ports_file))


@program.command()
def remove(
    webhook: WebhookId,
    *,
    config: options.Config = None,
    http: options.Http = None,
    ports_file: options.PortsFile = None,
) -> None:
    """Remove a webhook, and drop what waits for it."""
    _ask(lambda api: api.remove_webhook(webhook), False, (config, http, ports_file))


@program.command()
def pause(
    webhook: WebhookId,
    *,
    json: options.AsJson = False,
    config: options.Config = None,
    http: options.Http = None,
    ports_file: options.PortsFile = None,
) -> None:
    """Let the calls of a webhook wait."""
    _ask(lambda api: [api.set_webhook(webhook, "pause")], json, (config, http, ports_file))


@program.command()
def resume(
    webhook: WebhookId,
    *,
    json: options.AsJson = False,
    config: options.Config = None,
    http: options.Http = None,
    ports_file: options.PortsFile = None,
) -> None:
    """Go on calling a webhook."""
    _ask(lambda api: [api.set_webhook(webhook, "resume")], json, (config, http, ports_file))


def _ask(
    call: Callable[[SandboxApi], Iterable[dict[str, Any]]],
    as_lines: bool,  # noqa: FBT001 - among ourselves
    where: tuple[Path | None, str | None, Path | None],
) -> None:
    """Ask the server, and write the webhooks that it answers with."""
    from sendcloud_inbound.cli.api import SandboxApi  # noqa: PLC0415 - httpx, a quarter of a second

    config, http, ports_file = where
    server = Server(http=http, config=config, ports_file=ports_file)
    with SandboxApi(server.address("http")) as api:
        rows = list(call(api))
    if as_lines:
        for row in rows:
            sys.stdout.write(as_json(row) + "\n")
    elif rows:
        _draw(rows)


def _draw(rows: Iterable[dict[str, Any]]) -> None:
    from sendcloud_inbound.cli.answers import read_webhook  # noqa: PLC0415 - pydantic
    from sendcloud_inbound.cli.drawing import console  # noqa: PLC0415 - rich is slow to load
    from sendcloud_inbound.cli.drawing.webhooks import webhooks_table  # noqa: PLC0415

    console().print(webhooks_table(map(read_webhook, rows)), soft_wrap=True)
