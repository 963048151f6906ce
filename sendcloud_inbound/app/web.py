"""The HTTP server, made apart: half of the start-up time is its import."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendcloud_inbound.http import HttpServer, Parts, build

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping

    from sendcloud_inbound.app.core import Core
    from sendcloud_inbound.http.health import Check


def http_server(core: Core, checks: Mapping[str, Check], listener: socket.socket) -> HttpServer:
    """Make the server of a program."""
    store = core.store
    parts = Parts(
        catalogue=store,
        accounts=core.accounts,
        copier=core.copier,
        journal=store.journal,
        events=core.events,
        orders=store.orders,
        suppressions=store.suppressions,
        clock=core.clock,
        checks=checks,
    )
    return HttpServer(build(parts), listener)
