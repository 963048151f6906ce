"""The calls of a mail's reader: pixel, click and unsubscribe, in both generations of URLs.

HEAD is answered as GET is, without an event: nobody reads what it asks for. GET of an unsubscribe
link asks and changes nothing, because mail scanners follow links; POST unsubscribes, from the form
of the page or at once by RFC 8058. How SendCloud's own behaves in this is not known (S24).

X-Forwarded-For is not looked at: anybody can write it. Behind a proxy, `ip` is the proxy's.
"""

from __future__ import annotations

import asyncio
import base64
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from sendcloud_inbound.errors import StoreUnavailable
from sendcloud_inbound.http.parts import parts
from sendcloud_inbound.http.tracking import browsers
from sendcloud_inbound.http.tracking.forms import CONFIRMED, ONE_CLICK, posted
from sendcloud_inbound.http.tracking.host import TRACK
from sendcloud_inbound.http.tracking.locations import location
from sendcloud_inbound.http.tracking.pages import Pages, language_of
from sendcloud_inbound.rules.tracking import Kind

if TYPE_CHECKING:
    from sendcloud_inbound.http.tracking.following import Follower
    from sendcloud_inbound.ports import StoredEmail
    from sendcloud_inbound.rules.tracking import Tracked

PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
"""A GIF of one pixel that is not seen."""

_ANYWHERE = {"Cross-Origin-Resource-Policy": "cross-origin"}
"""A mail program on the web shows the pixel in a page of another site."""
_READS = ["GET", "HEAD"]

router = APIRouter(prefix=TRACK, include_in_schema=False)  # of recipients, not of the sandbox API


@router.api_route("/open/{token:path}.gif", methods=_READS)
@router.api_route("/open2/{token:path}.gif", methods=_READS)
async def get_pixel(request: Request, token: str) -> Response:
    """Serve the open pixel; whoever loads it has opened the email."""
    tracked = _follower(request).read(token, Kind.OPEN)
    if tracked is None:
        return _unknown()
    await _note(request, tracked)
    return Response(PIXEL, media_type="image/gif", headers=_ANYWHERE)


@router.api_route("/click/{token:path}.html", methods=_READS)
@router.api_route("/click2/{token:path}.html", methods=_READS)
async def get_click(request: Request, token: str) -> Response:
    """Send a reader on to where the link leads, and to nowhere else."""
    tracked = _follower(request).read(token, Kind.CLICK)
    goal = None if tracked is None else location(tracked.link)
    if tracked is None or goal is None:
        return _unknown()
    await _note(request, tracked, url=tracked.link)
    return Response(status_code=302, headers={"Location": goal})


@router.api_route("/unsubscribe.do", methods=_READS)
@router.api_route("/unsubscribe2.do", methods=_READS)
async def get_unsubscribe(request: Request) -> Response:
    """Show the page that asks."""
    return await _unsubscribe(request, frozenset())


@router.post("/unsubscribe.do")
@router.post("/unsubscribe2.do")
async def post_unsubscribe(request: Request) -> Response:
    """Unsubscribe, when the form says so; else ask once more."""
    return await _unsubscribe(request, await posted(request))


@router.api_route("/{rest:path}", methods=[*_READS, "POST"])
async def get_anything_else(rest: str) -> Response:  # noqa: ARG001 - any
    """Answer a link that was cut as one that was altered."""
    return _unknown()


def _follower(request: Request) -> Follower:
    follower: Follower = request.app.state.follower
    return follower


def _unknown() -> Response:
    return PlainTextResponse("链接无效。\nThis link is not valid.\n".encode(), status_code=404)


async def _note(request: Request, tracked: Tracked, **details: str) -> None:
    if request.method != "HEAD":
        await _follower(request).note(tracked, await _browser(request) | details)


async def _browser(request: Request) -> dict[str, str]:
    peer = request.client.host if request.client else ""
    user_agent = request.headers.get("user-agent", "")
    return await asyncio.to_thread(browsers.describe, peer, user_agent)


async def _unsubscribe(request: Request, said: frozenset[tuple[str, str]]) -> Response:
    follower = _follower(request)
    tracked = follower.read(request.query_params.get("p", ""), Kind.UNSUBSCRIBE)
    if tracked is None:
        return _unknown()
    accepts = request.headers.get("accept-language", "")
    language = language_of(tracked.page_id, follower.host, accepts)
    pages = Pages(language, tracked.page_id)
    try:
        email = await follower.email(tracked)
        if email is None:
            return pages.gone()
        if said.isdisjoint({ONE_CLICK, CONFIRMED}):
            return pages.ask(email.recipient, _domain(request, email))
        await follower.happen(email, Kind.UNSUBSCRIBE, await _browser(request))
    except (StoreUnavailable, TimeoutError):
        return pages.away()
    if ONE_CLICK in said:
        return PlainTextResponse("Unsubscribed.\n")
    return pages.done(email.recipient, _domain(request, email))


def _domain(request: Request, email: StoredEmail) -> str:
    """Return whose mail it is, as its recipient may know it."""
    account = parts(request).accounts.find(email.api_user)
    return email.api_user if account is None else account.sending_domain
