"""The listings: messages and emails, filtered, page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query

from sendcloud_inbound.http import problems
from sendcloud_inbound.http.sandbox import views
from sendcloud_inbound.http.sandbox.answers import EmailPage, MessagePage
from sendcloud_inbound.http.sandbox.catalogue import Shown  # noqa: TC001 - read at runtime
from sendcloud_inbound.http.sandbox.queries import EmailQuery, MessageQuery, takes

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sendcloud_inbound.ports import MessageFilter, Page, Row

router = APIRouter(
    responses=problems.describe(
        problems.BAD_PARAMETER, problems.UNKNOWN_PARAMETER, problems.STORE_UNAVAILABLE
    ),
)


@router.get("/messages", summary="List messages, newest first", dependencies=[takes(MessageQuery)])
async def list_messages(catalogue: Shown, query: Annotated[MessageQuery, Query()]) -> MessagePage:
    """Lists what came, refused messages included. All filters given must hold."""
    page = await _page(catalogue.messages, query, query.status)
    items = [views.message_row(message) for message in page.items]
    return MessagePage(items=items, next_cursor=page.next_cursor)


@router.get(
    "/emails", summary="List emails, newest message first", dependencies=[takes(EmailQuery)]
)
async def list_emails(catalogue: Shown, query: Annotated[EmailQuery, Query()]) -> EmailPage:
    """Lists each recipient's copy. All filters given must hold; `status` is the email's own."""
    page = await _page(catalogue.emails, query, query.status)
    items = [views.email_row(email) for email in page.items]
    return EmailPage(items=items, next_cursor=page.next_cursor)


async def _page(
    listing: Callable[[MessageFilter, int, str | None], Awaitable[Page[Row]]],
    query: MessageQuery | EmailQuery,
    status: str | None,
) -> Page[Row]:
    try:
        return await listing(query.to_filter(status), query.limit, query.cursor)
    except ValueError as error:
        if query.cursor is None:
            raise
        raise problems.bad_parameter("cursor", str(error)) from error
