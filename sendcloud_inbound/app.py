"""Puts the program together from its settings, runs it, stops it.

The only place that makes real clocks, ids and random numbers, and that picks a store and a target.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import ssl
import sys
import time
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import structlog

from sendcloud_inbound import logs, sockets
from sendcloud_inbound.accounts import Accounts
from sendcloud_inbound.config import mask_url
from sendcloud_inbound.delivery import Mailbox
from sendcloud_inbound.errors import StartupError
from sendcloud_inbound.intake import Intake
from sendcloud_inbound.rules.dialogue import Terms
from sendcloud_inbound.rules.ids import MessageIds, seeded
from sendcloud_inbound.rules.limits import Usage
from sendcloud_inbound.smtp.handler import SandboxHandler
from sendcloud_inbound.smtp.listener import Listener
from sendcloud_inbound.store import open_store
from sendcloud_inbound.worker import Patience, Worker

if TYPE_CHECKING:
    import socket
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from sendcloud_inbound.config import Loaded, Settings, Smtp
    from sendcloud_inbound.store import Store

_log = structlog.get_logger()

_SWITCH_INTERVAL_S = 1e-3
"""How soon the event loop and the store's writer give way to each other. The default, 5 ms, holds a
commit up; much less than this, and each is in the other's way (measured with 20 sessions)."""


class SystemClock:
    """The time of this machine."""

    def now_ms(self) -> int:
        """Return milliseconds since the epoch, UTC."""
        return time.time_ns() // 1_000_000


