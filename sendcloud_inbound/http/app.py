"""The HTTP application: the sandbox API, the pages that show it, SendCloud's own API, health.

OpenAPI stands at `/openapi.json`. Nothing here loads anything from another host.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI

from sendcloud_inbound import __version__
from sendcloud_inbound.http import (
    apiv2,
    docs,
    health,
    metrics,
    problems,
    sandbox,
    tracking,
    ui,
    webapi,
)
from sendcloud_inbound.http.guard import Guard
from sendcloud_inbound.http.json_bodies import JsonBodies
from sendcloud_inbound.http.login import Login

if TYPE_CHECKING:
    from fastapi.routing import APIRoute

    from sendcloud_inbound.http.parts import Parts

_DESCRIPTION = """\
A sandbox that behaves like SendCloud's inbound mail server. Here you look at what it took in: the
messages, the email each recipient got, and what SendCloud would have refused or ignored in them.
Here you also say what is to become of mail: rules force outcomes, suppressions keep addresses from
being sent to. Reading never changes anything. Times are ISO 8601 in UTC; errors are problem details
(RFC 9457).
"""


def build(parts: Parts, version: str = __version__) -> FastAPI:
    """Return the application; the version is told in OpenAPI and in the Server header."""
    app = FastAPI(
        title="sendcloud-inbound",
        version=version,
        description=_DESCRIPTION,
        docs_url=None,  # FastAPI's own pages load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
    )
    app.state.parts = parts
    app.include_router(sandbox.router)
    app.include_router(apiv2.router)
    app.include_router(webapi.router)
    app.include_router(health.router)
    app.include_router(metrics.router)
    app.include_router(docs.router)
    app.include_router(ui.router)
    if parts.tracking is not None:
        app.state.follower = tracking.Follower(parts.tracking, parts.catalogue, parts.events)
        app.include_router(tracking.router)
    app.add_middleware(JsonBodies)
    if parts.credentials is not None:
        app.add_middleware(Login, credentials=parts.credentials)
    app.add_middleware(Guard, tracking=parts.tracking)
    problems.install(app)
    return app


def _operation_id(route: APIRoute) -> str:
    return route.name
