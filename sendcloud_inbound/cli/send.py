"""`sendcloud-inbound send`: a test mail through a running server, by SMTP."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from sendcloud_inbound.cli import logins, places  # noqa: TC001 - typer reads the annotations
from sendcloud_inbound.cli.grouping import grouped
from sendcloud_inbound.cli.progress import with_progress
from sendcloud_inbound.cli.text import visible


@grouped
def send(
    *,
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="FILE|-", help="A message to send as it is, - for stdin; else one is made."
        ),
    ] = None,
    to: Annotated[
        list[str] | None,
        typer.Option(
            "--to",
            metavar="ADDRESS",
            help="A recipient; may be given again. By default those of FILE's header, "
            "else recipient@example.com.",
        ),
    ] = None,
    sender: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="ADDRESS",
            help="The sender; by default FILE's, else sender@example.com.",
        ),
    ] = None,
    subject: Annotated[
        str | None, typer.Option("--subject", metavar="TEXT", help="The subject.")
    ] = None,
    text: Annotated[
        str | None, typer.Option("--text", metavar="TEXT", help="The plain text.")
    ] = None,
    html: Annotated[
        str | None,
        typer.Option(
            "--html", metavar="FILE", help="A file with the HTML that stands beside the text."
        ),
    ] = None,
    xsmtpapi: Annotated[
        str | None,
        typer.Option(
            "--xsmtpapi",
            metavar="JSON|@FILE",
            help="X-SMTPAPI: encoded in base64 and set as the last header, on one line.",
        ),
    ] = None,
    header: Annotated[
        list[str] | None,
        typer.Option(
            "--header",
            metavar="'NAME: VALUE'",
            help="One more header, such as 'SC-Custom-key1: value1'; may be given again.",
        ),
    ] = None,
    label: Annotated[
        str | None,
        typer.Option("--label", metavar="LABEL_ID", help="Log in as api_user#label_id."),
    ] = None,
    account: logins.Account,
    count: Annotated[
        int, typer.Option("--count", metavar="N", min=1, help="Send it so many times.")
    ] = 1,
    intake: places.Intake,
) -> None:
    """Send a test mail through a running server; print each messageId.

    When the server refuses, its own line stands on stderr and the exit status is 1.
    """
    from sendcloud_inbound.cli.composing import Draft, read, read_message  # noqa: PLC0415 - email
    from sendcloud_inbound.cli.submitting import submit  # noqa: PLC0415

    draft = Draft(
        sender=sender,
        to=tuple(to or ()),
        subject=subject,
        text=text,
        html=None if html is None else read(html, "--html").decode(errors="replace"),
        headers=tuple(header or ()),
        xsmtpapi=_json(xsmtpapi),
    )
    mail = draft.compose() if file is None else draft.address(read_message(file))
    login = account.login(intake.server).labelled(label)
    message_ids = submit(intake.server.address("smtp"), login, mail, count)
    # One mail is there before a bar would be.
    shown = message_ids if count == 1 else with_progress(message_ids, "sending", count)
    for message_id in shown:
        sys.stdout.write(f"{visible(message_id)}\n")


def _json(given: str | None) -> bytes | None:
    from sendcloud_inbound.cli.composing import read  # noqa: PLC0415

    if given is None:
        return None
    return read(given[1:], "--xsmtpapi") if given.startswith("@") else os.fsencode(given)
