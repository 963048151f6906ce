"""`sendcloud-inbound messages`: what came in, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from sendcloud_inbound.cli import filters, options
from sendcloud_inbound.cli.addresses import Server
from sendcloud_inbound.cli.rows import Newest, write_lines

if TYPE_CHECKING:
    from collections.abc import Iterable

_LIMIT = 50

Limit = Annotated[
    int | None, typer.Option("--limit", metavar="N", min=1, help=f"At most so many; {_LIMIT}.")
]


def messages(
    *,
    api_user: filters.ApiUser = None,
    recipient: filters.Recipient = None,
    subject: filters.Subject = None,
    header: filters.Header = None,
    query: filters.Query = None,
    status: filters.Status = None,
    label_id: filters.LabelId = None,
    since: filters.Since = None,
    limit: Limit = None,
    everything: options.Everything = False,
    json: options.AsLines = False,
    config: options.Config = None,
    http: options.Http = None,
    ports_file: options.PortsFile = None,
) -> None:
    """List the messages that came in, newest first, refused ones included.

    All filters that are given must hold.
    """
    from sendcloud_inbound.cli.api import SandboxApi  # noqa: PLC0415 - httpx, a quarter of a second

    newest = Newest.asked(limit, _LIMIT, everything=everything)
    asked = filters.given(
        api_user=api_user,
        recipient=recipient,
        subject=subject,
        header=header,
        q=query,
        status=status,
        label_id=label_id,
        since=since,
    )
    server = Server(http=http, config=config, ports_file=ports_file)
    with SandboxApi(server.address("http")) as api:
        newest.write(api.messages(asked, page=newest.page), write_lines if json else _draw)


def _draw(rows: Iterable[dict[str, Any]]) -> None:
    from sendcloud_inbound.cli.answers import read_row  # noqa: PLC0415 - rich is slow to load
    from sendcloud_inbound.cli.drawing import console  # noqa: PLC0415
    from sendcloud_inbound.cli.drawing.messages import listing  # noqa: PLC0415

    screen = console()
    screen.print(listing([read_row(row) for row in rows], screen.width))
