"""`sendcloud-inbound events`, `happen` and `release`: what happens to mail, and making it so."""

from __future__ import annotations

import sys
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sendcloud_inbound.cli import options  # noqa: TC001 - typer reads the annotations
from sendcloud_inbound.cli.addresses import Server
from sendcloud_inbound.cli.failure import CommandFailed
from sendcloud_inbound.cli.text import as_json, visible
from sendcloud_inbound.rules.history import EventKind  # noqa: TC001 - typer reads it

if TYPE_CHECKING:
    from collections.abc import Iterable

_LIMIT = 50

EmailId = Annotated[str, typer.Argument(metavar="EMAIL_ID", help="Of the email.")]


def events(
    *,
    api_user: Annotated[
        str | None, typer.Option("--api-user", metavar="NAME", help="About mail of this API_USER.")
    ] = None,
    event: Annotated[EventKind | None, typer.Option("--event", help="Such events.")] = None,
    message_id: Annotated[
        str | None, typer.Option("--message-id", metavar="MESSAGE_ID", help="Of this message.")
    ] = None,
    email_id: Annotated[
        str | None, typer.Option("--email-id", metavar="EMAIL_ID", help="Of this email.")
    ] = None,
    recipient: Annotated[
        str | None,
        typer.Option("--recipient", metavar="ADDRESS", help="To this address, without case."),
    ] = None,
    label_id: Annotated[
        str | None, typer.Option("--label-id", metavar="LABEL_ID", help="With this label.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="TIME", help="At or after, such as 2026-11-22T02:54:01Z."),
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", metavar="N", min=1, help="At most so many; 50.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Write JSON, one event a line, for scripts.")
    ] = False,
    config: options.Config = None,
    http: options.Http = None,
    ports_file: options.PortsFile = None,
) -> None:
    """List what happened to mail, newest first.

    All filters that are given must hold; --json has the fields that webhooks are told.
    """
    from sendcloud_inbound.cli.api import SandboxApi  # noqa: PLC0415 - httpx, a quarter of a second

    if everything and limit is not None:
        raise typer.BadParameter("--limit and --all exclude each other")
    most = None if everything else limit or _LIMIT
    filters = {
        "api_user": api_user,
        "event": event,
        "message_id": message_id,
        "email_id": email_id,
        "recipient": recipient,
        "label_id": label_id,
        "since": since,
    }
    given = {name: value for name, value in filters.items() if value is not None}
    server = Server(http=http, config=config, ports_file=ports_file)
    with SandboxApi(server.address("http")) as api:
        found = api.events(given, page=(most or _LIMIT) + 1)
        _write(islice(found, most), as_lines=json)
        if next(found, None) is not None:
            sys.stderr.write(f"these are the newest {most}; --limit N or --all gives more\n")


def happen(
    email_id: EmailId,
    event: Annotated[EventKind, typer.Argument(help="What is to happen to it.")],
    *,
    url: Annotated[
        str | None, typer.Option("--url", metavar="URL", help="Of click; else its first link.")
    ] = None,
    sub_status: Annotated[
        int | None,
        typer.Option("--sub-status", metavar="N", help="Of invalid and soft_bounce: 406, 509 ..."),
    ] = None,
    message: Annotated[
        str | None,
        typer.Option("--message", metavar="TEXT", help="Of invalid and soft_bounce: the log."),
    ] = None,
    ip: Annotated[
        str | None,
        typer.Option("--ip", metavar="ADDRESS", help="Of open, click and unsubscribe: from where."),
    ] = None,
    json: options.AsJson = False,
    config: options.Config = None,
    http: options.Http = None,
    ports_file: options.PortsFile = None,
) -> None:
    """Make something happen to an email, and tell webhooks of it."""
    from sendcloud_inbound.cli.api import SandboxApi  # noqa: PLC0415 - httpx, a quarter of a second

    order = {"event": event, "url": url, "sub_status": sub_status, "message": message, "ip": ip}
    given = {name: value for name, value in order.items() if value is not None}
    server = Server(http=http, config=config, ports_file=ports_file)
    with SandboxApi(server.address("http")) as api:
        _write([api.happen(email_id, given)], as_lines=json)


def release(
    email_id: EmailId,
    *,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="ADDRESS", help="To this address; else to its recipient."),
    ] = None,
    json: options.AsJson = False,
    config: options.Config = None,
    http: options.Http = None,
    ports_file: options.PortsFile = None,
) -> None:
    """Send one copy to the server of delivery.host, if delivery.allow permits."""
    from sendcloud_inbound.cli.api import SandboxApi  # noqa: PLC0415 - httpx, a quarter of a second

    server = Server(http=http, config=config, ports_file=ports_file)
    with SandboxApi(server.address("http")) as api:
        result = api.release(email_id, {} if to is None else {"to": to})
    if json:
        sys.stdout.write(as_json(result) + "\n")
    elif result.get("status") == "delivered":
        sys.stdout.write(f"{visible(str(result.get('reason')))}\n")
    if result.get("status") != "delivered":
        raise CommandFailed(f"it was not taken: {result.get('reason')}")


def _write(rows: Iterable[dict[str, Any]], *, as_lines: bool) -> None:
    if as_lines:
        for row in rows:
            sys.stdout.write(as_json(row) + "\n")
        return
    from sendcloud_inbound.cli.answers import read_event  # noqa: PLC0415 - pydantic
    from sendcloud_inbound.cli.drawing import console  # noqa: PLC0415 - rich is slow to load
    from sendcloud_inbound.cli.history import event_line  # noqa: PLC0415

    screen = console()
    for row in rows:
        screen.print(event_line(read_event(row)), soft_wrap=True)
