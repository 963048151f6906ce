"""The inbox: what came, newest first, refused messages included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query

from sendcloud_inbound.http.sandbox import listings
from sendcloud_inbound.http.sandbox.catalogue import Shown  # noqa: TC001 - read at runtime
from sendcloud_inbound.http.sandbox.queries import MessageQuery, takes
from sendcloud_inbound.http.ui import pages  # noqa: TC001 - read at runtime
from sendcloud_inbound.http.ui.route import PageRoute

if TYPE_CHECKING:
    from starlette.responses import Response

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/", dependencies=[takes(MessageQuery)])
async def show_inbox(
    page: pages.Shown, catalogue: Shown, query: Annotated[MessageQuery, Query()]
) -> Response:
    """Show a part of the inbox."""
    found = await listings.list_messages(catalogue, query)
    older = page.url("/", **{**_given(query), "cursor": found.next_cursor})
    return page.answer("inbox.html", messages=found, query=query, older=older)


def _given(query: MessageQuery) -> dict[str, object]:
    """Return the parameters that were given, for links that keep to them."""
    return query.model_dump(mode="json", exclude_unset=True)
