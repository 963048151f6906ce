"""`sendcloud-inbound rules` and `suppressions`: what is to become of an API_USER's mail."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sendcloud_inbound.cli import options  # noqa: TC001 - typer reads the annotations
from sendcloud_inbound.cli.addresses import Server
from sendcloud_inbound.cli.text import as_json, readable_json
from sendcloud_inbound.rules.history import SuppressionKind

if TYPE_CHECKING:
    from collections.abc import Iterable

ApiUser = Annotated[
    str | None,
    typer.Option(
        "--api-user", metavar="NAME", help="Of this API_USER; by default the first configured."
    ),
]
Address = Annotated[str, typer.Argument(metavar="ADDRESS", help="The recipient's.")]

rules = typer.Typer(help="Rules that force what becomes of mail.")
suppressions = typer.Typer(help="Addresses that mail is not sent to.")


@rules.command("show")
def show_rules(
    *,
    api_user: ApiUser = None,
    config: options.Config = None,
    http: options.Http = None,
    ports_file: options.PortsFile = None,
) -> None:
    """Write the rules as JSON, as they can be put again."""
    from sendcloud_inbound.cli.api import SandboxApi  # noqa: PLC0415 - httpx, a quarter of a second

    server = Server(http=http, config=config, ports_file=ports_file)
    with SandboxApi(server.address("http")) as api:
        sys.stdout.write(readable_json(api.rules(_named(server, api_user))) + "\n")


@rules.command("put")
def put_rules(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Rules in JSON; - is stdin.")],
    *,
    api_user: ApiUser = None,
    config: options.Config = None,
    http: options.Http = None,
    ports_file: options.PortsFile = None,
) -> None:
    """Replace the rules."""
    from sendcloud_inbound.cli.api import SandboxApi  # noqa: PLC0415 - httpx, a quarter of a second
    from sendcloud_inbound.cli.composing import read  # noqa: PLC0415 - the email package

    text = read(file, "FILE")
    server = Server(http=http, config=config, ports_file=ports_file)
    with SandboxApi(server.address("http")) as api:
        sys.stdout.write(readable_json(api.put_rules(_named(server, api_user), text)) + "\n")


@rules.command("remove")
def remove_rules(
    *,
    api_user: ApiUser = None,
    config: options.Config = None,
    http: options.Http = None,
    ports_file: options.PortsFile = None,
) -> None:
    """Remove the rules; magic addresses stay."""
    from sendcloud_inbound.cli.api import SandboxApi  # noqa: PLC0415 - httpx, a quarter of a second

    server = Server(http=http, config=config, ports_file=ports_file)
    with SandboxApi(server.address("http")) as api:
        api.remove_rules(_named(server, api_user))


@suppressions.command("list")
def list_suppressions(
    *,
    api_user: Annotated[
        str | None, typer.Option("--api-user", metavar="NAME", help="Of this API_USER alone.")
    ] = None,
    json: options.AsJson = False,
    config: options.Config = None,
    http: options.Http = None,
    ports_file: options.PortsFile = None,
) -> None:
    """List those in force, oldest first."""
    from sendcloud_inbound.cli.api import SandboxApi  # noqa: PLC0415 - httpx, a quarter of a second

    filters = {} if api_user is None else {"api_user": api_user}
    server = Server(http=http, config=config, ports_file=ports_file)
    with SandboxApi(server.address("http")) as api:
        _write(api.suppressions(filters), as_lines=json)


@suppressions.command("add")
def add_suppression(
    address: Address,
    *,
    kind: Annotated[
        SuppressionKind, typer.Option("--kind", help="Why: the next mail is invalid 402 or 401.")
    ] = SuppressionKind.BLACKLIST,
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="TIME", help="When it ends, as 2027-01-01T00:00:00Z."),
    ] = None,
    api_user: ApiUser = None,
    json: options.AsJson = False,
    config: options.Config = None,
    http: options.Http = None,
    ports_file: options.PortsFile = None,
) -> None:
    """Keep mail from being sent to an address."""
    from sendcloud_inbound.cli.api import SandboxApi  # noqa: PLC0415 - httpx, a quarter of a second

    server = Server(http=http, config=config, ports_file=ports_file)
    order = {"api_user": _named(server, api_user), "address": address, "kind": kind}
    with SandboxApi(server.address("http")) as api:
        more = {} if until is None else {"until": until}
        _write([api.add_suppression(order | more)], as_lines=json)


@suppressions.command("lift")
def lift_suppression(
    address: Address,
    *,
    kind: Annotated[
        SuppressionKind | None, typer.Option("--kind", help="Of this kind; else of all.")
    ] = None,
    api_user: ApiUser = None,
    config: options.Config = None,
    http: options.Http = None,
    ports_file: options.PortsFile = None,
) -> None:
    """Send mail to an address again; print how many suppressions it had."""
    from sendcloud_inbound.cli.api import SandboxApi  # noqa: PLC0415 - httpx, a quarter of a second

    server = Server(http=http, config=config, ports_file=ports_file)
    wanted = {"api_user": _named(server, api_user), "address": address}
    with SandboxApi(server.address("http")) as api:
        lifted = api.lift_suppressions(wanted if kind is None else wanted | {"kind": kind})
    sys.stdout.write(f"lifted {lifted.get('lifted')}\n")


def _named(server: Server, api_user: str | None) -> str:
    return server.settings.accounts[0].api_user if api_user is None else api_user


def _write(rows: Iterable[dict[str, Any]], *, as_lines: bool) -> None:
    if as_lines:
        for row in rows:
            sys.stdout.write(as_json(row) + "\n")
        return
    from sendcloud_inbound.cli.answers import read_suppression  # noqa: PLC0415 - pydantic
    from sendcloud_inbound.cli.drawing import console, plain, table  # noqa: PLC0415 - rich

    drawn = table("ADDRESS", "API_USER", "KIND", "SINCE", "UNTIL")
    for each in map(read_suppression, rows):
        cells = (each.address, each.api_user, each.kind, each.since, each.until or "(for good)")
        drawn.add_row(*map(plain, cells))
    if drawn.row_count:
        console().print(drawn, soft_wrap=True)
