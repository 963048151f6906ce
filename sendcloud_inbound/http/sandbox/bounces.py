"""The addresses that mail came back from (SENDCLOUD.md 5.4), each with its last bounce."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from sendcloud_inbound.http import problems
from sendcloud_inbound.http.parts import parts
from sendcloud_inbound.http.sandbox.answers import Text, Time
from sendcloud_inbound.http.sandbox.queries import Text as Filter, takes
from sendcloud_inbound.http.sandbox.windows import Windowed, next_cursor
from sendcloud_inbound.http.times import to_iso
from sendcloud_inbound.ports import Scope
from sendcloud_inbound.rules.history import EventKind
from sendcloud_inbound.rules.ids import email_id

if TYPE_CHECKING:
    from sendcloud_inbound.ports import Happening


class BounceQuery(Windowed):
    """Which to list."""

    api_user: Filter = Field(default=None, description="Whose mail came back.")


class ForgetQuery(BaseModel):
    """Which to forget."""

    model_config = ConfigDict(frozen=True)

    api_user: str = Field(min_length=1, description="Whose mail came back.")
    address: str = Field(min_length=1, description="From where; compared without case.")


class BounceRow(BaseModel):
    """One address that mail came back from."""

    api_user: Text = Field(description="Whose mail.")
    address: Text = Field(description="To whom.")
    event: EventKind = Field(description="`invalid` or `soft_bounce`: its last bounce.")
    sub_status: int | None = Field(description="Why, as SendCloud's numbers say it.")
    reason: Text = Field(description="Why, in the words of the log.")
    bounced_at: Time
    message_id: str = Field(description="Of the mail that came back last.")
    email_id: Text


class BouncePage(BaseModel):
    """A part of them, the newest bounce first."""

    items: list[BounceRow]
    next_cursor: str | None = Field(description="Where the next part begins; null after the last.")


class Forgotten(BaseModel):
    """How many were forgotten."""

    forgotten: int = Field(description="0 when there was none.")


router = APIRouter(
    prefix="/bounces",
    responses=problems.describe(
        problems.BAD_PARAMETER, problems.UNKNOWN_PARAMETER, problems.STORE_UNAVAILABLE
    ),
)


@router.get(
    "", summary="List the addresses that mail came back from", dependencies=[takes(BounceQuery)]
)
async def list_bounces(request: Request, query: Annotated[BounceQuery, Query()]) -> BouncePage:
    """Gives each with its last bounce, the newest first."""
    program, window = parts(request), query.window()
    api_users = program.api_users if query.api_user is None else (query.api_user,)
    found = await program.bounces.bounces(Scope(api_users), window)
    return BouncePage(
        items=[_row(each) for each in found.items], next_cursor=next_cursor(window, found)
    )


@router.delete(
    "",
    summary="Forget that mail came back from an address",
    dependencies=[takes(ForgetQuery)],
    responses=problems.describe(problems.CROSS_SITE),
)
async def forget_bounces(request: Request, query: Annotated[ForgetQuery, Query()]) -> Forgotten:
    """Takes it off the list until mail comes back again."""
    wanted = Scope((query.api_user,), recipient=query.address)
    return Forgotten(forgotten=await parts(request).bounces.forget(wanted))


def _row(bounce: Happening) -> BounceRow:
    event = bounce.event
    return BounceRow(
        api_user=event.api_user,
        address=bounce.recipient,
        event=event.kind,
        sub_status=event.details.get("subStat"),
        reason=event.details.get("message", ""),
        bounced_at=to_iso(event.occurred_at_ms),
        message_id=bounce.message_id,
        email_id=email_id(bounce.message_id, event.position, bounce.recipient),
    )
