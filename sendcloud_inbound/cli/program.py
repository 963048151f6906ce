"""The commands, put together."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from sendcloud_inbound import __version__
from sendcloud_inbound.cli.api_users import program as api_users
from sendcloud_inbound.cli.clearing import clear
from sendcloud_inbound.cli.clock import clock
from sendcloud_inbound.cli.deliveries import deliveries, replay
from sendcloud_inbound.cli.events import events, happen, release
from sendcloud_inbound.cli.exporting import export
from sendcloud_inbound.cli.importing import import_
from sendcloud_inbound.cli.lint import lint
from sendcloud_inbound.cli.messages import messages
from sendcloud_inbound.cli.orders import rules, suppressions
from sendcloud_inbound.cli.ready import ready
from sendcloud_inbound.cli.render import render
from sendcloud_inbound.cli.run import run
from sendcloud_inbound.cli.send import send
from sendcloud_inbound.cli.serve import serve
from sendcloud_inbound.cli.show import show
from sendcloud_inbound.cli.show_config import show_config
from sendcloud_inbound.cli.waiting import wait
from sendcloud_inbound.cli.webhooks import program as webhooks

NAME = "sendcloud-inbound"
"""Also when it is started with `python -m`; the shell completion hangs on it."""

app = typer.Typer(
    help="A sandbox that behaves like SendCloud's inbound mail server.",
    epilog="Without a command it serves: SMTP on 127.0.0.1:2525, HTTP on 127.0.0.1:8025.",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
config = typer.Typer(help="The settings.")
app.add_typer(config, name="config")


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it so
    if wanted:
        sys.stdout.write(f"{NAME} {__version__}\n")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _serve_without_command(
    context: typer.Context,
    *,
    version: Annotated[  # noqa: ARG001 - its callback does all
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> int | None:
    return serve() if context.invoked_subcommand is None else None


for command in (
    *(serve, run, ready, send, messages, show, lint, render),
    *(wait, events, happen, release, deliveries, replay, clear, clock, export),
):
    app.command()(command)
app.command("import")(import_)
app.add_typer(api_users, name="api-users")
app.add_typer(rules, name="rules")
app.add_typer(suppressions, name="suppressions")
app.add_typer(webhooks, name="webhooks")
config.command("show")(show_config)
