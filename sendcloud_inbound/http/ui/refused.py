"""What SMTP refused before there was a message, with the reason and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NamedTuple

from fastapi import APIRouter, Query, Request

from sendcloud_inbound.http.languages import Language
from sendcloud_inbound.http.sandbox.queries import takes
from sendcloud_inbound.http.sandbox.refusals import RefusalItem, RefusalQuery, list_refusals
from sendcloud_inbound.http.ui import pages  # noqa: TC001 - read at runtime
from sendcloud_inbound.http.ui.route import PageRoute
from sendcloud_inbound.rules.refusals import REMEDIES

if TYPE_CHECKING:
    from starlette.responses import Response

    from sendcloud_inbound.http.ui.words import Words

router = APIRouter(route_class=PageRoute, include_in_schema=False)


class RefusedItem(NamedTuple):
    """A refusal, in its reader's language."""

    item: RefusalItem
    remedy: str


@router.get("/ui/refused", dependencies=[takes(RefusalQuery)])
async def show_refused(
    request: Request, page: pages.Shown, query: Annotated[RefusalQuery, Query()]
) -> Response:
    """Show the last refusals."""
    found = await list_refusals(request, query)
    return page.answer(
        "refused.html", refused=[told(page.t, item) for item in found.items], count=found.count
    )


def told(t: Words, item: RefusalItem) -> RefusedItem:
    """Return a refusal with its remedy in a language."""
    remedy = REMEDIES[item.trouble]
    return RefusedItem(item, remedy.chinese if t.language is Language.CHINESE else remedy.english)
