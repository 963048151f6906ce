"""Waiting for mail, or for what happens to it, without asking again and again.

A call waits in the server: it looks once, and again each time something of that API_USER was
committed. A message is not seen before the worker has expanded it, and then with all its emails
and events at once, for they are one transaction.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from sendcloud_inbound.http import problems
from sendcloud_inbound.http.parts import parts
from sendcloud_inbound.http.sandbox import views
from sendcloud_inbound.http.sandbox.answers import (
    EmailRow,
    EventItem,
    MessageRow,
)
from sendcloud_inbound.http.sandbox.queries import takes
from sendcloud_inbound.http.sandbox.wait_queries import Kind, WaitQuery
from sendcloud_inbound.ports import MessageFilter
from sendcloud_inbound.rules.ids import email_id
from sendcloud_inbound.rules.model import MessageStatus
from sendcloud_inbound.rules.near_misses import Miss, Seen, near_misses

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from sendcloud_inbound.http.parts import Parts
    from sendcloud_inbound.ports import StoredEmail, StoredMessage

_LOOKED_AT = 200
"""Of the newest, when it is to be told why none was it."""
_NET_S = 1.0
"""What other processes write is looked for so often."""


class Waited(BaseModel):
    """What was waited for."""

    kind: Kind
    items: list[EmailRow | MessageRow | EventItem] = Field(
        description="As in the listing of that kind, newest first; none when it was to be absent."
    )


router = APIRouter()


@router.get(
    "/wait",
    summary="Wait for an email, a message or an event",
    dependencies=[takes(WaitQuery)],
    responses=problems.describe(
        problems.BAD_PARAMETER,
        problems.UNKNOWN_PARAMETER,
        problems.NOT_COME,
        problems.CAME,
        problems.STORE_UNAVAILABLE,
        problems.STOPPING,
    ),
)
async def wait(request: Request, query: Annotated[WaitQuery, Query()]) -> Waited:
    """Answers as soon as there is what is waited for, at the latest after `timeout_s`.

    What is there already counts; `since` leaves out what is older. When nothing came, the problem
    tells what nearly was it, and why it was not.
    """
    query.check()
    program = parts(request)
    found = await _until(request, program, query)
    if query.absent:
        if found:
            raise problems.ProblemError(problems.CAME, f"{len(found)} came", found=found)
    elif len(found) < query.count:
        raise await _not_come(program, query, len(found))
    return Waited(kind=query.kind, items=found)


async def _until(request: Request, program: Parts, query: WaitQuery) -> list[Any]:
    """Return what there is once it is enough, or the time is over, or the client has gone."""
    loop = asyncio.get_running_loop()
    until = loop.time() + query.timeout_s
    enough = 1 if query.absent else query.count
    with program.news.watch(query.api_user) as watch:
        async with _gone(request) as gone:
            while True:
                found = await _find(program, query, enough)
                left_s = until - loop.time()
                if len(found) >= enough or left_s <= 0 or gone.done():
                    return found
                if program.news.is_over:
                    raise problems.ProblemError(problems.STOPPING, "the server is being stopped")
                net_s = left_s if program.sees_all else min(left_s, _NET_S)
                news = asyncio.ensure_future(watch.wait(net_s))
                await asyncio.wait({news, gone}, return_when=asyncio.FIRST_COMPLETED)
                news.cancel()


@asynccontextmanager
async def _gone(request: Request) -> AsyncIterator[asyncio.Task[None]]:
    """Give what is done when the client hangs up."""

    async def listen() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass

    task = asyncio.create_task(listen())
    try:
        yield task
    finally:
        task.cancel()


async def _find(program: Parts, query: WaitQuery, limit: int) -> list[Any]:
    if query.kind == "event":
        events = await program.journal.events(query.events(), limit)
        return list(map(views.event_item, events.items))
    if query.kind == "email":
        emails = await program.catalogue.emails(query.mail(), limit)
        return list(map(views.email_row, emails.items))
    messages = await program.catalogue.messages(query.mail(), limit, is_settled=not query.status)
    return list(map(views.message_row, messages.items))


async def _not_come(program: Parts, query: WaitQuery, count: int) -> problems.ProblemError:
    """Return the problem, with what nearly was it."""
    misses = near_misses(query.given(), await _seen(program))
    came = f"{count} of {query.count} came" if count else f"no {query.kind} came"
    detail = f"{came} within {query.timeout_s:g} s"
    if misses:
        detail += f"; nearest: {misses[0].name}, but {misses[0].why}"
    return problems.ProblemError(problems.NOT_COME, detail, near_misses=list(map(_told, misses)))


def _told(miss: Miss) -> problems.NearMiss:
    return problems.NearMiss(what=miss.name, why=miss.why)


async def _seen(program: Parts) -> Sequence[Seen]:
    """Return the newest emails, and before them the messages that have none."""
    everything = MessageFilter()
    messages = (await program.catalogue.messages(everything, _LOOKED_AT)).items
    emails = (await program.catalogue.emails(everything, _LOOKED_AT)).items
    alone = {MessageStatus.QUEUED, MessageStatus.REFUSED}
    return [
        *(_message(each) for each in messages if each.status in alone),
        *map(_email, emails),
    ]


def _message(message: StoredMessage) -> Seen:
    return Seen(
        message.message_id,
        message.api_user,
        message.rcpt_to,
        message.subject,
        message.status,
        message.label_id,
        message.received_at_ms,
        message.status,
        message.reason,
    )


def _email(email: StoredEmail) -> Seen:
    return Seen(
        email_id(email.message_id, email.position, email.recipient),
        email.api_user,
        (email.recipient,),
        email.subject,
        email.status,
        email.label_id,
        email.received_at_ms,
        MessageStatus.EXPANDED,
    )
