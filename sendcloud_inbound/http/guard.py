"""Stands around the application: keeps other sites out, and our inside in.

Nobody need log in here (`login` asks only where one is set), so a page on the web must not read the
mail of the browser's machine. Without CORS headers it cannot read our answers, unless its own name
resolves to 127.0.0.1 (DNS rebinding): then the browser believes us to be that page's server, and
says so in Host. Hence a request that comes by the loopback interface must ask for localhost or for
an IP address. Other interfaces are open on purpose and go by any name (a container is called what
its network calls it).

Nor may it change anything, which needs no answer: a browser says in Origin, and in Sec-Fetch-Site,
whose page asks; programs say nothing of the kind. Only the links in mail may be followed from
anywhere.

Mail is foreign text: no answer is guessed to be HTML, none runs a script or is framed.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

import structlog
from starlette.datastructures import Headers, MutableHeaders

from sendcloud_inbound.http import problems

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from sendcloud_inbound.http.tracking.host import TrackingHost

_log = structlog.get_logger()

_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
FOREIGN_HTML = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; img-src data:; sandbox"
)
"""The policy of a page that a stranger wrote: no script, no form, no way out, nothing fetched.
Pages of ours may frame it."""
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing (RFC 9110 9.2.1)."""
_OURS = frozenset({"same-origin", "none"})
"""Sec-Fetch-Site of our own pages, and of what a person typed."""
_FOLLOWED = "/track/"
"""Where the links and buttons in mail lead to, out of whatever page shows it."""
_CHANGED_BY_GET = ("/apiv2/", "/api/", "/webapi/")
"""SendCloud's API takes GET for everything (SENDCLOUD.md 7.1), and everybody knows the key of a
sandbox."""
_HOST = re.compile(r"(?:\[([^\[\]]*)\]|([^:]*))(?::\d*)?")


class Guard:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, tracking: TrackingHost | None = None) -> None:
        """Let the host of tracking links be asked for, wherever it leads to."""
        self._app = app
        self._tracking = tracking

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, whatever happens inside."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(send)
        if _is_misdirected(scope, self._tracking):
            await _wrong_host(scope).response()(scope, receive, answer)
            return
        if _is_cross_site(scope):
            await _cross_site(scope).response()(scope, receive, answer)
            return
        try:
            await self._app(scope, receive, answer)
        except Exception:
            _log.exception("http_request_failed", method=scope["method"], path=scope["path"])
            if answer.begun:
                raise  # uvicorn breaks the connection: half an answer must not look whole
            failure = problems.ProblemError(problems.INTERNAL_ERROR, "an unexpected error")
            await failure.response()(scope, receive, answer)


class _Answer:
    """An answer on its way out: adds the headers that all have, but for those of its own."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.begun = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await self._send(message)


def _is_misdirected(scope: Scope, tracking: TrackingHost | None) -> bool:
    """Tell whether somebody asks this machine for a name that is not its own.

    The tracking host's is, but only for links where it is a name of their own.
    """
    address = (scope.get("server") or ("",))[0]
    name = _name_in(Headers(scope=scope).get("host", "localhost"))
    if name is not None and _is_local(name):
        return False
    if name is not None and tracking is not None and name == tracking.name:
        return tracking.is_apart and not scope["path"].startswith(_FOLLOWED)
    return _is_loopback(address)


def _is_cross_site(scope: Scope) -> bool:
    """Tell whether a page of another origin asks for a change."""
    path = scope["path"]
    if path.startswith(_FOLLOWED):
        return False
    if scope.get("method", "GET") in _SAFE and not path.startswith(_CHANGED_BY_GET):
        return False
    headers = Headers(scope=scope)
    if headers.get("sec-fetch-site", "none") not in _OURS:
        return True
    origin = headers.get("origin")
    if origin is None:
        return False
    # A proxy in front may speak HTTPS for us: the scheme may differ, the name and port may not.
    return origin.partition("://")[2].lower() != headers.get("host", "").lower()


def _is_loopback(address: str) -> bool:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
    return (mapped or ip).is_loopback


def _name_in(host: str) -> str | None:
    """Return the name or address in a Host header, None when that is none."""
    found = _HOST.fullmatch(host)
    return None if found is None else (found[1] or found[2]).lower().removesuffix(".")


def _is_local(name: str) -> bool:
    """Tell whether it cannot be a name of somebody else's (RFC 6761 6.3)."""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _wrong_host(scope: Scope) -> problems.ProblemError:
    host = problems.shown(Headers(scope=scope).get("host", ""))
    return problems.ProblemError(problems.WRONG_HOST, f"Host: {host}")


def _cross_site(scope: Scope) -> problems.ProblemError:
    origin = Headers(scope=scope).get("origin")
    said = "another site" if origin is None else problems.shown(origin)
    return problems.ProblemError(problems.CROSS_SITE, f"the page is of {said}")
