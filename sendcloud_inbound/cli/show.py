"""`sendcloud-inbound show`: one message or one email, with all there is to know about it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from sendcloud_inbound.cli import options, places  # noqa: TC001 - typer reads the annotations
from sendcloud_inbound.cli.grouping import grouped
from sendcloud_inbound.cli.spelling import loads
from sendcloud_inbound.cli.text import readable_json, visible
from sendcloud_inbound.rules.ids import parse_email_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    import httpx
    from rich.table import Table
    from rich.text import Text

    from sendcloud_inbound.client import Copy, WholeMessage


@grouped
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
    sandbox: places.Sandbox,
) -> None:
    """Show a message: envelope, session, headers, X-SMTPAPI, findings, emails.

    Or an email: events, variables, settings, headers, attachments, links, text and HTML.
    """
    from sendcloud_inbound.client import calls  # noqa: PLC0415 - httpx, a quarter of a second

    if raw + transcript + json > 1:
        raise typer.BadParameter("--raw, --transcript and --json exclude each other")
    message_id, is_email = _take_apart(wanted)
    with sandbox.client() as client:
        if raw:
            octets = client.email_raw(wanted) if is_email else client.raw(message_id)
            sys.stdout.buffer.write(octets)
        elif transcript:
            _write_lines(client.transcript(message_id))
        elif json:
            whole = calls.email(wanted) if is_email else calls.message(message_id)
            sys.stdout.write(readable_json(client.do(whole.as_text())) + "\n")
        elif is_email:
            _draw_copy(client.email(wanted))
        else:
            _draw_message(client.do(calls.message(message_id).read_by(_spelt)))


def _take_apart(wanted: str) -> tuple[str, bool]:
    """Return the messageId, and whether it was that of an email."""
    try:
        return parse_email_id(wanted).message_id, True
    except ValueError:
        return wanted, False


def _write_lines(text: str) -> None:
    for line in text.splitlines():
        sys.stdout.write(visible(line) + "\n")


def _spelt(answer: httpx.Response) -> WholeMessage:
    """Read a message, the numbers of X-SMTPAPI as they are spelt."""
    from sendcloud_inbound.client import WholeMessage  # noqa: PLC0415 - httpx
    from sendcloud_inbound.client.fitting import of  # noqa: PLC0415

    return of(WholeMessage, loads(answer.text))


def _draw_message(message: WholeMessage) -> None:
    from sendcloud_inbound.cli.drawing.message import details  # noqa: PLC0415 - rich is slow

    _draw(details(message))


def _draw_copy(copy: Copy) -> None:
    from sendcloud_inbound.cli.drawing.email import copy_details  # noqa: PLC0415 - rich is slow

    _draw(copy_details(copy))


def _draw(parts: Iterable[Table | Text]) -> None:
    from rich.text import Text  # noqa: PLC0415 - a tenth of a second

    from sendcloud_inbound.cli.drawing import console  # noqa: PLC0415

    screen = console()
    for part in parts:
        # The terminal wraps an emailId itself, so that it can be copied from there in one piece.
        screen.print(part, soft_wrap=isinstance(part, Text))
