"""HttpServer: starts on our socket, leaves our signals alone, stops within its bound."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from typing import TYPE_CHECKING

import httpx
import pytest
from fastapi import FastAPI

from sendcloud_inbound import sockets
from sendcloud_inbound.http import HttpServer
from tests.http.serving import NO_TLS

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Bind a free port."""
    bound = sockets.listen("HTTP", "127.0.0.1", 0)
    yield bound
    bound.close()


class Slow:
    """An application whose one call begins, then waits until it is let go."""

    def __init__(self) -> None:
        self.app = FastAPI(version="9.8.7")
        self.begun = asyncio.Event()
        self.let_go = asyncio.Event()
        self.app.add_api_route("/", self._answer)

    async def _answer(self) -> str:
        self.begun.set()
        await self.let_go.wait()
        return "done"


def _url(listener: socket.socket) -> str:
    return "http://{}:{}".format(*sockets.address_of(listener))


async def test_start_returns_when_it_serves(listener: socket.socket) -> None:
    """After `start` the first request is answered, with the program's name and version."""
    slow = Slow()
    slow.let_go.set()
    server = HttpServer(slow.app, listener)
    await server.start()
    async with httpx.AsyncClient(verify=NO_TLS) as client:
        response = await client.get(_url(listener))
    await server.stop(5)
    assert response.json() == "done"
    assert response.headers.get_list("server") == ["sendcloud-inbound/9.8.7"]
    assert response.headers["date"]


async def test_signals_stay_the_programs(listener: socket.socket) -> None:
    """Serving changes no signal handler."""
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    server = HttpServer(FastAPI(), listener)
    await server.start()
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before
    await server.stop(5)


async def test_stop_lets_a_request_under_way_end(listener: socket.socket) -> None:
    """A request that was taken is answered although the server stops; new ones are not taken."""
    slow = Slow()
    server = HttpServer(slow.app, listener)
    await server.start()
    url = _url(listener)
    async with httpx.AsyncClient(verify=NO_TLS) as client:
        request = asyncio.create_task(client.get(url))
        await slow.begun.wait()
        stopping = asyncio.create_task(server.stop(30))
        async with asyncio.timeout(5):
            while listener.fileno() >= 0:  # noqa: ASYNC110 - a closed socket tells nobody
                await asyncio.sleep(0)
        with pytest.raises(httpx.ConnectError):
            await client.get(url)
        slow.let_go.set()
        assert (await request).json() == "done"
        await stopping


async def test_stop_cuts_off_what_does_not_end(listener: socket.socket) -> None:
    """After its bound, `stop` breaks what is left and returns."""
    slow = Slow()
    server = HttpServer(slow.app, listener)
    await server.start()
    async with httpx.AsyncClient(verify=NO_TLS) as client:
        request = asyncio.create_task(client.get(_url(listener)))
        await slow.begun.wait()
        async with asyncio.timeout(5):
            await server.stop(0.1)
        with pytest.raises(httpx.TransportError):
            await request


async def test_stop_does_not_wait_for_idle_connections(listener: socket.socket) -> None:
    """A connection kept alive, and one that has sent half a request, hold nothing up."""
    server = HttpServer(FastAPI(), listener)
    await server.start()
    host, port = sockets.address_of(listener)
    async with httpx.AsyncClient(verify=NO_TLS) as client:
        await client.get(_url(listener))
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x")
        await writer.drain()
        async with asyncio.timeout(5):
            await server.stop(60)
        with suppress(ConnectionResetError):  # when the server had not read it all
            assert await reader.read() == b""
        writer.close()


async def test_stop_before_start_is_harmless(listener: socket.socket) -> None:
    """A start that was given up half-way can be stopped."""
    await HttpServer(FastAPI(), listener).stop(1)


async def test_socket_that_cannot_be_served_fails_the_start(listener: socket.socket) -> None:
    """What stands in the way of serving is raised by `start`."""
    listener.close()
    with pytest.raises((OSError, ValueError)):
        await HttpServer(FastAPI(), listener).start()
