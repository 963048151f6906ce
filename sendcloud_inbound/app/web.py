"""The HTTP server, made apart: half of the start-up time is its import."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sendcloud_inbound.app import making
from sendcloud_inbound.config import in_force
from sendcloud_inbound.http import Credentials, HttpServer, Parts, build
from sendcloud_inbound.http.tracking import TrackingHost

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping

    from sendcloud_inbound.app.core import Core
    from sendcloud_inbound.config import Http
    from sendcloud_inbound.http.health import Check


def http_server(
    core: Core,
    checks: Mapping[str, Check],
    listener: socket.socket,
    smtp: tuple[str, int] | None,
    origins: Mapping[str, str],
) -> HttpServer:
    """Make the server of a program, which takes mail at `smtp` if this process does."""
    store, webhooks = core.store, core.settings.webhooks
    parts = Parts(
        catalogue=store,
        accounts=core.accounts,
        copier=core.copier,
        usage=core.usage,
        intake=core.intake,
        journal=store.journal,
        events=core.events,
        orders=store.orders,
        suppressions=store.suppressions,
        statistics=store.statistics,
        bounces=store.bounces,
        domains=store.domains,
        unsubscriptions=store.unsubscriptions,
        labels=store.labels,
        send_requests=store.send_requests,
        templates=store.templates,
        lists=store.lists,
        list_tasks=store.list_tasks,
        posts=store.deliveries,
        news=store.news,
        eraser=store.eraser,
        backlog=store.backlog,
        retention=store.retention,
        attempts=core.attempts,
        random_octets=making.random_octets,
        settings=in_force(core.settings, origins),
        smtp=smtp,
        magic_domain=core.settings.simulation.reserved(),
        credentials=_credentials(core.settings.http),
        sees_all=core.is_alone,
        clock=core.clock,
        tracking=_tracking(core),
        approves_templates=core.settings.api.approve_templates,
        upstream=core.relay,
        check_url=partial(_check_url, webhooks.timeout_s) if webhooks.check_urls else None,
        checks=checks,
    )
    return HttpServer(build(parts), listener)


def _credentials(settings: Http) -> Credentials | None:
    if settings.username is None or settings.password is None:
        return None
    return Credentials(settings.username, settings.password)


def _tracking(core: Core) -> TrackingHost | None:
    """Return where the links in mail lead to, if they are written."""
    if core.tracking is None:
        return None
    settings = core.settings.tracking
    name = urlsplit(core.tracking.url).hostname or ""
    ours = urlsplit(core.settings.http.public_url or "").hostname
    return TrackingHost(
        key=core.tracking.key,
        name=name,
        is_apart=bool(settings.domain) and name != ours,
        chinese_pages=frozenset(settings.chinese_pages),
        english_pages=frozenset(settings.english_pages),
    )


async def _check_url(timeout_s: float, url: str) -> str | None:
    # A quarter of a second to import, which a process that makes no call saves.
    from sendcloud_inbound.webhooks.checking import check_url  # noqa: PLC0415

    poster = await asyncio.to_thread(making.open_poster, timeout_s)
    try:
        return await check_url(poster, url)
    finally:
        await poster.close()
