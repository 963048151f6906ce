"""What happened to mail: look at it, and make it happen."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request

from sendcloud_inbound.events import about
from sendcloud_inbound.http import problems
from sendcloud_inbound.http.parts import parts
from sendcloud_inbound.http.sandbox import views
from sendcloud_inbound.http.sandbox.answers import EventItem  # noqa: TC001 - read at runtime
from sendcloud_inbound.http.sandbox.bodies import bad_body
from sendcloud_inbound.http.sandbox.email import Email  # noqa: TC001 - read at runtime
from sendcloud_inbound.http.sandbox.event_answers import EventOrder, EventPage
from sendcloud_inbound.http.sandbox.event_queries import EventQuery
from sendcloud_inbound.http.sandbox.queries import takes

router = APIRouter()
of_an_email = APIRouter(prefix="/emails/{email_id:path}")


@router.get(
    "/events",
    summary="List events, newest first",
    dependencies=[takes(EventQuery)],
    responses=problems.describe(
        problems.BAD_PARAMETER, problems.UNKNOWN_PARAMETER, problems.STORE_UNAVAILABLE
    ),
)
async def list_events(request: Request, query: Annotated[EventQuery, Query()]) -> EventPage:
    """Lists what happened, with the fields that webhooks are told. All filters given must hold."""
    try:
        page = await parts(request).journal.events(query.to_filter(), query.limit, query.cursor)
    except ValueError as error:
        raise problems.bad_parameter("cursor", str(error)) from error
    return EventPage(items=list(map(views.event_item, page.items)), next_cursor=page.next_cursor)


@of_an_email.post(
    "/events",
    summary="Make something happen to an email",
    status_code=201,
    dependencies=[takes()],
    responses=problems.describe(
        problems.BAD_BODY,
        problems.CROSS_SITE,
        problems.UNKNOWN_EMAIL,
        problems.UNKNOWN_PARAMETER,
        problems.STORE_UNAVAILABLE,
    ),
)
async def post_event(request: Request, found: Email, order: EventOrder) -> EventItem:
    """Writes the event and tells webhooks, as if SendCloud had seen it happen.

    `deliver`, `invalid` and `soft_bounce` give the email that state, and end what it had before it.
    Who unsubscribes or reports spam is not sent to again.
    """
    try:
        details = await asyncio.to_thread(order.details, found.first_link)
    except ValueError as error:
        raise bad_body(str(error)) from error
    event = await parts(request).events.happen(found.email, order.event, details)
    mail = about(found.email)
    return views.event_of(event, mail.message_id, mail)
