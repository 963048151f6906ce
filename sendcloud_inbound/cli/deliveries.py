"""`sendcloud-inbound deliveries` and `replay`: what was told to webhooks, and telling it again."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sendcloud_inbound.cli import filters, options
from sendcloud_inbound.cli.addresses import Server
from sendcloud_inbound.cli.rows import Newest, write_lines
from sendcloud_inbound.cli.text import as_json
from sendcloud_inbound.rules.history import EventKind, PostState

if TYPE_CHECKING:
    from collections.abc import Iterable

_LIMIT = 20

Limit = Annotated[
    int | None, typer.Option("--limit", metavar="N", min=1, help=f"At most so many; {_LIMIT}.")
]
Event = Annotated[EventKind | None, typer.Option("--event", help="Of such events.")]
State = Annotated[PostState | None, typer.Option("--state", help="In this state.")]
WebhookId = Annotated[
    int | None, typer.Option("--webhook", metavar="ID", min=0, help="Told to this webhook.")
]


def deliveries(
    *,
    api_user: filters.ApiUser = None,
    event: Event = None,
    state: State = None,
    webhook: WebhookId = None,
    email_id: filters.EmailId = None,
    since: filters.Since = None,
    limit: Limit = None,
    everything: options.Everything = False,
    json: options.AsLines = False,
    config: options.Config = None,
    http: options.Http = None,
    ports_file: options.PortsFile = None,
) -> None:
    """List what was told to webhooks, newest first, each with its attempts.

    All filters that are given must hold; --json has requests and answers whole.
    """
    from sendcloud_inbound.cli.api import SandboxApi  # noqa: PLC0415 - httpx, a quarter of a second

    newest = Newest.asked(limit, _LIMIT, everything=everything)
    asked = filters.given(
        api_user=api_user,
        event=event,
        state=state,
        webhook=webhook,
        email_id=email_id,
        since=since,
    )
    server = Server(http=http, config=config, ports_file=ports_file)
    with SandboxApi(server.address("http")) as api:
        newest.write(api.deliveries(asked, page=newest.page), write_lines if json else _draw)


def replay(
    delivery: Annotated[
        int | None, typer.Argument(metavar="[ID]", min=0, help="One delivery; or --all.")
    ] = None,
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="All that the filters find and that do not wait.")
    ] = False,
    original: Annotated[
        bool,
        typer.Option("--original", help="With the very same token, time and signature, not anew."),
    ] = False,
    api_user: filters.ApiUser = None,
    event: Event = None,
    state: State = None,
    webhook: WebhookId = None,
    email_id: filters.EmailId = None,
    since: filters.Since = None,
    json: options.AsJson = False,
    config: options.Config = None,
    http: options.Http = None,
    ports_file: options.PortsFile = None,
) -> None:
    """Send a delivery once more, or all that match, each as a new one."""
    from sendcloud_inbound.cli.api import SandboxApi  # noqa: PLC0415 - httpx, a quarter of a second

    asked = filters.given(
        api_user=api_user,
        event=event,
        state=state,
        webhook=webhook,
        email_id=email_id,
        since=since,
    )
    if (delivery is None) is not everything:
        raise typer.BadParameter("give the ID of a delivery, or --all")
    if delivery is not None and asked:
        raise typer.BadParameter("the filters go with --all")
    asked["signature"] = "original" if original else "fresh"
    server = Server(http=http, config=config, ports_file=ports_file)
    with SandboxApi(server.address("http")) as api:
        if delivery is not None:
            (write_lines if json else _draw)([api.replay(delivery, asked)])
        else:
            answer = api.replay_all(asked)
            sys.stdout.write(as_json(answer) if json else f"replayed {answer.get('replayed')}")
            sys.stdout.write("\n")


def _draw(rows: Iterable[dict[str, Any]]) -> None:
    from sendcloud_inbound.cli.answers import read_delivery  # noqa: PLC0415 - pydantic
    from sendcloud_inbound.cli.drawing import console  # noqa: PLC0415 - rich is slow to load
    from sendcloud_inbound.cli.drawing.webhooks import delivery_lines  # noqa: PLC0415

    screen = console()
    for row in rows:
        screen.print(delivery_lines(read_delivery(row)), soft_wrap=True)
