"""Who is not sent to: the suppressed addresses, and those that mail came back from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Request

from sendcloud_inbound.http.sandbox import bounces, suppressions
from sendcloud_inbound.http.sandbox.queries import takes
from sendcloud_inbound.http.ui import pages  # noqa: TC001 - read at runtime
from sendcloud_inbound.http.ui.route import PageRoute
from sendcloud_inbound.rules.history import SuppressionKind

if TYPE_CHECKING:
    from starlette.responses import Response

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/ui/suppressions", dependencies=[takes(bounces.BounceQuery)])
async def show_suppressions(
    request: Request, page: pages.Shown, query: Annotated[bounces.BounceQuery, Query()]
) -> Response:
    """Show both, of an API_USER or of all, and let them be lifted."""
    wanted = suppressions.SuppressionQuery(api_user=query.api_user)
    found = await bounces.list_bounces(request, query)
    return page.answer(
        "suppressions.html",
        suppressions=(await suppressions.list_suppressions(request, wanted)).items,
        bounces=found,
        query=query,
        kinds=list(SuppressionKind),
        older=page.url("/ui/suppressions", limit=query.limit, cursor=found.next_cursor),
    )
