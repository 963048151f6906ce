"""The filters of listings and waits, each with the same words in all commands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from sendcloud_inbound.rules.history import EventKind
from sendcloud_inbound.rules.model import Level, MessageStatus

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
Event = Annotated[
    EventKind | None, typer.Option("--event", help="To which this has happened, or to an email.")
]
Finding = Annotated[Level | None, typer.Option("--finding", help="With a finding of this level.")]
LabelId = Annotated[
    str | None, typer.Option("--label-id", metavar="LABEL_ID", help="With this label.")
]
Since = Annotated[
    str | None,
    typer.Option("--since", metavar="TIME", help="At or after, such as 2026-11-22T02:54:01Z."),
]


@dataclass(frozen=True)
class Mail:
    """What all mail can be found by."""

    api_user: ApiUser = None
    recipient: Recipient = None
    subject: Subject = None
    header: Header = None
    query: Query = None

    def asked(self) -> dict[str, str | None]:
        """Return the filters as the API calls them; None means any."""
        members = vars(self)
        return {"q" if name == "query" else name: value for name, value in members.items()}


@dataclass(frozen=True)
class Chosen(Mail):
    """What messages are chosen by, one of them or many."""

    message_id: MessageId = None
    status: Status = None
    event: Event = None
    finding: Finding = None
    label_id: LabelId = None
    since: Since = None
