"""`sendcloud-inbound api-users`: names of one's own, each with its own mail."""

from __future__ import annotations

from json import loads
from typing import TYPE_CHECKING, Annotated

import typer

from sendcloud_inbound.cli import options, places  # noqa: TC001 - typer reads the annotations
from sendcloud_inbound.cli.clearing import tell_deleted
from sendcloud_inbound.cli.grouping import grouped
from sendcloud_inbound.cli.rows import write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sendcloud_inbound.client import ApiUser, ApiUserRow

_MORE = ("USER_ID", "FROM", "EXPIRES", "WEBHOOKS")

program = typer.Typer(help="API_USERs made by call, each with its own mail.")


@program.command("list")
@grouped
def list_api_users(*, json: options.AsLines = False, sandbox: places.Sandbox) -> None:
    """List those of the settings, then those that were made; without their keys."""
    from sendcloud_inbound.client import calls  # noqa: PLC0415 - httpx, a quarter of a second

    write(sandbox, calls.api_users(), _draw, as_lines=json)


@program.command("add")
@grouped
def add_api_user(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Its name; else one is made up.")
    ] = None,
    *,
    api_key: Annotated[
        str | None, typer.Option("--api-key", metavar="KEY", help="Its password; else made up.")
    ] = None,
    app_key: Annotated[
        str | None,
        typer.Option("--app-key", metavar="KEY", help="What signs its webhooks; else made up."),
    ] = None,
    ttl: Annotated[
        float | None,
        typer.Option("--ttl", metavar="SECONDS", help="Gone by itself after so long."),
    ] = None,
    webhook_url: Annotated[
        list[str] | None,
        typer.Option("--webhook-url", metavar="URL", help="For its events; more than once."),
    ] = None,
    rules: Annotated[
        str | None,
        typer.Option("--rules", metavar="FILE", help="Rules in JSON for its mail; - is stdin."),
    ] = None,
    json: options.AsJson = False,
    sandbox: places.Sandbox,
) -> None:
    """Make one that can log in at once; its keys are told now and never again."""
    from sendcloud_inbound.client import calls  # noqa: PLC0415 - httpx, a quarter of a second

    given = {
        "api_user": name,
        "api_key": api_key,
        "app_key": app_key,
        "ttl_s": None if ttl is None else str(ttl),  # JSON has no inf; the server refuses it
        "webhook_url": webhook_url or None,
        "rules": None if rules is None else _rules(rules),
    }
    write(sandbox, calls.create_api_user(**given), _draw_with_keys, as_lines=json)


@program.command("remove")
@grouped
def remove_api_user(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The API_USER.")],
    *,
    json: options.AsJson = False,
    sandbox: places.Sandbox,
) -> None:
    """Delete one with all that is its; one of the settings can still log in."""
    from sendcloud_inbound.client import calls  # noqa: PLC0415 - httpx, a quarter of a second

    write(sandbox, calls.delete_api_user(name), tell_deleted, as_lines=json)


def _rules(file: str) -> object:
    from sendcloud_inbound.cli.composing import read  # noqa: PLC0415 - the email package

    try:
        return loads(read(file, "--rules"))
    except ValueError as error:
        raise typer.BadParameter(f"it is no JSON: {error}", param_hint="--rules") from error


def _draw(api_users: Iterable[ApiUserRow]) -> None:
    from sendcloud_inbound.cli.drawing import console, plain, table  # noqa: PLC0415 - rich

    drawn = table("API_USER", *_MORE)
    for each in api_users:
        drawn.add_row(*map(plain, (each.api_user, *_more(each))))
    console().print(drawn, soft_wrap=True)


def _draw_with_keys(made: ApiUser) -> None:
    from sendcloud_inbound.cli.drawing import console, plain, table  # noqa: PLC0415 - rich

    drawn = table("API_USER", "API_KEY", "APP_KEY", *_MORE)
    drawn.add_row(*map(plain, (made.api_user, made.api_key, made.app_key, *_more(made))))
    console().print(drawn, soft_wrap=True)


def _more(each: ApiUserRow | ApiUser) -> Iterator[str]:
    yield str(each.user_id)
    yield "settings" if each.is_configured else "call"
    yield each.expires_at or "(stays)"
    yield ", ".join(map(str, each.webhooks)) or "-"
