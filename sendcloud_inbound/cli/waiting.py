"""`sendcloud-inbound wait`: for an email, a message or an event."""

from __future__ import annotations

import sys
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sendcloud_inbound.cli import filters, options, places  # noqa: TC001 - typer reads the annotations
from sendcloud_inbound.cli.grouping import grouped
from sendcloud_inbound.cli.rows import write
from sendcloud_inbound.cli.text import as_json
from sendcloud_inbound.rules.history import EventKind  # noqa: TC001 - typer reads it

if TYPE_CHECKING:
    from collections.abc import Sequence


class Kind(StrEnum):
    """What can be waited for."""

    EMAIL = "email"
    MESSAGE = "message"
    EVENT = "event"


@grouped
def wait(
    kind: Annotated[Kind, typer.Argument(metavar="[KIND]", help="email, message or event.")] = (
        Kind.EMAIL
    ),
    *,
    mail: filters.Mail,
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
    sandbox: places.Sandbox,
) -> None:
    """Wait until what is described is there; print it.

    When it does not come in time, stderr says what nearly was it, and the exit status is 1.
    """
    from sendcloud_inbound.client import calls  # noqa: PLC0415 - httpx, a quarter of a second

    wanted = {"message_id": message_id, "status": status, "event": event}
    wanted |= {"label_id": label_id, "since": since}
    call = calls.wait_for(
        kind, timeout_s=timeout, count=count, absent=absent, **mail.asked(), **wanted
    )
    write(sandbox, call, partial(_draw, kind), as_lines=json)


def _draw(kind: Kind, found: Sequence[Any]) -> None:
    if kind is Kind.EVENT:
        from sendcloud_inbound.cli.drawing.events import draw_events  # noqa: PLC0415 - rich is slow

        draw_events(found)
        return
    for each in found:
        named = each.email_id if kind is Kind.EMAIL else each.message_id
        sys.stdout.write(as_json(named).strip('"') + "\n")
