"""`sendcloud-inbound render`: what a recipient gets of a message in a file, without a server."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sendcloud_inbound.rules.model import Email

_SENDER, _RECIPIENT = "sender@example.com", "recipient@example.com"
"""Of a message whose envelope is not told; example.com reaches nobody (RFC 2606)."""


def render(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE|-", help="A message as it would be sent, of any line ends; - for stdin."
        ),
    ],
    *,
    recipient: Annotated[
        int,
        typer.Option(
            "--recipient",
            metavar="N",
            min=0,
            help="Whose copy: the position in to, or among --rcpt, from 0 as in the emailId.",
        ),
    ] = 0,
    rcpt: Annotated[
        list[str] | None,
        typer.Option(
            "--rcpt", metavar="ADDRESS", help="An address of RCPT TO; may be given again."
        ),
    ] = None,
    mail_from: Annotated[
        str, typer.Option("--mail-from", metavar="ADDRESS", help="The address of MAIL FROM.")
    ] = _SENDER,
) -> int:
    """Write the octets that one recipient gets: variables replaced, SendCloud's headers on top.

    It needs no server. The messageId and the time are those of the guide's own sample, and the
    settings are the defaults of an API_USER, so that the same file always gives the same octets. It
    has no tracking links: there is no server that they could lead to.
    """
    from sendcloud_inbound.cli.composing import on_the_wire, read  # noqa: PLC0415 - slow to load
    from sendcloud_inbound.rules.copies import offline  # noqa: PLC0415 - pydantic

    content = on_the_wire(read(file, "FILE"))
    rcpt_to = tuple(rcpt or (_RECIPIENT,))
    email = _chosen(content, rcpt_to, recipient)
    copies = offline(content, mail_from, rcpt_to)
    sys.stdout.buffer.write(copies.copy(email.position, email.recipient))
    return 0


def _chosen(content: bytes, rcpt_to: tuple[str, ...], recipient: int) -> Email:
    """Return the email at that position; `BadParameter` when there is none."""
    from sendcloud_inbound.rules.expansion import expand  # noqa: PLC0415 - pydantic

    emails = expand(content, rcpt_to, ()).emails
    if recipient >= len(emails):
        counted = "1 recipient" if len(emails) == 1 else f"{len(emails)} recipients"
        raise typer.BadParameter(
            f"the message has {counted}, and positions count from 0", param_hint="--recipient"
        )
    return emails[recipient]
