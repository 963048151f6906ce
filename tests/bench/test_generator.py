"""The load generator, on the real program: it says what it did, and fails where it must."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import threading
from typing import TYPE_CHECKING

import pytest

from tests.bench.comparing import cache, generator, loads
from tests.bench.comparing.cache import NotThereError
from tests.servers import running_server

if TYPE_CHECKING:
    from pathlib import Path

needs_compiler = pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler")


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a cache that these tests have to themselves."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def own_cache(compiled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compile the generator there, once."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(compiled))


async def shots(
    tmp_path: Path, load: loads.Load, *options: str
) -> tuple[generator.Shot, list[int]]:
    """Put a load on a running server; return what was told, and the sizes of what it has."""
    message = tmp_path / "message"
    message.write_bytes(load.message())
    async with running_server(tmp_path) as server:
        given = (*load.options, *generator.LOGIN, *options)
        shot = await asyncio.to_thread(generator.shoot, server.smtp[1], message, *given)
        listed = await server.client.get("/sandbox/v1/messages", params={"limit": 500})
        return shot, [item["size"] for item in listed.json()["items"]]


@needs_compiler
@pytest.mark.parametrize("name", [load.name for load in loads.LOADS.values() if not load.idle])
async def test_every_message_it_counts_is_there(tmp_path: Path, name: str) -> None:
    """It counts as many messages as the server has, each whole."""
    load = loads.LOADS[name]
    shot, sizes = await shots(tmp_path, load, "--messages", "8", "--sessions", "3")
    assert shot.messages == 8
    assert sizes == [len(load.message())] * 8
    assert shot.rate > 0
    assert 0 < shot.p50_ms <= shot.p99_ms


@needs_compiler
async def test_no_more_than_the_rate(tmp_path: Path) -> None:
    """Ten messages at fifty a second take the nine pauses between them at least."""
    shot, sizes = await shots(tmp_path, loads.LOADS["L1"], "--messages", "10", "--rate", "50")
    assert len(sizes) == shot.messages == 10
    assert shot.seconds >= 9 / 50


@needs_compiler
async def test_it_ends_with_its_seconds(tmp_path: Path) -> None:
    """A bound in time ends it long before the messages do."""
    options = ("--messages", "1000000", "--seconds", "0.1", "--sessions", "2")
    shot, sizes = await shots(tmp_path, loads.LOADS["L1"], *options)
    assert 0 < shot.messages < 1_000_000
    assert sizes


@needs_compiler
async def test_a_refusal_is_told_with_its_reply(tmp_path: Path) -> None:
    """Who does not log in gets a 550, and the reply stands in the error."""
    message = tmp_path / "message"
    message.write_bytes(loads.small())
    async with running_server(tmp_path) as server:
        with pytest.raises(NotThereError, match="550 Authentication required"):
            await asyncio.to_thread(generator.shoot, server.smtp[1], message, "--messages", "1")


@needs_compiler
def test_a_server_that_hangs_up_is_an_error(tmp_path: Path) -> None:
    """A connection that ends too early is no message taken."""
    message = tmp_path / "message"
    message.write_bytes(loads.small())
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def hang_up() -> None:
            while True:
                try:
                    listener.accept()[0].close()
                except OSError:
                    return

        thread = threading.Thread(target=hang_up)
        thread.start()
        try:
            with pytest.raises(NotThereError, match=r"hung up|reset"):
                generator.shoot(listener.getsockname()[1], message, "--sessions", "1")
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


@needs_compiler
async def test_idle_connections_are_held_through_the_block(tmp_path: Path) -> None:
    """So many connections are logged in at once, and gone afterwards."""

    def open_ones() -> int:
        status = f"/proc/{os.getpid()}/net/tcp"
        with open(status, encoding="ascii") as table:  # noqa: PTH123 - no file of ours
            rows = [line.split() for line in table][1:]
        return sum(row[1].endswith(f":{port:04X}") and row[3] == "01" for row in rows)

    async with running_server(tmp_path) as server:
        port = server.smtp[1]

        def hold() -> int:
            with generator.held(port, 30, *generator.LOGIN) as seconds:
                assert seconds > 0
                return open_ones()

        assert await asyncio.to_thread(hold) == 30


@needs_compiler
@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--rounds", "3"], "--rounds: there is no such option"),
        (["--sessions"], "--sessions: unknown, or without its value"),
        (["--sessions", "0"], "numbers must be positive"),
    ],
)
def test_a_mistake_in_the_call_is_told(tmp_path: Path, options: list[str], told: str) -> None:
    """One line says what is wrong."""
    message = tmp_path / "message"
    message.write_bytes(loads.small())
    with pytest.raises(NotThereError, match=told):
        generator.shoot(25, message, *options)


def test_no_compiler_is_told_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a C compiler there is one line that names it, and nothing half made."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("CC", "no-such-compiler")
    with pytest.raises(NotThereError, match="no-such-compiler: No such file"):
        generator.build()
    assert list(cache.cache("generator").iterdir()) == []