class Program:
    """A running sandbox: what the settings ask for, from `start` to `stop`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._clock = SystemClock()
        self._stack = AsyncExitStack()
        self._sockets: dict[str, socket.socket] = {}
        self._checks: dict[str, Callable[[], Awaitable[None]]] = {}

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
        tls = _tls_context(settings.smtp)
        self._bind()
        store = await self._open_store()
        accounts = _accounts(settings)
        if "worker" in settings.roles:
            self._start_worker(store, accounts)
        if "smtp" in settings.roles:
            await self._start_smtp(store, accounts, tls)
        if "http" in settings.roles:
            await self._start_http(store, accounts)  # last: /readyz knows all to ask

    def _bind(self) -> None:
        """Take all ports before anything else happens."""
        smtp, http = self._settings.smtp, self._settings.http
        if "smtp" in self._settings.roles:
            self._listen("smtp", "SMTP", smtp.host, smtp.port)
            if smtp.implicit_tls_port is not None:
                self._listen("smtps", "SMTP over TLS", smtp.host, smtp.implicit_tls_port)
        if "http" in self._settings.roles:
            self._listen("http", "HTTP", http.host, http.port)

    def _listen(self, name: str, what: str, host: str, port: int) -> None:
        listener = sockets.listen(what, host, port)
        self._stack.callback(listener.close)
        self._sockets[name] = listener

    async def _open_store(self) -> Store:
        url = self._settings.store.location()
        store = await open_store(url, clock=self._clock)
        self._stack.push_async_callback(store.close)
        self._checks["store"] = store.check
        _log.info("store_opened", store=mask_url(url))
        return store

    def _start_worker(self, store: Store, accounts: Accounts) -> None:
        settings = self._settings
        patience = Patience(
            batch_size=settings.worker.batch_size,
            lease_s=settings.store.lease_s,
            max_attempts=settings.worker.max_attempts,
            retry_delay_s=settings.worker.retry_delay_s,
        )
        worker = Worker(store, Mailbox(), accounts, patience)
        task = asyncio.create_task(worker.run())

        async def stop() -> None:
            worker.stop()
            await task

        async def check() -> None:
            if task.done():
                raise StartupError("the worker has stopped")

        self._stack.push_async_callback(stop)
        self._checks["worker"] = check

    async def _start_smtp(
        self, store: Store, accounts: Accounts, tls: ssl.SSLContext | None
    ) -> None:
        settings, usage = self._settings, Usage()
        intake = Intake(store, _ids(settings), self._clock, usage, settings.mode.fidelity)
        listener = _listener(
            settings.smtp, SandboxHandler(accounts, usage, intake, self._clock), self._clock, tls
        )
        await listener.start(self._sockets["smtp"], self._sockets.get("smtps"))
        self._stack.push_async_callback(listener.stop, settings.shutdown_timeout_s)
        self._checks["smtp"] = listener.check

    async def _start_http(self, store: Store, accounts: Accounts) -> None:
        # Half of the start-up time is this import; a process without the role saves it.
        from sendcloud_inbound.http import HttpServer, build  # noqa: PLC0415

        server = HttpServer(build(store, accounts, self._checks), self._sockets["http"])
        await server.start()
        self._stack.push_async_callback(server.stop, self._settings.shutdown_timeout_s)


def serve(loaded: Loaded, ports_file: Path | None = None) -> int:
    """Run until SIGTERM or SIGINT; return the exit status."""
    log = loaded.settings.log
    logs.configure(log.format, log.level)
    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        return runner.run(_serve(loaded.settings, ports_file))


async def _serve(settings: Settings, ports_file: Path | None) -> int:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _stop_or_exit, stopping)
    program = Program(settings)
    await program.start()
    try:
        if ports_file is not None:
            _write_ports(ports_file, program.addresses)
        for name, (host, port) in program.addresses.items():
            _log.info("listening", listener=name, host=host, port=port)
        await stopping.wait()
        _log.info("stopping")
    finally:
        await program.stop()
    _log.info("stopped")
    return 0


def _stop_or_exit(stopping: asyncio.Event) -> None:
    """The first signal asks; the second does not wait. What was acknowledged is stored anyway."""
    if stopping.is_set():
        os._exit(1)
    stopping.set()


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    if sys.platform == "win32":
        return asyncio.new_event_loop
    import uvloop  # noqa: PLC0415 - not to be had on Windows

    return uvloop.new_event_loop


def _accounts(settings: Settings) -> Accounts:
    """Make the accounts: one book for sessions and worker, so that both know who was made."""
    tracking_domain = settings.tracking.configured()
    return Accounts(
        (account.to_account(tracking_domain) for account in settings.accounts),
        accept_any=settings.accounts_accept_any,
        tracking_domain=tracking_domain,
    )


def _ids(settings: Settings) -> MessageIds:
    """Make the id source: part 3 is this process, part 4 begins anywhere (SENDCLOUD.md 2.2)."""
    region, ip = settings.ids.region, settings.ids.ip
    if settings.ids.seed is not None:
        return seeded(settings.ids.seed, region=region, ip=ip)
    counter = random.SystemRandom().randrange(10_000)
    return MessageIds(region=region, ip=ip, process=os.getpid(), counter=counter)


def _listener(
    smtp: Smtp, handler: SandboxHandler, clock: SystemClock, tls: ssl.SSLContext | None
) -> Listener:
    return Listener(
        handler,
        clock,
        Terms(
            max_message_bytes=smtp.max_message_bytes,
            max_recipients=smtp.max_recipients,
            max_messages=smtp.max_messages_per_connection,
            max_unrecognized=smtp.max_unrecognized_commands,
            starttls=tls is not None,
            asks_sender=True,
        ),
        tls_context=tls,
        idle_timeout_s=smtp.idle_timeout_s,
        max_transaction_s=smtp.max_transaction_s,
        auth_failure_delay_s=smtp.auth_failure_delay_s,
        auth_failure_delay_max_s=smtp.auth_failure_delay_max_s,
        max_connections=smtp.max_connections,
    )


def _tls_context(smtp: Smtp) -> ssl.SSLContext | None:
    if smtp.tls_cert is None or smtp.tls_key is None:
        return None
    for name, path in (("smtp.tls_cert", smtp.tls_cert), ("smtp.tls_key", smtp.tls_key)):
        try:
            path.read_bytes()
        except OSError as error:
            raise StartupError(f"{name}: cannot read {path}: {error.strerror}") from error
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(smtp.tls_cert, smtp.tls_key)
    except ssl.SSLError as error:
        raise StartupError(
            f"smtp.tls_cert and smtp.tls_key: {smtp.tls_cert} and {smtp.tls_key} are not a PEM "
            f"certificate and its key ({error.reason or error})"
        ) from error
    return context


def _write_ports(path: Path, addresses: dict[str, tuple[str, int]]) -> None:
    """Write the ports file whole: who waits for it never reads half of it."""
    text = json.dumps({name: {"host": h, "port": p} for name, (h, p) in addresses.items()})
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        unfinished.write_text(text + "\n")
        unfinished.replace(path)
    except OSError as error:
        raise StartupError(f"--ports-file: cannot write {path}: {error.strerror}") from error
