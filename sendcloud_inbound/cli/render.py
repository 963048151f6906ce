"""`sendcloud-inbound render`: what a recipient gets of a message in a file, without a server."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from sendcloud_inbound.cli.failure import CommandFailed

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    has no tracking links: there is no server that they could lead to. The exit status is 1 when
    SendCloud would make no copy.
    """
    from sendcloud_inbound.cli.composing import on_the_wire, read_message  # noqa: PLC0415 - slow
    from sendcloud_inbound.rules.copies import offline  # noqa: PLC0415 - pydantic

    content = on_the_wire(read_message(file))
    rcpt_to = tuple(rcpt or (_RECIPIENT,))
    email = _chosen(content, rcpt_to, recipient)
    copies = offline(content, mail_from, rcpt_to)
    sys.stdout.buffer.write(copies.copy(email.position, email.recipient))
    return 0


def _chosen(content: bytes, rcpt_to: tuple[str, ...], recipient: int) -> Email:
    """Return the email at that position; `CommandFailed` when it or the message gets no copy."""
    from sendcloud_inbound.rules.acceptance import judge  # noqa: PLC0415 - pydantic
    from sendcloud_inbound.rules.expansion import expand  # noqa: PLC0415
    from sendcloud_inbound.rules.model import EmailStatus, Fidelity, MessageStatus  # noqa: PLC0415

    verdict = judge(content, Fidelity.FAITHFUL)
    if verdict.refusal is not None:
        raise _without_copy(f"the message is refused at the end of DATA: {verdict.refusal}")
    expansion = expand(content, rcpt_to, (), reading=verdict.reading)
    if expansion.status is MessageStatus.INVALID:
        raise _without_copy(f"the message is invalid: {expansion.reason}")
    email = _at(recipient, expansion.emails)
    if email.status is EmailStatus.INVALID:
        why = f"{email.sub_status} {email.reason}"
        raise _without_copy(f"recipient {recipient}, {email.recipient!r}, is invalid: {why}")
    return email


def _at(position: int, emails: Sequence[Email]) -> Email:
    """Return the email at a position; `BadParameter` when there is none."""
    if position >= len(emails):
        counted = "1 recipient" if len(emails) == 1 else f"{len(emails)} recipients"
        raise typer.BadParameter(
            f"the message has {counted}, and positions count from 0", param_hint="--recipient"
        )
    return emails[position]


def _without_copy(why: str) -> CommandFailed:
    return CommandFailed(f"{why}; so there is no copy, and lint FILE tells what to mend")
