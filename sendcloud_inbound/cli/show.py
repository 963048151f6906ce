"""`sendcloud-inbound show`: one message, with all there is to know about it."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from sendcloud_inbound.cli import options  # noqa: TC001 - typer reads the annotations
from sendcloud_inbound.cli.addresses import Server
from sendcloud_inbound.cli.failure import CommandFailed
from sendcloud_inbound.cli.text import readable_json, visible
from sendcloud_inbound.rules.ids import parse_email_id


def show(
    wanted: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="A messageId, or an emailId, whose email is then marked."
        ),
    ],
    *,
    raw: Annotated[
        bool, typer.Option("--raw", help="Write the message's exact bytes instead.")
    ] = False,
    transcript: Annotated[
        bool, typer.Option("--transcript", help="Write the dialogue that it came by instead.")
    ] = False,
    json: options.AsJson = False,
    config: options.Config = None,
    http: options.Http = None,
    ports_file: options.PortsFile = None,
) -> None:
    """Show a message: envelope, session, headers, X-SMTPAPI, findings, emails."""
    from sendcloud_inbound.cli.api import SandboxApi  # noqa: PLC0415 - httpx, a quarter of a second

    if raw + transcript + json > 1:
        raise typer.BadParameter("--raw, --transcript and --json exclude each other")
    message_id, email_id = _take_apart(wanted)
    server = Server(http=http, config=config, ports_file=ports_file)
    with SandboxApi(server.address("http")) as api:
        if raw:
            sys.stdout.buffer.write(api.raw(message_id))
        elif transcript:
            _write_lines(api.transcript(message_id))
        elif json:
            sys.stdout.write(readable_json(api.message(message_id)) + "\n")
        else:
            _draw(api.message(message_id), email_id)


def _take_apart(wanted: str) -> tuple[str, str | None]:
    """Return the messageId, and the emailId where it is one."""
    try:
        return parse_email_id(wanted).message_id, wanted
    except ValueError:
        return wanted, None


def _write_lines(text: str) -> None:
    for line in text.splitlines():
        sys.stdout.write(visible(line) + "\n")


def _draw(text: str, email_id: str | None) -> None:
    from rich.text import Text  # noqa: PLC0415 - a tenth of a second

    from sendcloud_inbound.cli.answers import read_message  # noqa: PLC0415
    from sendcloud_inbound.cli.details import details  # noqa: PLC0415
    from sendcloud_inbound.cli.drawing import console  # noqa: PLC0415

    message = read_message(text)
    if email_id is not None and email_id not in {email.email_id for email in message.emails}:
        raise CommandFailed(f"message {message.message_id} has no email {email_id}")
    screen = console()
    for part in details(message, email_id):
        # The terminal wraps an emailId itself, so that it can be copied from there in one piece.
        screen.print(part, soft_wrap=isinstance(part, Text))
