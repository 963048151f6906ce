"""The HTTP server, made apart: half of the start-up time is its import."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from sendcloud_inbound.app import making
from sendcloud_inbound.http import HttpServer, Parts, build

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping

    from sendcloud_inbound.app.core import Core
    from sendcloud_inbound.http.health import Check


def http_server(core: Core, checks: Mapping[str, Check], listener: socket.socket) -> HttpServer:
    """Make the server of a program."""
    store, webhooks = core.store, core.settings.webhooks
    parts = Parts(
        catalogue=store,
        accounts=core.accounts,
        copier=core.copier,
        journal=store.journal,
        events=core.events,
        orders=store.orders,
        suppressions=store.suppressions,
        posts=store.deliveries,
        clock=core.clock,
        upstream=core.relay,
        check_url=partial(_check_url, webhooks.timeout_s) if webhooks.check_urls else None,
        checks=checks,
    )
    return HttpServer(build(parts), listener)


async def _check_url(timeout_s: float, url: str) -> str | None:
    # A quarter of a second to import, which a process that makes no call saves.
    from sendcloud_inbound.webhooks.checking import check_url  # noqa: PLC0415

    poster = await asyncio.to_thread(making.open_poster, timeout_s)
    try:
        return await check_url(poster, url)
    finally:
        await poster.close()
