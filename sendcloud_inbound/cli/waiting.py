"""`sendcloud-inbound wait`: for an email, a message or an event."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sendcloud_inbound.cli import options  # noqa: TC001 - typer reads the annotations
from sendcloud_inbound.cli.addresses import Server
from sendcloud_inbound.cli.text import as_json
from sendcloud_inbound.rules.history import EventKind  # noqa: TC001 - typer reads it

if TYPE_CHECKING:
    from collections.abc import Iterable


class Kind(StrEnum):
    """What can be waited for."""

    EMAIL = "email"
    MESSAGE = "message"
    EVENT = "event"


def wait(
    kind: Annotated[Kind, typer.Argument(metavar="[KIND]", help="email, message or event.")] = (
        Kind.EMAIL
    ),
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
        str | None, typer.Option("--header", metavar="NAME:VALUE", help="With this header field.")
    ] = None,
    message_id: Annotated[
        str | None, typer.Option("--message-id", metavar="MESSAGE_ID", help="Of this message.")
    ] = None,
    status: Annotated[
        str | None, typer.Option("--status", metavar="STATUS", help="In this state.")
    ] = None,
    event: Annotated[
        EventKind | None, typer.Option("--event", help="Such an event; of an email: had it.")
    ] = None,
    label_id: Annotated[
        str | None, typer.Option("--label-id", metavar="LABEL_ID", help="With this label.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="TIME", help="At or after, such as 2026-11-22T02:54:01Z."),
    ] = None,
    count: Annotated[int, typer.Option("--count", metavar="N", min=1, help="So many.")] = 1,
    timeout: Annotated[
        float,
        typer.Option("--timeout", metavar="SECONDS", min=0, max=300, help="At most so long."),
    ] = 10,
    absent: Annotated[
        bool, typer.Option("--absent", help="Succeed when none comes, and fail when one does.")
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Write JSON, one item a line, for scripts.")
    ] = False,
    config: options.Config = None,
    http: options.Http = None,
    ports_file: options.PortsFile = None,
) -> None:
    """Wait until what is described is there; print it.

    When it does not come in time, stderr says what nearly was it, and the exit status is 1.
    """
    from sendcloud_inbound.cli.api import SandboxApi  # noqa: PLC0415 - httpx, a quarter of a second

    filters = {
        "api_user": api_user,
        "recipient": recipient,
        "subject": subject,
        "header": header,
        "message_id": message_id,
        "status": status,
        "event": event,
        "label_id": label_id,
        "since": since,
    }
    given = {name: str(value) for name, value in filters.items() if value is not None}
    given |= {"kind": kind, "count": str(count), "absent": str(absent).lower()}
    server = Server(http=http, config=config, ports_file=ports_file)
    with SandboxApi(server.address("http")) as api:
        _write(kind, api.wait(given, timeout), as_lines=json)


def _write(kind: Kind, rows: Iterable[dict[str, Any]], *, as_lines: bool) -> None:
    if as_lines:
        for row in rows:
            sys.stdout.write(as_json(row) + "\n")
        return
    name = {Kind.EMAIL: "email_id", Kind.MESSAGE: "message_id"}
    if kind in name:
        for row in rows:
            sys.stdout.write(as_json(row.get(name[kind])).strip('"') + "\n")
        return
    from sendcloud_inbound.cli.answers import read_event  # noqa: PLC0415 - pydantic
    from sendcloud_inbound.cli.drawing import console  # noqa: PLC0415 - rich is slow to load
    from sendcloud_inbound.cli.history import event_line  # noqa: PLC0415

    screen = console()
    for row in rows:
        screen.print(event_line(read_event(row)), soft_wrap=True)
