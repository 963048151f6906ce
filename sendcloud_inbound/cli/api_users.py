"""`sendcloud-inbound api-users`: names of one's own, each with its own mail."""

from __future__ import annotations

from json import loads
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sendcloud_inbound.cli import options  # noqa: TC001 - typer reads the annotations
from sendcloud_inbound.cli.addresses import Server
from sendcloud_inbound.cli.clearing import tell_deleted
from sendcloud_inbound.cli.rows import write_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

_NOTHING = "-"

program = typer.Typer(help="API_USERs made by call, each with its own mail.")


@program.command("list")
def list_api_users(
    *,
    json: options.AsLines = False,
    config: options.Config = None,
    http: options.Http = None,
    ports_file: options.PortsFile = None,
) -> None:
    """List those of the settings, then those that were made; without their keys."""
    from sendcloud_inbound.cli.api import SandboxApi  # noqa: PLC0415 - httpx, a quarter of a second

    server = Server(http=http, config=config, ports_file=ports_file)
    with SandboxApi(server.address("http")) as api:
        _write([*api.api_users()], as_lines=json, with_keys=False)


@program.command("add")
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
    config: options.Config = None,
    http: options.Http = None,
    ports_file: options.PortsFile = None,
) -> None:
    """Make one that can log in at once; its keys are told now and never again."""
    from sendcloud_inbound.cli.api import SandboxApi  # noqa: PLC0415 - httpx, a quarter of a second

    given = {
        "api_user": name,
        "api_key": api_key,
        "app_key": app_key,
        "ttl_s": ttl,
        "webhook_url": webhook_url or None,
        "rules": None if rules is None else _rules(rules),
    }
    order = {key: value for key, value in given.items() if value is not None}
    server = Server(http=http, config=config, ports_file=ports_file)
    with SandboxApi(server.address("http")) as api:
        _write([api.add_api_user(order)], as_lines=json, with_keys=True)


@program.command("remove")
def remove_api_user(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The API_USER.")],
    *,
    json: options.AsJson = False,
    config: options.Config = None,
    http: options.Http = None,
    ports_file: options.PortsFile = None,
) -> None:
    """Delete one with all that is its; one of the settings can still log in."""
    from sendcloud_inbound.cli.api import SandboxApi  # noqa: PLC0415 - httpx, a quarter of a second

    server = Server(http=http, config=config, ports_file=ports_file)
    with SandboxApi(server.address("http")) as api:
        tell_deleted(api.remove_api_user(name), as_line=json)


def _rules(file: str) -> object:
    from sendcloud_inbound.cli.composing import read  # noqa: PLC0415 - the email package

    try:
        return loads(read(file, "--rules"))
    except ValueError as error:
        raise typer.BadParameter(f"it is no JSON: {error}", param_hint="--rules") from error


def _write(rows: Sequence[dict[str, Any]], *, as_lines: bool, with_keys: bool) -> None:
    if as_lines:
        write_lines(rows)
        return
    from sendcloud_inbound.cli.answers import read_api_user  # noqa: PLC0415 - pydantic
    from sendcloud_inbound.cli.drawing import console, plain, table  # noqa: PLC0415 - rich

    keys = ("API_KEY", "APP_KEY") if with_keys else ()
    drawn = table("API_USER", *keys, "USER_ID", "FROM", "EXPIRES", "WEBHOOKS")
    for each in map(read_api_user, rows):
        secrets = (each.api_key or _NOTHING, each.app_key or _NOTHING) if with_keys else ()
        origin = "settings" if each.is_configured else "call"
        hooks = ", ".join(map(str, each.webhooks)) or _NOTHING
        cells = (each.api_user, *secrets, str(each.user_id), origin, each.expires_at or "(stays)")
        drawn.add_row(*map(plain, (*cells, hooks)))
    console().print(drawn, soft_wrap=True)
