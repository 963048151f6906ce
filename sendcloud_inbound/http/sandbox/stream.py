"""Looking on while mail comes and something happens to it: server-sent events."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import Field

from sendcloud_inbound.http import problems
from sendcloud_inbound.http.parts import parts
from sendcloud_inbound.http.sandbox import queries
from sendcloud_inbound.http.sandbox.queries import Text, takes
from sendcloud_inbound.ports import EventFilter, MessageFilter, What

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterable

    from sendcloud_inbound.http.parts import Parts
    from sendcloud_inbound.rules.history import EventKind

_BEAT_S = 15.0
"""So often something is said, so that nobody on the way takes the connection for dead."""


class StreamQuery(queries.Query):
    """What to look at."""

    api_user: Text = Field(default=None, description="The API_USER whose mail it is; else all.")


router = APIRouter()


@router.get(
    "/stream",
    summary="Look on while mail comes",
    dependencies=[takes(StreamQuery)],
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Server-sent events, until the client hangs up or the server stops.",
            "content": {"text/event-stream": {}},
        },
        **problems.describe(problems.UNKNOWN_PARAMETER),
    },
)
async def stream(request: Request, query: Annotated[StreamQuery, Query()]) -> StreamingResponse:
    """Tells `new` (a message), `changed` (an email), `cleared`, and `refused` (what is no message).

    Each comes with `api_user` and `events`; the listings tell the rest. What happens fast is summed
    up; `api_user` is null when it may be anybody's.
    """
    lines = told(parts(request), query.api_user)
    return StreamingResponse(lines, media_type="text/event-stream")


async def told(
    program: Parts, api_user: str | None, *, beat_s: float = _BEAT_S
) -> AsyncGenerator[str, None]:
    """Yield what happens, and a comment when nothing did for a while."""
    others = None if program.sees_all else await _Others.of(program, api_user)
    with program.news.feed(api_user) as feed:
        yield ": listening\n\n"
        while not program.news.is_over:
            net_s = beat_s if others is None else min(beat_s, program.news.net_s)
            happened = await feed.take(net_s)
            for (what, whose), kinds in happened.items():
                yield _line(what, whose, kinds)
            for what in await others.look() if others is not None else ():
                yield _line(what, api_user, ())
            if not happened:
                yield ": still here\n\n"


def _line(what: What, api_user: str | None, kinds: Iterable[EventKind]) -> str:
    data = {"api_user": api_user, "events": sorted(kinds)}
    return f"event: {what}\ndata: {json.dumps(data)}\n\n"


class _Others:
    """What other processes write into the store: seen by the newest that it has."""

    def __init__(self, program: Parts, api_user: str | None) -> None:
        self._program = program
        self._api_user = api_user
        self._newest: dict[What, object] = {}

    @classmethod
    async def of(cls, program: Parts, api_user: str | None) -> _Others:
        """Begin with what is there."""
        others = cls(program, api_user)
        await others.look()
        return others

    async def look(self) -> list[What]:
        """Return what there was since the last time."""
        mail, events = MessageFilter(api_user=self._api_user), EventFilter(api_user=self._api_user)
        messages = await self._program.catalogue.messages(mail, 1, is_settled=True)
        happened = await self._program.journal.events(events, 1)
        newest: dict[What, object] = {
            What.NEW: [message.message_id for message in messages.items],
            What.CHANGED: [event.key for event in happened.items],
        }
        before, self._newest = self._newest, newest
        return [what for what, there in newest.items() if there != before.get(what)]
