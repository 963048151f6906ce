"""The filters of listings and waits, each with the same words in all commands."""

from __future__ import annotations

from typing import Annotated

import typer

from sendcloud_inbound.rules.model import MessageStatus

ApiUser = Annotated[
    str | None, typer.Option("--api-user", metavar="NAME", help="Of this API_USER.")
]
Recipient = Annotated[
    str | None,
    typer.Option("--recipient", metavar="ADDRESS", help="To this address, without case."),
]
Subject = Annotated[
    str | None,
    typer.Option("--subject", metavar="TEXT", help="With this in the subject, without case."),
]
Header = Annotated[
    str | None, typer.Option("--header", metavar="NAME:VALUE", help="With this header field.")
]
Query = Annotated[
    str | None,
    typer.Option(
        "--query",
        metavar="TEXT",
        help="With all these words in subject, addresses, header or text.",
    ),
]
MessageId = Annotated[
    str | None, typer.Option("--message-id", metavar="MESSAGE_ID", help="Of this message.")
]
EmailId = Annotated[
    str | None, typer.Option("--email-id", metavar="EMAIL_ID", help="Of this email.")
]
Status = Annotated[MessageStatus | None, typer.Option("--status", help="In this state.")]
LabelId = Annotated[
    str | None, typer.Option("--label-id", metavar="LABEL_ID", help="With this label.")
]
Since = Annotated[
    str | None,
    typer.Option("--since", metavar="TIME", help="At or after, such as 2026-11-22T02:54:01Z."),
]


def given(**filters: object) -> dict[str, str]:
    """Return those that were given, as the API is asked."""
    return {name: str(value) for name, value in filters.items() if value is not None}
