"""`sendcloud-inbound events`, `happen` and `release`: what happens to mail, and making it so."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from sendcloud_inbound.cli import filters, options, places  # noqa: TC001 - typer reads the annotations
from sendcloud_inbound.cli.failure import CommandFailed
from sendcloud_inbound.cli.grouping import grouped
from sendcloud_inbound.cli.rows import Newest, write
from sendcloud_inbound.cli.text import as_json, visible
from sendcloud_inbound.rules.history import EventKind  # noqa: TC001 - typer reads it

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sendcloud_inbound.client import Event

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


@grouped
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
    sandbox: places.Sandbox,
) -> None:
    """List what happened to mail, newest first.

    All filters that are given must hold; --json has the fields that webhooks are told.
    """
    from sendcloud_inbound.client import calls  # noqa: PLC0415 - httpx, a quarter of a second

    newest = Newest.asked(limit, _LIMIT, everything=everything)
    found = calls.events(
        api_user=api_user,
        event=event,
        message_id=message_id,
        email_id=email_id,
        recipient=recipient,
        label_id=label_id,
        since=since,
        limit=newest.limit,
    )
    newest.write(sandbox, found, _draw, as_lines=json)


@grouped
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
    sandbox: places.Sandbox,
) -> None:
    """Make something happen to an email, and tell webhooks of it."""
    from sendcloud_inbound.client import calls  # noqa: PLC0415 - httpx, a quarter of a second

    order = {"url": url, "sub_status": sub_status, "message": message, "ip": ip}
    call = calls.happen(email_id, event, **order)
    write(sandbox, call, lambda happened: _draw([happened]), as_lines=json)


@grouped
def release(
    email_id: EmailId,
    *,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="ADDRESS", help="To this address; else to its recipient."),
    ] = None,
    json: options.AsJson = False,
    sandbox: places.Sandbox,
) -> None:
    """Send one copy to the server of delivery.host, if delivery.allow permits."""
    from sendcloud_inbound.client import calls  # noqa: PLC0415 - httpx, a quarter of a second

    with sandbox.client() as client:
        result = client.do(calls.release(email_id, to=to).as_json())
    if json:
        sys.stdout.write(as_json(result) + "\n")
    elif result.get("status") == "delivered":
        sys.stdout.write(f"{visible(str(result.get('reason')))}\n")
    if result.get("status") != "delivered":
        raise CommandFailed(f"it was not taken: {result.get('reason')}")


def _draw(events: Iterable[Event]) -> None:
    from sendcloud_inbound.cli.drawing.events import draw_events  # noqa: PLC0415 - rich is slow to load

    draw_events(events)
