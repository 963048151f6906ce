"""A sandbox in a thread of this process, on free ports, with a private store."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sendcloud_inbound.app import Program
from sendcloud_inbound.client.call import with_login
from sendcloud_inbound.config import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_START_S = 60


@dataclass(frozen=True)
class Server:
    """Where a sandbox listens."""

    smtp_host: str
    smtp_port: int
    http_url: str


@contextmanager
def running(settings: Mapping[str, Any] | None = None) -> Iterator[Server]:
    """Run the program until the block ends; `settings` are nested as in the config file.

    `StartupError` or `ConfigError` when it cannot start.
    """
    thread = _Thread(dict(settings or {}))
    thread.start()
    try:
        yield thread.server()
    finally:
        thread.stop()


class _Thread(threading.Thread):
    """The program and its event loop."""

    def __init__(self, settings: dict[str, Any]) -> None:
        super().__init__(name="sendcloud-inbound", daemon=True)
        # As in a config file, but quick and private.
        self._settings = {
            "shutdown_timeout_s": 2,
            **settings,
            "smtp": {"port": 0, "auth_failure_delay_s": 0} | settings.get("smtp", {}),
            "http": {"port": 0} | settings.get("http", {}),
            "store": {"url": "sqlite://"} | settings.get("store", {}),
        }
        self._is_ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._program: Program | None = None
        self._error: BaseException | None = None

    def run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001 - it is raised where it was asked for
            self._error = error
        finally:
            self._is_ready.set()

    async def _serve(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        program = Program(Settings.from_mapping(self._settings))
        await program.start()
        self._program = program
        self._is_ready.set()
        try:
            await self._stopping.wait()
        finally:
            await program.stop()

    def server(self) -> Server:
        """Return where it listens, once it does."""
        self._is_ready.wait(_START_S)
        if self._program is None:
            raise self._error or TimeoutError(f"the sandbox did not start within {_START_S} s")
        addresses = self._program.addresses
        host, port = addresses["http"]
        url, http = f"http://{host}:{port}", self._settings["http"]
        if "username" in http:
            url = with_login(url, (http["username"], http["password"]))
        return Server(*addresses["smtp"], url)

    def stop(self) -> None:
        """Stop it, and wait for that."""
        if self._loop is not None and self._stopping is not None and self.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
        self.join(_START_S)
