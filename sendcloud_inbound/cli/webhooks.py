"""`sendcloud-inbound webhooks`: where events are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from sendcloud_inbound.cli import options, places  # noqa: TC001 - typer reads the annotations
from sendcloud_inbound.cli.grouping import grouped
from sendcloud_inbound.cli.rows import write
from sendcloud_inbound.rules.history import EventKind  # noqa: TC001 - typer reads it

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sendcloud_inbound.client import Webhook

WebhookId = Annotated[int, typer.Argument(metavar="ID", min=0, help="The webhook's id.")]

program = typer.Typer(help="The URLs that events are told to.")


@program.command("list")
@grouped
def list_webhooks(*, json: options.AsJson = False, sandbox: places.Sandbox) -> None:
    """List the webhooks, those of the settings too."""
    from sendcloud_inbound.client import calls  # noqa: PLC0415 - httpx, a quarter of a second

    write(sandbox, calls.webhooks(), _draw, as_lines=json)


@program.command()
@grouped
def add(
    url: Annotated[
        str, typer.Argument(metavar="URL", help="Where to; it must answer GET and POST with 200.")
    ],
    *,
    api_user: Annotated[
        str | None,
        typer.Option("--api-user", metavar="NAME", help="For its events; else for everybody's."),
    ] = None,
    event: Annotated[
        list[EventKind] | None,
        typer.Option("--event", help="For such events, more than once for several; else for all."),
    ] = None,
    json: options.AsJson = False,
    sandbox: places.Sandbox,
) -> None:
    """Add a webhook."""
    from sendcloud_inbound.client import calls  # noqa: PLC0415 - httpx, a quarter of a second

    call = calls.add_webhook(url, api_user=api_user, events=event or None)
    write(sandbox, call, _draw_one, as_lines=json)


@program.command()
@grouped
def remove(webhook: WebhookId, *, sandbox: places.Sandbox) -> None:
    """Remove a webhook, and drop what waits for it."""
    with sandbox.client() as client:
        client.remove_webhook(webhook)


@program.command()
@grouped
def pause(
    webhook: WebhookId,
    *,
    json: options.AsJson = False,
    sandbox: places.Sandbox,
) -> None:
    """Let the calls of a webhook wait."""
    from sendcloud_inbound.client import calls  # noqa: PLC0415 - httpx, a quarter of a second

    write(sandbox, calls.pause_webhook(webhook), _draw_one, as_lines=json)


@program.command()
@grouped
def resume(
    webhook: WebhookId,
    *,
    json: options.AsJson = False,
    sandbox: places.Sandbox,
) -> None:
    """Go on calling a webhook."""
    from sendcloud_inbound.client import calls  # noqa: PLC0415 - httpx, a quarter of a second

    write(sandbox, calls.resume_webhook(webhook), _draw_one, as_lines=json)


def _draw_one(webhook: Webhook) -> None:
    _draw([webhook])


def _draw(webhooks: Sequence[Webhook]) -> None:
    from sendcloud_inbound.cli.drawing import console  # noqa: PLC0415 - rich is slow to load
    from sendcloud_inbound.cli.drawing.webhooks import webhooks_table  # noqa: PLC0415

    if webhooks:
        console().print(webhooks_table(webhooks), soft_wrap=True)
