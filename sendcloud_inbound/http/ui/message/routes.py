"""The page of a message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Request

from sendcloud_inbound.http.parts import parts
from sendcloud_inbound.http.sandbox import views
from sendcloud_inbound.http.sandbox.message import Stored  # noqa: TC001 - read at runtime
from sendcloud_inbound.http.sandbox.queries import takes
from sendcloud_inbound.http.ui import pages  # noqa: TC001 - read at runtime
from sendcloud_inbound.http.ui.message import chosen as choosing, happenings, panels, recipients
from sendcloud_inbound.http.ui.message.query import OF_A_COPY, MessageAsked, Tab
from sendcloud_inbound.http.ui.route import PageRoute
from sendcloud_inbound.rules.model import Level

if TYPE_CHECKING:
    from starlette.responses import Response

    from sendcloud_inbound.http.ui.message.chosen import Chosen

router = APIRouter(
    prefix="/ui/messages/{message_id}", route_class=PageRoute, include_in_schema=False
)


@router.get("", dependencies=[takes(MessageAsked)])
async def show_message(
    request: Request, page: pages.Shown, message: Stored, asked: Annotated[MessageAsked, Query()]
) -> Response:
    """Show a message, one of its recipients, and one tab of what is to be known."""
    program = parts(request)
    people = await recipients.of_message(program.catalogue, message.message_id, asked)
    row = people.chosen
    copy = await choosing.of_row(program, row) if row else None
    chosen = copy if isinstance(copy, choosing.Chosen) else None
    tab = _tab(asked.tab, chosen)
    shown = panels.Shown(program, message, people, chosen, asked)
    return page.answer(
        "message.html",
        message=views.message_row(message),
        session=views.session(message),
        people=people,
        chosen=chosen,
        lack=copy if chosen is None else None,
        happened=await happenings.of_email(
            request, program, message.message_id, row.email_id if row else None
        ),
        beside=await program.catalogue.beside(message.message_id, page.api_user),
        asked=asked,
        tab=tab,
        tabs=[each for each in Tab if chosen or each not in OF_A_COPY],
        worst=_worst({finding.level for finding in message.findings}),
        **await panels.of_tab(tab, shown),
    )


def _tab(asked: Tab | None, chosen: Chosen | None) -> Tab:
    """Return the tab to show: what was asked for where it can be, else what tells most."""
    if chosen is None:
        return Tab.FINDINGS if asked is None or asked in OF_A_COPY else asked
    return asked or (Tab.TEXT if chosen.detail.html is None else Tab.HTML)


def _worst(levels: set[Level]) -> Level | None:
    return next((level for level in Level if level in levels), None)
