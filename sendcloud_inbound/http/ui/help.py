"""The help page: the first five minutes, with this server's host, port and keys filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Request

from sendcloud_inbound.http.parts import parts
from sendcloud_inbound.http.sandbox.queries import takes
from sendcloud_inbound.http.ui import pages
from sendcloud_inbound.http.ui.route import PageRoute
from sendcloud_inbound.http.ui.samples import CLIENTS, OTHERS, filled

if TYPE_CHECKING:
    from starlette.responses import Response

_EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104 - nothing is bound to it here
_USUAL_PORT = 2525
"""Of a server that takes no mail in this process: told with a word of doubt."""

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/ui/help", dependencies=[takes(pages.OfApiUser)])
async def show_help(
    request: Request, page: pages.Shown, _query: Annotated[pages.OfApiUser, Query()]
) -> Response:
    """Show how to begin, for one API_USER: the chosen one, else the first."""
    values = _values(request, page)
    return page.answer(
        "help.html",
        values=values,
        is_elsewhere=parts(request).smtp is None,
        clients=[filled(each, values) for each in CLIENTS],
        others={each.name: filled(each, values).code for each in OTHERS},
    )


def _values(request: Request, page: pages.Page) -> dict[str, Any]:
    """Return what stands in the samples."""
    program = parts(request)
    name = page.api_user or next(iter(page.api_users), "")
    account = program.accounts.find(name) if name else None
    host, port = program.smtp or ("0.0.0.0", _USUAL_PORT)  # noqa: S104
    if host in _EVERYWHERE:
        host = request.url.hostname or "localhost"  # it came by that one
    return {
        "host": host,
        "host_in_url": f"[{host}]" if ":" in host else host,
        "port": port,
        "api_user": account.api_user if account else "API_USER",
        "api_key": (account.api_key if account else "") or "API_KEY",
        "app_key": (account.app_key if account else "") or "APP_KEY",
        "url": str(request.base_url).removesuffix("/"),
    }
