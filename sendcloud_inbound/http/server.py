"""Serves the HTTP application: uvicorn as a guest in the program's own event loop.

The socket is bound, the loop made and the signals handled by `app`. uvicorn brings its HTTP
protocol and its orderly shutdown, and says nothing but warnings.
"""

from __future__ import annotations

import asyncio
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

import uvicorn

from sendcloud_inbound.rounds import is_set_within

if TYPE_CHECKING:
    import socket

    from fastapi import FastAPI

_LOOK_S = 0.01
"""Between two looks whether the last request has ended."""
_TICK_S = 1.0
"""How often the Date header is made anew."""


class HttpServer:
    """Serves an application on a socket that listens already."""

    def __init__(
        self, app: FastAPI, listener: socket.socket, *, log_level: str = "warning"
    ) -> None:
        self._listener = listener
        self._server = _Guest(_config(app, log_level))
        self._running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Return when requests are served."""
        self._running = asyncio.create_task(self._server.serve(sockets=[self._listener]))
        serving = asyncio.create_task(self._server.serving.wait())
        await asyncio.wait({self._running, serving}, return_when=asyncio.FIRST_COMPLETED)
        serving.cancel()
        if self._running.done():
            await self._running

    async def stop(self, timeout_s: float) -> None:
        """Take no more requests; let those under way end, for so long; close the rest."""
        if self._running is None:
            return
        self._server.stopping.set()
        await asyncio.wait({self._running}, timeout=timeout_s)
        self._server.abandon()
        await self._running


class _Guest(uvicorn.Server):
    """A uvicorn that leaves the signals alone and stops when it is told, not at its next look."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.serving = asyncio.Event()
        self.stopping = asyncio.Event()

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]  # a generator there
        """Leave the signals to the program."""
        return nullcontext()

    async def main_loop(self) -> None:
        """Keep the Date header true until it is time to stop."""
        while not self.stopping.is_set():
            await self.on_tick(0)
            self.serving.set()
            await is_set_within(self.stopping, _TICK_S)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more requests; return when those under way have ended, and not a while later."""
        for server in self.servers:
            server.close()
        for listener in sockets or ():
            listener.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        while self.server_state.connections or self.server_state.tasks:  # noqa: ASYNC110
            await asyncio.sleep(_LOOK_S)  # uvicorn tells nobody

    def abandon(self) -> None:
        """Cut off the requests and the connections that are left."""
        for task in list(self.server_state.tasks):
            task.cancel()
        for connection in list(self.server_state.connections):
            connection.transport.abort()


def _config(app: FastAPI, log_level: str) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        loop="none",
        http="auto",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level=log_level,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        headers=[("Server", f"sendcloud-inbound/{app.version}")],
        workers=1,  # else WEB_CONCURRENCY is read from the environment
    )
