"""Puts the program together from its settings, starts it, stops it."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Protocol

import structlog

from sendcloud_inbound import sockets
from sendcloud_inbound.app import making
from sendcloud_inbound.app.clock import SandboxClock
from sendcloud_inbound.app.core import Core
from sendcloud_inbound.app.membership import Membership
from sendcloud_inbound.app.telling import TellingQueue
from sendcloud_inbound.app.watching import Watch
from sendcloud_inbound.config import configured_webhooks, mask_url
from sendcloud_inbound.errors import StartupError, StoreUnavailable
from sendcloud_inbound.store import open_store
from sendcloud_inbound.worker import Indexer

if TYPE_CHECKING:
    import socket
    import ssl
    from collections.abc import Awaitable, Callable, Mapping

    from sendcloud_inbound.config import Settings
    from sendcloud_inbound.rules.model import Record
    from sendcloud_inbound.store import Store

_log = structlog.get_logger()


class _Worker(Protocol):
    """Something that works until it is stopped."""

    async def run(self) -> None: ...

    def stop(self) -> None: ...


class Program:
    """A running sandbox: what the settings ask for, from `start` to `stop`."""

    def __init__(
        self,
        settings: Settings,
        *,
        origins: Mapping[str, str] | None = None,
        on_stored: Callable[[Record], None] | None = None,
    ) -> None:
        """Make one that is not started.

        Args:
            settings: What it is to be.
            origins: Where each setting was given, as `config.Loaded` tells.
            on_stored: For one of several processes on one port: told of each message on disk.
        """
        self._settings = settings
        self._origins = origins or {}
        self._on_stored = on_stored
        self._clock = SandboxClock()
        self._store: Store | None = None
        self._stack = AsyncExitStack()
        self._sockets: dict[str, socket.socket] = {}
        self._checks: dict[str, Callable[[], Awaitable[None]]] = {}

    @property
    def clock(self) -> SandboxClock:
        """The time that it goes by."""
        return self._clock

    async def look(self) -> None:
        """See at once what another process has ordered, if the store can be read."""
        if self._store is not None:
            with suppress(StoreUnavailable):  # `Watch` looks again, and tells of it
                await self._store.orders.refresh()

    @property
    def addresses(self) -> dict[str, tuple[str, int]]:
        """Where it listens: `smtp`, `smtps`, `http`, as far as it does."""
        return {name: sockets.address_of(listener) for name, listener in self._sockets.items()}

    async def start(self) -> None:
        """Return when everything that was asked for serves; `StartupError` when it cannot."""
        try:
            await self._start()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Take nothing new, finish what is under way, flush, close: in that order."""
        await self._stack.aclose()

    async def _start(self) -> None:
        settings = self._settings
        tls = making.tls_context(settings.smtp)
        self._bind()
        url = self._store_url()
        store = await self._open_store(url)
        key = await making.tracking_key(settings, store.orders.fact)
        tracking = making.tracking_host(settings, self.addresses, key)
        if store.nodes is not None:
            await store.nodes.join(is_worker="worker" in settings.roles)
        queue = store if self._on_stored is None else TellingQueue(store, self._on_stored)
        core = Core.of(settings, self._clock, store, tracking, queue)
        if store.nodes is not None:
            self._run("nodes", Membership(store.nodes, core.usage, self._clock))
        if core.relay is not None:
            self._stack.push_async_callback(core.relay.close)
        if "worker" in settings.roles:
            # Only here: a node that takes mail in need not know where events are told.
            await store.orders.configure_webhooks(configured_webhooks(settings))
            self._start_worker(core)
        if "smtp" in settings.roles:
            await (
                self._start_processes(store, url) if self._is_many else self._start_smtp(core, tls)
            )
        if "http" in settings.roles:
            await self._start_http(core)  # last: /readyz knows all to ask

    @property
    def _is_many(self) -> bool:
        """Whether SMTP runs in processes of its own."""
        return "smtp" in self._settings.roles and self._settings.smtp.processes > 1

    def _bind(self) -> None:
        """Take all ports before anything else happens."""
        smtp, http = self._settings.smtp, self._settings.http
        if "smtp" in self._settings.roles:
            is_one_of_many = self._on_stored is not None
            listen = (
                sockets.reserve if self._is_many else partial(sockets.listen, shared=is_one_of_many)
            )
            self._keep("smtp", listen("SMTP", smtp.host, smtp.port))
            if smtp.implicit_tls_port is not None:
                self._keep("smtps", listen("SMTP over TLS", smtp.host, smtp.implicit_tls_port))
        if "http" in self._settings.roles:
            self._keep("http", sockets.listen("HTTP", http.host, http.port))

    def _keep(self, name: str, listener: socket.socket) -> None:
        self._stack.callback(listener.close)
        self._sockets[name] = listener

    def _store_url(self) -> str:
        """Return where the store is; a private one that several processes share has a name too."""
        url = self._settings.store.location()
        if url != "sqlite://" or not self._is_many:
            return url
        directory = TemporaryDirectory(prefix="sendcloud-inbound-")
        return f"sqlite:///{Path(self._stack.enter_context(directory), 'store.db')}"

    async def _open_store(self, url: str) -> Store:
        store = self._store = await open_store(url, clock=self._clock)
        self._stack.push_async_callback(store.close)
        self._clock.on_change(store.wake)
        self._checks["store"] = store.check
        _log.info("store_opened", store=mask_url(url))
        if store.signals is not None:
            self._run("signals", store.signals)
        self._run("orders", Watch(store, self._clock))
        return store

    def _start_worker(self, core: Core) -> None:
        target = making.target(core)
        self._run("sender", making.sender(core, target))
        self._run("list_sender", making.list_sender(core))
        self._run("worker", making.worker(core, is_sent_on=target is not None))
        self._run("webhooks", making.teller(core))
        self._run("indexer", Indexer(core.store.index, part_of=core.part_of))
        if (sweeper := making.sweeper(core)) is not None:
            self._run("retention", sweeper)

    def _run(self, name: str, worker: _Worker) -> None:
        """Let something work until the stop, which waits for what is under way, but not for ever.

        `/readyz` tells when it works no more.
        """
        task = asyncio.create_task(worker.run())

        async def stop() -> None:
            worker.stop()
            _, late = await asyncio.wait({task}, timeout=self._settings.shutdown_timeout_s)
            if late:  # what it had comes back when its lease is over
                task.cancel()
                await asyncio.wait({task})

        async def check() -> None:
            if task.done():
                raise StartupError(f"the {name} has stopped")

        self._stack.push_async_callback(stop)
        self._checks[name] = check

    async def _start_smtp(self, core: Core, tls: ssl.SSLContext | None) -> None:
        listener = making.listener(core, tls)
        await listener.start(self._sockets["smtp"], self._sockets.get("smtps"))
        self._stack.push_async_callback(listener.stop, core.settings.shutdown_timeout_s)
        self._checks["smtp"] = listener.check

    async def _start_processes(self, store: Store, url: str) -> None:
        from sendcloud_inbound.app.processes.fleet import Fleet  # noqa: PLC0415 - hardly ever used

        fleet = Fleet(self._settings, self.addresses, url, store=store, clock=self._clock)
        await fleet.start()
        self._stack.push_async_callback(fleet.stop)
        self._checks |= {name: member.check for name, member in fleet.members.items()}

    async def _start_http(self, core: Core) -> None:
        # Half of the start-up time is this import; a process without the role saves it.
        from sendcloud_inbound.app.web import http_server  # noqa: PLC0415

        smtp = self.addresses.get("smtp")
        server = http_server(core, self._checks, self._sockets["http"], smtp, self._origins)
        await server.start()
        self._stack.push_async_callback(server.stop, core.settings.shutdown_timeout_s)
        self._stack.callback(core.store.news.end)  # first of all: who waits is let go
