"""The help page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter

from sendcloud_inbound.http.ui import pages  # noqa: TC001 - read at runtime
from sendcloud_inbound.http.ui.route import PageRoute

if TYPE_CHECKING:
    from starlette.responses import Response

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/ui/help")
async def show_help(page: pages.Shown) -> Response:
    """Show how to begin."""
    return page.answer("help.html")
