"""Waiting for mail, or for what happens to it, without asking again and again.

A call waits in the server: it looks once, and again each time something was committed that may be
it. A message is not seen before the worker has expanded it, and then with all its emails and
events at once, for they are one transaction.
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
from sendcloud_inbound.http.sandbox.missed import not_come
from sendcloud_inbound.http.sandbox.queries import takes
from sendcloud_inbound.http.sandbox.wait_queries import Kind, WaitQuery

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sendcloud_inbound.http.parts import Parts


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
        raise await not_come(program, query, len(found))
    return Waited(kind=query.kind, items=found)


async def _until(request: Request, program: Parts, query: WaitQuery) -> list[Any]:
    """Return what there is once it is enough, or the time is over."""
    loop = asyncio.get_running_loop()
    until = loop.time() + query.timeout_s
    enough = 1 if query.absent else query.count
    with program.news.watch(query.interest()) as watch:
        async with _gone(request) as gone:
            while True:
                found = await _find(program, query, enough)
                left_s = until - loop.time()
                if len(found) >= enough or left_s <= 0:
                    return found
                if program.news.is_over:
                    raise problems.ProblemError(problems.STOPPING, "the server is being stopped")
                net_s = left_s if program.sees_all else min(left_s, program.news.net_s)
                news = asyncio.ensure_future(watch.wait(net_s))
                try:
                    await asyncio.wait({news, gone}, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    news.cancel()
                if gone.done():  # nobody reads what nearly was it: it is not looked for
                    raise problems.ProblemError(problems.NOT_COME, "the client has hung up")


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
