"""The HTML of a copy in a frame: it runs nothing, sends nothing and reaches nobody."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Literal

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from sendcloud_inbound.http import guard, problems
from sendcloud_inbound.http.sandbox.copy import ReadCopy
from sendcloud_inbound.http.sandbox.email import Email  # noqa: TC001 - read at runtime
from sendcloud_inbound.http.ui.route import PageRoute
from sendcloud_inbound.rules.previews import preview

if TYPE_CHECKING:
    from sendcloud_inbound.http.sandbox.email import Found

router = APIRouter(
    prefix="/ui/frames/{email_id:path}", route_class=PageRoute, include_in_schema=False
)

_HEADERS = {
    "Content-Security-Policy": guard.FOREIGN_HTML,
    # Else Chromium looks the hosts of links up, on pages that come in clear.
    "X-DNS-Prefetch-Control": "off",
}


@router.get("")
async def show_frame(found: Email, scheme: Literal["light", "dark"] = "light") -> HTMLResponse:
    """Show it, to a reader whose screen is light or dark."""
    html = await asyncio.to_thread(_preview, found, is_dark=scheme == "dark")
    return HTMLResponse(html.encode("utf-8", "replace"), headers=_HEADERS)


def _preview(found: Found, *, is_dark: bool) -> str:
    copy = ReadCopy(found.octets())
    if copy.html is None:
        raise problems.ProblemError(problems.NO_SUCH_PART, "no HTML part")
    return preview(copy.html, copy.images(), is_dark=is_dark)
