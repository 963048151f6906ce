"""One message: whole, its exact bytes, its dialogue, its findings."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Annotated, TypeVar

from fastapi import APIRouter, Depends, Path
from starlette.responses import PlainTextResponse, Response

from sendcloud_inbound.http import problems
from sendcloud_inbound.http.sandbox import views
from sendcloud_inbound.http.sandbox.answers import FindingPage, MessageDetail
from sendcloud_inbound.http.sandbox.catalogue import Shown  # noqa: TC001 - read at runtime
from sendcloud_inbound.http.sandbox.queries import MAX_LIMIT, takes
from sendcloud_inbound.http.sandbox.transcript import transcript_text
from sendcloud_inbound.ports import MessageFilter, StoredMessage

if TYPE_CHECKING:
    from sendcloud_inbound.ports import Catalogue, StoredEmail

Thing = TypeVar("Thing")

_UNSAFE_IN_NAME = re.compile(r"[^A-Za-z0-9._-]")

router = APIRouter(
    prefix="/messages/{message_id}",
    dependencies=[takes()],
    responses=problems.describe(
        problems.UNKNOWN_MESSAGE, problems.UNKNOWN_PARAMETER, problems.STORE_UNAVAILABLE
    ),
)

MessageId = Annotated[str, Path(description="The messageId of the 250 reply.")]


async def _stored(catalogue: Shown, message_id: MessageId) -> StoredMessage:
    return _there(await catalogue.message(message_id), message_id)


Stored = Annotated[StoredMessage, Depends(_stored)]


@router.get(
    "",
    summary="One message, whole",
    response_model=MessageDetail,
)
async def get_message(catalogue: Shown, message: Stored) -> Response:
    """Gives envelope, session, headers in order, decoded X-SMTPAPI, findings and emails."""
    content = await _content(catalogue, message.message_id)
    emails = await _all_emails(catalogue, message.message_id)
    # A header may have 1 MB; reading it must not hold up the mail that comes in meanwhile.
    detail = await asyncio.to_thread(views.message_detail, message, content, emails)
    return Response(detail, media_type="application/json")


@router.get(
    "/raw",
    summary="The exact bytes of a message",
    response_class=Response,
    responses={200: {"content": {"message/rfc822": {}}}},
)
async def get_raw(catalogue: Shown, message_id: MessageId) -> Response:
    """Gives the message octet for octet as it was received, dots unstuffed."""
    content = await _content(catalogue, message_id)
    name = _UNSAFE_IN_NAME.sub("_", message_id)
    return Response(
        content,
        media_type="message/rfc822",
        headers={"Content-Disposition": f'attachment; filename="{name}.eml"'},
    )


@router.get(
    "/transcript",
    summary="The dialogue that a message came by",
    response_class=PlainTextResponse,
)
async def get_transcript(catalogue: Shown, message: Stored) -> PlainTextResponse:
    """Gives what client (`C:`) and server (`S:`) said, with times; secrets are masked."""
    transcript = await catalogue.transcript(message.message_id)
    return PlainTextResponse(transcript_text(message, _there(transcript, message.message_id)))


@router.get("/lint", summary="The findings of a message")
async def get_lint(message: Stored) -> FindingPage:
    """Gives what SendCloud refuses, fails or silently ignores in it, and how to mend that."""
    return FindingPage(items=views.finding_items(message.findings))


async def _all_emails(catalogue: Catalogue, message_id: str) -> list[StoredEmail]:
    wanted = MessageFilter(message_id=message_id)
    emails: list[StoredEmail] = []
    cursor = None
    while True:
        page = await catalogue.emails(wanted, MAX_LIMIT, cursor)
        emails += page.items
        cursor = page.next_cursor
        if cursor is None:
            return emails


async def _content(catalogue: Catalogue, message_id: str) -> bytes:
    return _there(await catalogue.content(message_id), message_id)


def _there(found: Thing | None, message_id: str) -> Thing:
    """Return what was found, or tell that there is no such message."""
    if found is None:
        raise problems.ProblemError(
            problems.UNKNOWN_MESSAGE, f"no message {problems.shown(message_id)} is stored"
        )
    return found
