"""`sendcloud-inbound wait`: for an email, a message or an event."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sendcloud_inbound.cli import filters, options
from sendcloud_inbound.cli.addresses import Server
from sendcloud_inbound.cli.rows import write_lines
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
    api_user: filters.ApiUser = None,
    recipient: filters.Recipient = None,
    subject: filters.Subject = None,
    header: filters.Header = None,
    query: filters.Query = None,
    message_id: filters.MessageId = None,
    status: Annotated[
        str | None, typer.Option("--status", metavar="STATUS", help="In this state.")
    ] = None,
    event: Annotated[
        EventKind | None, typer.Option("--event", help="Such an event; of an email: had it.")
    ] = None,
    label_id: filters.LabelId = None,
    since: filters.Since = None,
    count: Annotated[int, typer.Option("--count", metavar="N", min=1, help="So many.")] = 1,
    timeout: Annotated[
        float,
        typer.Option("--timeout", metavar="SECONDS", min=0, max=300, help="At most so long."),
    ] = 10,
    absent: Annotated[
        bool, typer.Option("--absent", help="Succeed when none comes, and fail when one does.")
    ] = False,
    json: options.AsLines = False,
    config: options.Config = None,
    http: options.Http = None,
    ports_file: options.PortsFile = None,
) -> None:
    """Wait until what is described is there; print it.

    When it does not come in time, stderr says what nearly was it, and the exit status is 1.
    """
    from sendcloud_inbound.cli.api import SandboxApi  # noqa: PLC0415 - httpx, a quarter of a second

    asked = filters.given(
        kind=kind,
        api_user=api_user,
        recipient=recipient,
        subject=subject,
        header=header,
        q=query,
        message_id=message_id,
        status=status,
        event=event,
        label_id=label_id,
        since=since,
        count=count,
        absent=str(absent).lower(),
    )
    server = Server(http=http, config=config, ports_file=ports_file)
    with SandboxApi(server.address("http")) as api:
        found = api.wait(asked, timeout)
        write_lines(found) if json else _write(kind, found)


def _write(kind: Kind, rows: Iterable[dict[str, Any]]) -> None:
    if kind is Kind.EVENT:
        from sendcloud_inbound.cli.drawing.events import draw_events  # noqa: PLC0415 - rich is slow

        draw_events(rows)
        return
    for row in rows:
        sys.stdout.write(as_json(row.get(f"{kind}_id")).strip('"') + "\n")
