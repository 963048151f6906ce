"""What sessions were refused that is no message: logins, senders, recipients, whole connections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from sendcloud_inbound.http import problems
from sendcloud_inbound.http.parts import parts
from sendcloud_inbound.http.sandbox import queries
from sendcloud_inbound.http.sandbox.answers import Text, Time
from sendcloud_inbound.http.sandbox.queries import MAX_LIMIT, takes
from sendcloud_inbound.http.sandbox.transcript import readable
from sendcloud_inbound.http.times import to_iso
from sendcloud_inbound.rules import transcript
from sendcloud_inbound.rules.refusals import REMEDIES, Attempt, Trouble, trouble_of

if TYPE_CHECKING:
    from sendcloud_inbound.accounts import Accounts

_SHOWN = 2
"""Characters of a name that is nobody's: it may be a key, in the wrong field."""


class RefusalQuery(queries.Query):
    """Whose refusals to list."""

    api_user: queries.Text = Field(default=None, description="The API_USER that was logged in.")
    limit: int = Field(default=50, ge=1, le=MAX_LIMIT, description="The most items.")


class RefusalItem(BaseModel):
    """One reply that said no."""

    refused_at: Time
    peer: str = Field(description="Who was at the other end: address and port.")
    helo: Text = Field(description="What it called itself; empty before HELO or EHLO.")
    tls: str | None = Field(description="Protocol and cipher; null in clear.")
    api_user: Text | None = Field(description="Who was logged in; null when nobody was.")
    login: Text | None = Field(
        description="The name it gave at its last login, masked when no API_USER has it; null "
        "when it gave none."
    )
    reply: Text = Field(description="What the server said.", examples=["535 Authentication failed"])
    command: Text = Field(description="What the client had said, keys masked.")
    trouble: Trouble = Field(description="What stood in the way.")
    remedy: str = Field(description="What to do about it.")
    dialogue: list[Text] = Field(description="The end of the dialogue, line by line, keys masked.")


class RefusalPage(BaseModel):
    """The last refusals, newest first."""

    items: list[RefusalItem]
    next_cursor: None = None
    count: int = Field(description="How many are kept that match.")


router = APIRouter()


@router.get(
    "/refusals",
    summary="List what was refused before it was a message",
    dependencies=[takes(RefusalQuery)],
    responses=problems.describe(problems.BAD_PARAMETER, problems.UNKNOWN_PARAMETER),
)
async def list_refusals(request: Request, query: Annotated[RefusalQuery, Query()]) -> RefusalPage:
    """Lists refused logins, senders, recipients and connections: the last 300 of this process.

    Messages refused at the end of DATA are among the messages.
    """
    program = parts(request)
    found = program.attempts.newest(query.api_user)
    items = [_item(attempt, program.accounts) for attempt in found[: query.limit]]
    return RefusalPage(items=items, count=len(found))


def _item(attempt: Attempt, accounts: Accounts) -> RefusalItem:
    name = (attempt.login or "").partition("#")[0]
    is_known = accounts.is_taken(name)
    trouble = trouble_of(attempt, is_known=is_known)
    lines = transcript.read(attempt.refusal.dialogue)
    return RefusalItem(
        refused_at=to_iso(attempt.at_ms),
        peer=attempt.session.peer,
        helo=attempt.session.helo,
        tls=attempt.session.tls,
        api_user=attempt.api_user,
        login=attempt.login if is_known or attempt.login is None else _masked(attempt.login),
        reply=str(attempt.refusal.reply),
        command=readable(attempt.command),
        trouble=trouble,
        remedy=REMEDIES[trouble].english,
        dialogue=[f"{line.who}: {readable(line.text)}" for line in lines],
    )


def _masked(name: str) -> str:
    return f"{name[:_SHOWN]}{'*' * 8}"
