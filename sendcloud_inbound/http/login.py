"""Asks for the login of the settings, by HTTP Basic (RFC 7617), where one is set.

Not asked for: health, which balancers look at; the links in mail, which recipients follow; and
SendCloud's own API, whose calls bring the keys of an API_USER.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import TYPE_CHECKING, NamedTuple

from starlette.datastructures import Headers

from sendcloud_inbound.http import problems

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_CHALLENGE = {"WWW-Authenticate": 'Basic realm="sendcloud-inbound", charset="UTF-8"'}
_OPEN = frozenset({"/livez", "/readyz"})
_OPEN_BELOW = ("/track/", "/apiv2/", "/api/", "/webapi/")


class Credentials(NamedTuple):
    """Who may look in."""

    username: str
    password: str

    def octets(self) -> bytes:
        """Return them as HTTP Basic sends them."""
        return f"{self.username}:{self.password}".encode()


class Login:
    """ASGI middleware that lets in who logs in."""

    def __init__(self, app: ASGIApp, credentials: Credentials) -> None:
        self._app = app
        self._wanted = credentials.octets()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on, or ask for the login."""
        if scope["type"] != "http" or _is_open(scope["path"]):
            await self._app(scope, receive, send)
            return
        given = _given(Headers(scope=scope).get("authorization", ""))
        if given is not None and hmac.compare_digest(given, self._wanted):
            await self._app(scope, receive, send)
            return
        why = "no login was given" if given is None else "the login is wrong"
        lack = problems.ProblemError(problems.LOGIN_NEEDED, why, headers=_CHALLENGE)
        await lack.response()(scope, receive, send)


def _is_open(path: str) -> bool:
    return path in _OPEN or path.startswith(_OPEN_BELOW)


def _given(authorization: str) -> bytes | None:
    """Return the login of a header; None when it has none by HTTP Basic."""
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(value.strip(), validate=True)
    except (binascii.Error, ValueError):
        return b""
