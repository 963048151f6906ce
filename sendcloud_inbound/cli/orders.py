"""`sendcloud-inbound rules` and `suppressions`: what is to become of an API_USER's mail."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from sendcloud_inbound.cli import options, places  # noqa: TC001 - typer reads the annotations
from sendcloud_inbound.cli.grouping import grouped
from sendcloud_inbound.cli.rows import write
from sendcloud_inbound.cli.text import readable_json
from sendcloud_inbound.rules.history import SuppressionKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sendcloud_inbound.client import Suppression

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
@grouped
def show_rules(*, api_user: ApiUser = None, sandbox: places.Sandbox) -> None:
    """Write the rules as JSON, as they can be put again."""
    from sendcloud_inbound.client import calls  # noqa: PLC0415 - httpx, a quarter of a second

    with sandbox.client() as client:
        text = client.do(calls.rules(_named(sandbox, api_user)).as_text())
    sys.stdout.write(readable_json(text) + "\n")


@rules.command("put")
@grouped
def put_rules(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Rules in JSON; - is stdin.")],
    *,
    api_user: ApiUser = None,
    sandbox: places.Sandbox,
) -> None:
    """Replace the rules."""
    from sendcloud_inbound.cli.composing import read  # noqa: PLC0415 - the email package
    from sendcloud_inbound.client import calls  # noqa: PLC0415 - httpx, a quarter of a second

    given = read(file, "FILE")
    with sandbox.client() as client:
        text = client.do(calls.put_rules(_named(sandbox, api_user), given).as_text())
    sys.stdout.write(readable_json(text) + "\n")


@rules.command("remove")
@grouped
def remove_rules(*, api_user: ApiUser = None, sandbox: places.Sandbox) -> None:
    """Remove the rules; magic addresses stay."""
    with sandbox.client() as client:
        client.remove_rules(_named(sandbox, api_user))


@suppressions.command("list")
@grouped
def list_suppressions(
    *,
    api_user: Annotated[
        str | None, typer.Option("--api-user", metavar="NAME", help="Of this API_USER alone.")
    ] = None,
    json: options.AsJson = False,
    sandbox: places.Sandbox,
) -> None:
    """List those in force, oldest first."""
    from sendcloud_inbound.client import calls  # noqa: PLC0415 - httpx, a quarter of a second

    write(sandbox, calls.suppressions(api_user), _draw, as_lines=json)


@suppressions.command("add")
@grouped
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
    sandbox: places.Sandbox,
) -> None:
    """Keep mail from being sent to an address."""
    from sendcloud_inbound.client import calls  # noqa: PLC0415 - httpx, a quarter of a second

    more = {} if until is None else {"until": until}
    call = calls.add_suppression(_named(sandbox, api_user), address, kind, **more)
    write(sandbox, call, lambda added: _draw([added]), as_lines=json)


@suppressions.command("lift")
@grouped
def lift_suppression(
    address: Address,
    *,
    kind: Annotated[
        SuppressionKind | None, typer.Option("--kind", help="Of this kind; else of all.")
    ] = None,
    api_user: ApiUser = None,
    sandbox: places.Sandbox,
) -> None:
    """Send mail to an address again; print how many suppressions it had."""
    with sandbox.client() as client:
        lifted = client.lift_suppressions(_named(sandbox, api_user), address, kind)
    sys.stdout.write(f"lifted {lifted}\n")


def _named(sandbox: places.Sandbox, api_user: str | None) -> str:
    return sandbox.server.settings.accounts[0].api_user if api_user is None else api_user


def _draw(found: Iterable[Suppression]) -> None:
    from sendcloud_inbound.cli.drawing import console, plain, table  # noqa: PLC0415 - rich

    drawn = table("ADDRESS", "API_USER", "KIND", "SINCE", "UNTIL")
    for each in found:
        cells = (each.address, each.api_user, each.kind, each.since, each.until or "(for good)")
        drawn.add_row(*map(plain, cells))
    if drawn.row_count:
        console().print(drawn, soft_wrap=True)
