"""Bodies of the sandbox API are JSON, whatever a client calls them: `curl -d '{...}'` is enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_SANDBOX = "/sandbox/"
_NO_TYPE = {"", "application/x-www-form-urlencoded"}
"""What curl says of a body when it is told nothing; no call of the sandbox API takes a form."""


class JsonBodies:
    """Around the application: names a body JSON when its client named it nothing of meaning."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on."""
        if scope["type"] == "http" and scope["path"].startswith(_SANDBOX):
            headers = MutableHeaders(scope=scope)
            if headers.get("content-type", "").partition(";")[0].strip().lower() in _NO_TYPE:
                headers["content-type"] = "application/json"
        await self._app(scope, receive, send)
