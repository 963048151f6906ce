"""`sendcloud-inbound show`: one message or one email, with all there is to know about it."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from sendcloud_inbound.cli import options  # noqa: TC001 - typer reads the annotations
from sendcloud_inbound.cli.addresses import Server
from sendcloud_inbound.cli.text import readable_json, visible
from sendcloud_inbound.rules.ids import parse_email_id


def show(
    wanted: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="A messageId; or an emailId, for the copy that its recipient gets."
        ),
    ],
    *,
    raw: Annotated[
        bool,
        typer.Option(
            "--raw", help="Write the exact bytes instead: of the message, or of the copy."
        ),
    ] = False,
    transcript: Annotated[
        bool, typer.Option("--transcript", help="Write the dialogue that it came by instead.")
    ] = False,
    json: options.AsJson = False,
    config: options.Config = None,
    http: options.Http = None,
    ports_file: options.PortsFile = None,
) -> None:
    """Show a message: envelope, session, headers, X-SMTPAPI, findings, emails.

    Or an email: events, variables, settings, headers, attachments, links, text and HTML.
    """
    from sendcloud_inbound.cli.api import SandboxApi  # noqa: PLC0415 - httpx, a quarter of a second

    if raw + transcript + json > 1:
        raise typer.BadParameter("--raw, --transcript and --json exclude each other")
    message_id, is_email = _take_apart(wanted)
    server = Server(http=http, config=config, ports_file=ports_file)
    with SandboxApi(server.address("http")) as api:
        if raw:
            sys.stdout.buffer.write(api.copy(wanted) if is_email else api.raw(message_id))
        elif transcript:
            _write_lines(api.transcript(message_id))
        else:
            text = api.email(wanted) if is_email else api.message(message_id)
            if json:
                sys.stdout.write(readable_json(text) + "\n")
            else:
                _draw(text, is_email=is_email)


def _take_apart(wanted: str) -> tuple[str, bool]:
    """Return the messageId, and whether it was that of an email."""
    try:
        return parse_email_id(wanted).message_id, True
    except ValueError:
        return wanted, False


def _write_lines(text: str) -> None:
    for line in text.splitlines():
        sys.stdout.write(visible(line) + "\n")


def _draw(text: str, *, is_email: bool) -> None:
    from rich.text import Text  # noqa: PLC0415 - a tenth of a second

    from sendcloud_inbound.cli.answers import read_copy, read_message  # noqa: PLC0415
    from sendcloud_inbound.cli.drawing import console  # noqa: PLC0415
    from sendcloud_inbound.cli.drawing.email import copy_details  # noqa: PLC0415
    from sendcloud_inbound.cli.drawing.message import details  # noqa: PLC0415

    screen = console()
    parts = copy_details(read_copy(text)) if is_email else details(read_message(text))
    for part in parts:
        # The terminal wraps an emailId itself, so that it can be copied from there in one piece.
        screen.print(part, soft_wrap=isinstance(part, Text))
