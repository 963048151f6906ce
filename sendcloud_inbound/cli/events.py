"""`sendcloud-inbound events`, `happen` and `release`: what happens to mail, and making it so."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sendcloud_inbound.cli import filters, options
from sendcloud_inbound.cli.addresses import Server
from sendcloud_inbound.cli.failure import CommandFailed
from sendcloud_inbound.cli.rows import Newest, write_lines
from sendcloud_inbound.cli.text import as_json, visible
from sendcloud_inbound.rules.history import EventKind  # noqa: TC001 - typer reads it

if TYPE_CHECKING:
    from collections.abc import Iterable

_LIMIT = 50

Limit = Annotated[
    int | None, typer.Option("--limit", metavar="N", min=1, help=f"At most so many; {_LIMIT}.")
]
EmailId = Annotated[str, typer.Argument(metavar="EMAIL_ID", help="Of the email.")]


class Deed(StrEnum):
    """What can be made to happen to an email: every event but `request` and `route`."""

    DELIVER = "deliver"
    OPEN = "open"
    CLICK = "click"
    UNSUBSCRIBE = "unsubscribe"
    REPORT_SPAM = "report_spam"
    INVALID = "invalid"
    SOFT_BOUNCE = "soft_bounce"


def events(
    *,
    api_user: filters.ApiUser = None,
    event: Annotated[EventKind | None, typer.Option("--event", help="Such events.")] = None,
    message_id: filters.MessageId = None,
    email_id: filters.EmailId = None,
    recipient: filters.Recipient = None,
    label_id: filters.LabelId = None,
    since: filters.Since = None,
    limit: Limit = None,
    everything: options.Everything = False,
    json: options.AsLines = False,
    config: options.Config = None,
    http: options.Http = None,
    ports_file: options.PortsFile = None,
) -> None:
    """List what happened to mail, newest first.

    All filters that are given must hold; --json has the fields that webhooks are told.
    """
    from sendcloud_inbound.cli.api import SandboxApi  # noqa: PLC0415 - httpx, a quarter of a second

    newest = Newest.asked(limit, _LIMIT, everything=everything)
    asked = filters.given(
        api_user=api_user,
        event=event,
        message_id=message_id,
        email_id=email_id,
        recipient=recipient,
        label_id=label_id,
        since=since,
    )
    server = Server(http=http, config=config, ports_file=ports_file)
    with SandboxApi(server.address("http")) as api:
        newest.write(api.events(asked, page=newest.page), write_lines if json else _draw)


def happen(
    email_id: EmailId,
    event: Annotated[Deed, typer.Argument(help="What is to happen to it.")],
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
        (write_lines if json else _draw)([api.happen(email_id, given)])


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


def _draw(rows: Iterable[dict[str, Any]]) -> None:
    from sendcloud_inbound.cli.drawing.events import draw_events  # noqa: PLC0415 - rich is slow to load

    draw_events(rows)
