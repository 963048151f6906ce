"""`sendcloud-inbound deliveries` and `replay`: what was told to webhooks, and telling it again."""

from __future__ import annotations

import sys
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sendcloud_inbound.cli import options  # noqa: TC001 - typer reads the annotations
from sendcloud_inbound.cli.addresses import Server
from sendcloud_inbound.cli.text import as_json
from sendcloud_inbound.rules.history import EventKind, PostState

if TYPE_CHECKING:
    from collections.abc import Iterable

_LIMIT = 20

ApiUser = Annotated[
    str | None, typer.Option("--api-user", metavar="NAME", help="Of this API_USER.")
]
Event = Annotated[EventKind | None, typer.Option("--event", help="Of such events.")]
State = Annotated[PostState | None, typer.Option("--state", help="In this state.")]
WebhookId = Annotated[
    int | None, typer.Option("--webhook", metavar="ID", min=0, help="Told to this webhook.")
]
EmailId = Annotated[
    str | None, typer.Option("--email-id", metavar="EMAIL_ID", help="About this email.")
]
Since = Annotated[
    str | None,
    typer.Option("--since", metavar="TIME", help="Made at or after, as 2026-11-22T02:54:01Z."),
]


def deliveries(
    *,
    api_user: ApiUser = None,
    event: Event = None,
    state: State = None,
    webhook: WebhookId = None,
    email_id: EmailId = None,
    since: Since = None,
    limit: Annotated[
        int | None, typer.Option("--limit", metavar="N", min=1, help="At most so many; 20.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Write JSON, one delivery a line, for scripts.")
    ] = False,
    config: options.Config = None,
    http: options.Http = None,
    ports_file: options.PortsFile = None,
) -> None:
    """List what was told to webhooks, newest first, each with its attempts.

    All filters that are given must hold; --json has requests and answers whole.
    """
    from sendcloud_inbound.cli.api import SandboxApi  # noqa: PLC0415 - httpx, a quarter of a second

    if everything and limit is not None:
        raise typer.BadParameter("--limit and --all exclude each other")
    most = None if everything else limit or _LIMIT
    filters = _given(api_user, event, state, webhook, email_id, since)
    server = Server(http=http, config=config, ports_file=ports_file)
    with SandboxApi(server.address("http")) as api:
        found = api.deliveries(filters, page=(most or _LIMIT) + 1)
        (_write_json if json else _draw)(islice(found, most))
        if next(found, None) is not None:
            sys.stderr.write(f"these are the newest {most}; --limit N or --all gives more\n")


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
    api_user: ApiUser = None,
    event: Event = None,
    state: State = None,
    webhook: WebhookId = None,
    email_id: EmailId = None,
    since: Since = None,
    json: options.AsJson = False,
    config: options.Config = None,
    http: options.Http = None,
    ports_file: options.PortsFile = None,
) -> None:
    """Send a delivery once more, or all that match, each as a new one."""
    from sendcloud_inbound.cli.api import SandboxApi  # noqa: PLC0415 - httpx, a quarter of a second

    filters = _given(api_user, event, state, webhook, email_id, since)
    if (delivery is None) is not everything:
        raise typer.BadParameter("give the ID of a delivery, or --all")
    if delivery is not None and filters:
        raise typer.BadParameter("the filters go with --all")
    filters["signature"] = "original" if original else "fresh"
    server = Server(http=http, config=config, ports_file=ports_file)
    with SandboxApi(server.address("http")) as api:
        if delivery is not None:
            (_write_json if json else _draw)([api.replay(delivery, filters)])
        else:
            answer = api.replay_all(filters)
            sys.stdout.write(as_json(answer) if json else f"replayed {answer.get('replayed')}")
            sys.stdout.write("\n")


def _given(  # noqa: PLR0917 - the filters, in their order
    api_user: str | None,
    event: EventKind | None,
    state: PostState | None,
    webhook: int | None,
    email_id: str | None,
    since: str | None,
) -> dict[str, str]:
    filters = {
        "api_user": api_user,
        "event": event,
        "state": state,
        "webhook": webhook,
        "email_id": email_id,
        "since": since,
    }
    return {name: str(value) for name, value in filters.items() if value is not None}


def _write_json(rows: Iterable[dict[str, Any]]) -> None:
    for row in rows:
        sys.stdout.write(as_json(row) + "\n")


def _draw(rows: Iterable[dict[str, Any]]) -> None:
    from sendcloud_inbound.cli.answers import read_delivery  # noqa: PLC0415 - pydantic
    from sendcloud_inbound.cli.drawing import console  # noqa: PLC0415 - rich is slow to load
    from sendcloud_inbound.cli.telling import delivery_lines  # noqa: PLC0415

    screen = console()
    for row in rows:
        screen.print(delivery_lines(read_delivery(row)), soft_wrap=True)
