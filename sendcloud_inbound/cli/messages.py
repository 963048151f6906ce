"""`sendcloud-inbound messages`: what came in, newest first."""

from __future__ import annotations

import sys
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sendcloud_inbound.cli import options  # noqa: TC001 - typer reads the annotations
from sendcloud_inbound.cli.addresses import Server
from sendcloud_inbound.cli.text import as_json
from sendcloud_inbound.rules.model import MessageStatus  # noqa: TC001 - typer reads it

if TYPE_CHECKING:
    from collections.abc import Iterable

_LIMIT = 50


def messages(
    *,
    api_user: Annotated[
        str | None, typer.Option("--api-user", metavar="NAME", help="Of this API_USER.")
    ] = None,
    recipient: Annotated[
        str | None,
        typer.Option("--recipient", metavar="ADDRESS", help="To this address, without case."),
    ] = None,
    subject: Annotated[
        str | None,
        typer.Option("--subject", metavar="TEXT", help="With this in the subject, without case."),
    ] = None,
    header: Annotated[
        str | None,
        typer.Option("--header", metavar="NAME:VALUE", help="With this header field."),
    ] = None,
    status: Annotated[MessageStatus | None, typer.Option("--status", help="In this state.")] = None,
    label_id: Annotated[
        str | None, typer.Option("--label-id", metavar="LABEL_ID", help="With this label.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since", metavar="TIME", help="Received at or after, such as 2026-11-22T02:54:01Z."
        ),
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", metavar="N", min=1, help="At most so many; 50.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Write JSON, one message a line, for scripts.")
    ] = False,
    config: options.Config = None,
    http: options.Http = None,
    ports_file: options.PortsFile = None,
) -> None:
    """List the messages that came in, newest first, refused ones included.

    All filters that are given must hold.
    """
    from sendcloud_inbound.cli.api import SandboxApi  # noqa: PLC0415 - httpx, a quarter of a second

    if everything and limit is not None:
        raise typer.BadParameter("--limit and --all exclude each other")
    most = None if everything else limit or _LIMIT
    filters = _given(
        api_user=api_user,
        recipient=recipient,
        subject=subject,
        header=header,
        status=status,
        label_id=label_id,
        since=since,
    )
    server = Server(http=http, config=config, ports_file=ports_file)
    with SandboxApi(server.address("http")) as api:
        found = api.messages(filters, page=(most or _LIMIT) + 1)
        (_write_json if json else _draw)(islice(found, most))
        if next(found, None) is not None:
            sys.stderr.write(f"these are the newest {most}; --limit N or --all gives more\n")


def _given(**filters: str | None) -> dict[str, str]:
    return {name: value for name, value in filters.items() if value is not None}


def _write_json(rows: Iterable[dict[str, Any]]) -> None:
    for row in rows:
        sys.stdout.write(as_json(row) + "\n")


def _draw(rows: Iterable[dict[str, Any]]) -> None:
    from sendcloud_inbound.cli.answers import read_row  # noqa: PLC0415 - rich is slow to load
    from sendcloud_inbound.cli.drawing import console  # noqa: PLC0415
    from sendcloud_inbound.cli.listing import listing  # noqa: PLC0415

    screen = console()
    screen.print(listing([read_row(row) for row in rows], screen.width))
