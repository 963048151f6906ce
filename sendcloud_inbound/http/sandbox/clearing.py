"""Clearing: messages deleted by the filters that list them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from sendcloud_inbound.http import problems
from sendcloud_inbound.http.parts import parts
from sendcloud_inbound.http.sandbox.message import MessageId  # noqa: TC001 - read at runtime
from sendcloud_inbound.http.sandbox.queries import MessageQuery, takes
from sendcloud_inbound.ports import MessageFilter

_OF_PAGES = ("limit", "cursor")


class Cleared(BaseModel):
    """What was deleted."""

    messages: int = Field(description="How many messages, each with all that was its.")


router = APIRouter(
    prefix="/messages",
    responses=problems.describe(
        problems.BAD_PARAMETER,
        problems.UNKNOWN_PARAMETER,
        problems.CROSS_SITE,
        problems.STORE_UNAVAILABLE,
    ),
)


@router.delete("", summary="Delete messages", dependencies=[takes(MessageQuery)])
async def clear_messages(request: Request, query: Annotated[MessageQuery, Query()]) -> Cleared:
    """Deletes those that match, all of them without a filter: emails, events, calls and copies."""
    for name in _OF_PAGES:
        if name in request.query_params:
            raise problems.bad_parameter(name, "all that match are deleted")
    erased = await parts(request).eraser.erase(query.to_filter(query.status))
    return Cleared(messages=erased)


@router.delete(
    "/{message_id}",
    summary="Delete one message",
    dependencies=[takes()],
    responses=problems.describe(problems.UNKNOWN_MESSAGE),
)
async def delete_message(request: Request, message_id: MessageId) -> Cleared:
    """Deletes it with all that is its."""
    erased = await parts(request).eraser.erase(MessageFilter(message_id=message_id))
    if not erased:
        shown = problems.shown(message_id)
        raise problems.ProblemError(problems.UNKNOWN_MESSAGE, f"no message {shown} is stored")
    return Cleared(messages=erased)
