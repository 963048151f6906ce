"""After `kill -9` everything that was acknowledged is there, once, and no more than that."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sendcloud_inbound.ports import MessageFilter
from tests.builders import record
from tests.store.crashing import content_of

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import AsyncIterator

    from sendcloud_inbound.store import Store
    from tests.store.conftest import OpenStore

ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def working(what: str, url: str) -> AsyncIterator[Process]:
    """Yield a process that has the store open and does `what`; it is killed at the end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.store.crashing", what, url, cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        assert await line_of(process) == "open"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def line_of(process: Process) -> str:
    """Return the next line that the process says."""
    assert process.stdout is not None
    return (await process.stdout.readline()).decode().rstrip("\n")


async def killed(process: Process) -> list[str]:
    """Kill the process; return the whole lines that it had said."""
    process.kill()
    assert process.stdout is not None
    said = await process.stdout.read()
    return said.decode().split("\n")[:-1]


async def ids_of(store: Store) -> list[str]:
    """Return the messageIds of all messages."""
    return [one.message_id for one in (await store.messages(MessageFilter(), 100_000)).items]


def files_of(path: Path) -> list[Path]:
    """Return the files of large contents of the store at `path`."""
    return list(path.with_name("store.db.bodies").iterdir())


@pytest.mark.parametrize("acknowledged", [1, 40, 300])
async def test_nothing_acknowledged_is_lost(
    url: str, open_at: OpenStore, acknowledged: int
) -> None:
    """Killed at any moment under load, the store holds every message it had said yes to."""
    async with working("load", url) as process:
        told = [await line_of(process) for _ in range(acknowledged)]
        told += await killed(process)
    store = await open_at(url)
    stored = await ids_of(store)
    assert len(set(stored)) == len(stored)
    assert set(told) <= set(stored)
    for message_id in stored[:100]:
        assert await store.content(message_id) == content_of(message_id)


async def test_files_without_a_row_are_swept(path: Path, open_at: OpenStore) -> None:
    """Killed between a file and its row, nothing of the message is left after a restart."""
    url = f"sqlite:///{path}"
    async with working("large", url) as process:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            (rows,) = other.execute("SELECT count(*) FROM messages").fetchone()
            async with asyncio.timeout(20):
                while len(files_of(path)) == rows:  # noqa: ASYNC110 - another process makes it
                    await asyncio.sleep(0.001)
            await killed(process)
    assert len(files_of(path)) == rows + 1
    store = await open_at(url)
    stored = await ids_of(store)
    assert len(stored) == len(files_of(path)) == rows
    for message_id in stored:
        assert await store.content(message_id) == bytes(100_000)


async def test_the_claims_of_a_killed_process_are_due_at_once(
    path: Path, open_at: OpenStore
) -> None:
    """Whoever opens the store alone knows that nobody works on anything any more."""
    url = f"sqlite:///{path}"
    store = await open_at(url)
    for put in [store.put(record()) for _ in range(3)]:
        await put
    await store.close()
    async with working("claim", url) as process:
        assert await line_of(process) == "3"
    store = await open_at(url)
    claims = [await store.claim(10, 3600) for _ in range(4)]
    assert [[claim.attempts for claim in batch] for batch in claims] == [[2], [2], [2], []]


async def test_the_claims_of_a_living_process_are_its_own(path: Path, open_at: OpenStore) -> None:
    """Another process that has the store open keeps its leases, and its files unswept."""
    url = f"sqlite:///{path}"
    store = await open_at(url)
    await store.put(record(content=bytes(100_000)))
    orphan = path.with_name("store.db.bodies") / "being-written.eml"
    async with working("claim", url) as process:
        assert await line_of(process) == "1"
        await store.close()
        orphan.touch()
        store = await open_at(url)
        assert await store.claim(10, 3600) == ()
        assert orphan in files_of(path)
