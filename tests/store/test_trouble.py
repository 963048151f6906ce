"""A SQLite store in trouble: it says so, keeps what it has, and goes on when the trouble is over.

The trouble is real: a size limit of the kernel in place of a full disk, locks of another
connection, files that are moved away.
"""

from __future__ import annotations

import asyncio
import resource
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest

from sendcloud_inbound.errors import StoreUnavailable
from sendcloud_inbound.ports import MessageFilter
from tests.builders import expansion, record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sendcloud_inbound.store import Store
    from tests.store.conftest import OpenStore

LARGE = bytes(600_000)


async def count(store: Store) -> int:
    """Return how many messages there are."""
    return len((await store.messages(MessageFilter(), 10_000)).items)


async def refused(store: Store, content: bytes = b"small") -> str:
    """Return what a put fails with."""
    with pytest.raises(StoreUnavailable) as caught:
        await store.put(record(content=content))
    text = str(caught.value)
    assert "\n" not in text
    return text


def bodies(path: Path) -> list[str]:
    """Return the names of the files beside the store at `path`."""
    return sorted(found.name for found in path.with_name("store.db.bodies").iterdir())


def exists(path: Path) -> bool:
    """Return whether there is anything at `path`."""
    return path.exists()


def move(path: Path, name: str) -> Path:
    """Give a file or directory another name; return its new path."""
    return path.rename(path.with_name(name))


def move_all(path: Path, directory: Path) -> None:
    """Move a store with all that belongs to it, but for the lock that is held."""
    directory.mkdir(exist_ok=True)
    for found in list(path.parent.glob(f"{path.name}*")):
        if not found.name.endswith(".lock"):
            found.rename(directory / found.name)


def replace(path: Path, content: bytes) -> None:
    """Put a file with that content in the place of another, as a careful editor does."""
    new = path.with_name("new")
    new.write_bytes(content)
    new.rename(path)


def bytes_of(path: Path) -> bytes:
    """Return the content of a file."""
    return path.read_bytes()


def size_of(path: Path) -> int:
    """Return the size of a file."""
    return path.stat().st_size


@contextmanager
def full_disk(octets: int) -> Iterator[None]:
    """Let no file of this process grow beyond that size."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (octets, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock for writing, as a careless other program does."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


# Disk full


async def test_a_full_disk_refuses_and_recovers(sqlite: Store, path: Path) -> None:
    """Nothing of a refused group is stored, nothing stored before is lost, then all goes on."""
    await sqlite.put(record())
    with full_disk(size_of(path.with_name("store.db-wal")) + 4096):
        text = await refused(sqlite, bytes(60_000))
        assert "cannot be written now" in text
        assert str(sqlite.last_error) == text
        assert await count(sqlite) == 1
    await sqlite.check()
    await sqlite.put(record())
    assert sqlite.last_error is None
    assert await count(sqlite) == 2


async def test_a_full_disk_leaves_no_part_of_a_file(sqlite: Store, path: Path) -> None:
    """A large content that does not fit is gone whole, and harms no smaller one beside it."""
    room = size_of(path.with_name("store.db-wal")) + 100_000
    with full_disk(room):
        content = bytes(room + 1)
        results = await asyncio.gather(
            *map(sqlite.put, [record(), record(content=content), record()]), return_exceptions=True
        )
        assert [type(error) for error in results] == [type(None), StoreUnavailable, type(None)]
        assert "File too large" in str(results[1])
        assert bodies(path) == []
    await sqlite.put(record(content=LARGE))
    assert await count(sqlite) == 3


async def test_a_full_log_takes_the_files_back(sqlite: Store, path: Path) -> None:
    """When only the row does not fit, its file goes too."""
    for put in [sqlite.put(record(content=bytes(60_000))) for _ in range(20)]:
        await put
    size = size_of(path.with_name("store.db-wal"))
    assert size > len(LARGE)
    with full_disk(size):
        await refused(sqlite, LARGE)
    assert bodies(path) == []
    await sqlite.put(record(content=LARGE))
    assert len(bodies(path)) == 1


# Locked


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give up on locks after a moment."""
    monkeypatch.setattr("sendcloud_inbound.store.sqlite.BUSY_TIMEOUT_S", 0.05)


@pytest.mark.usefixtures("impatient")
async def test_a_locked_store_refuses_and_recovers(path: Path, open_at: OpenStore) -> None:
    """While another program holds the lock nothing is written, but everything can be read."""
    store = await open_at(f"sqlite:///{path}")
    await store.put(record())
    (claim,) = await store.claim(1, 3600)
    with locked(path):
        assert "database is locked" in await refused(store)
        for call in (
            store.claim(1, 1),
            store.finish({claim.key: expansion()}),
            store.postpone(claim.key, 0),
            store.check(),
        ):
            with pytest.raises(StoreUnavailable, match="locked"):
                await call
        assert await count(store) == 1
    assert await store.finish({claim.key: expansion()})
    await store.check()
    assert await count(store) == 1


async def test_a_short_lock_is_waited_for(sqlite: Store, path: Path) -> None:
    """Another process's own writing is no trouble."""
    with locked(path):
        put = sqlite.put(record())
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.shield(put), 0.05)
    await put


# Gone


async def test_a_moved_store_refuses_and_recovers(sqlite: Store, path: Path) -> None:
    """While its file is elsewhere nothing is written, no empty file is made in its place."""
    await sqlite.put(record())
    away = move(path, "away.db")
    assert "is gone: there is no such file. Put it back" in await refused(sqlite)
    with pytest.raises(StoreUnavailable, match="is gone"):
        await sqlite.check()
    assert not exists(path)
    move(away, path.name)
    await sqlite.put(record())
    await sqlite.check()
    assert await count(sqlite) == 2


async def test_a_moved_directory_refuses_and_recovers(sqlite: Store, path: Path) -> None:
    """The same goes for the whole directory, as when a volume is not mounted."""
    await sqlite.put(record(content=LARGE))
    away = move(path.parent, "away")
    assert "is gone" in await refused(sqlite, LARGE)
    assert not exists(path.parent)
    move(away, path.parent.name)
    await sqlite.put(record(content=LARGE))
    assert await count(sqlite) == 2


async def test_a_moved_store_can_be_closed(sqlite: Store, path: Path) -> None:
    """An orderly end needs no store, and makes none."""
    await sqlite.put(record())
    move(path, "away.db")
    await sqlite.close()
    assert not exists(path)


async def test_another_store_in_its_place_is_taken(
    sqlite: Store, path: Path, tmp_path: Path, open_at: OpenStore
) -> None:
    """After a backup was put in place the program goes on with that, and leaves the old alone."""
    old = record()
    await sqlite.put(old)
    backup = tmp_path / "backup" / "store.db"
    other = await open_at(f"sqlite:///{backup}")
    kept = record()
    await other.put(kept)
    await other.close()
    move_all(path, tmp_path / "old")
    move_all(backup, path.parent)
    new = record()
    await sqlite.put(new)
    ids = [one.message_id for one in (await sqlite.messages(MessageFilter(), 10)).items]
    assert ids == [new.message_id, kept.message_id]
    moved = await open_at(f"sqlite:///{tmp_path}/old/store.db")
    assert await moved.content(old.message_id) == old.submission.content


async def test_another_file_in_its_place_is_not_taken(sqlite: Store, path: Path) -> None:
    """A file that is no store of ours is not written to."""
    move_all(path, path.parent / "old")
    for content, reason in ((b"", "no store of this version"), (b"x" * 9999, "not a database")):
        replace(path, content)
        assert reason in await refused(sqlite)
        assert bytes_of(path) == content
    move_all(path.parent / "old" / "store.db", path.parent)
    await sqlite.put(record())


async def test_a_store_replaced_beside_its_log_is_not_taken(
    sqlite: Store, path: Path, tmp_path: Path, open_at: OpenStore
) -> None:
    """SQLite would mix the old log into the new file; the message says what to do."""
    await sqlite.put(record())
    other = await open_at(f"sqlite:///{tmp_path}/other.db")
    await other.close()
    whole = bytes_of(tmp_path / "other.db")
    replace(path, whole)
    assert "replaced while its log stayed: stop, remove" in await refused(sqlite)
    assert bytes_of(path) == whole


async def test_bodies_that_are_gone_stop_large_ones_only(sqlite: Store, path: Path) -> None:
    """Small messages need no directory; large ones wait until it is back, and none is lost."""
    kept = record(content=LARGE)
    await sqlite.put(kept)
    directory = path.with_name("store.db.bodies")
    away = move(directory, "away")
    assert "No such file or directory" in await refused(sqlite, LARGE)
    for call in (sqlite.check(), sqlite.content(kept.message_id)):
        with pytest.raises(StoreUnavailable):
            await call
    await sqlite.put(record())
    move(away, directory.name)
    await sqlite.check()
    await sqlite.put(record(content=LARGE))
    assert await sqlite.content(kept.message_id) == LARGE
    assert await count(sqlite) == 3


async def test_a_failing_check_harms_no_mail_beside_it(sqlite: Store, path: Path) -> None:
    """Messages that share the check's transaction are stored, though it finds no directory."""
    move(path.with_name("store.db.bodies"), "away")
    with locked(path):  # the writer waits with the first; the others gather to one group
        first = sqlite.put(record())
        check = asyncio.ensure_future(sqlite.check())
        await asyncio.sleep(0)
        beside = sqlite.put(record())
    results = await asyncio.gather(first, check, beside, return_exceptions=True)
    assert [type(error) for error in results] == [type(None), StoreUnavailable, type(None)]
    assert await count(sqlite) == 2


async def test_a_missing_content_holds_up_no_others(sqlite: Store, path: Path) -> None:
    """A message whose file is missing is not lent without it, and its neighbours are lent."""
    missing = record(content=LARGE)
    await sqlite.put(missing)
    await sqlite.put(record())
    away = path.with_name("away")
    (file,) = path.with_name("store.db.bodies").iterdir()
    file.rename(away)
    assert [claim.content for claim in await sqlite.claim(10, 0)] == [record().submission.content]
    with pytest.raises(StoreUnavailable, match="No such file"):
        await sqlite.claim(10, 0)
    away.rename(file)
    claims = [*await sqlite.claim(10, 60), *await sqlite.claim(10, 60)]
    assert {claim.message_id for claim in claims} >= {missing.message_id}
    assert LARGE in {claim.content for claim in claims}


async def test_a_file_named_by_the_message_id_stays_in_its_directory(
    sqlite: Store, path: Path
) -> None:
    """No messageId, however odd, names a file elsewhere."""
    odd = ("../escape", "/etc/escape", ".", "..", "a b%2F\n", "界")
    for message_id in odd:
        await sqlite.put(record(message_id=message_id, content=LARGE))
        assert await sqlite.content(message_id) == LARGE
    assert len(bodies(path)) == len(odd)
    assert {found.name for found in path.parent.iterdir()} >= {"store.db"}
    assert not list(path.parent.glob("*escape*"))


async def test_the_log_stays_bounded(
    sqlite: Store, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under load the log is copied into the file and starts over."""
    monkeypatch.setattr("sendcloud_inbound.store.checkpoints._EVERY_OCTETS", 500_000)
    monkeypatch.setattr("sendcloud_inbound.store.checkpoints._LONG_PAGES", 500)
    log = path.with_name("store.db-wal")
    sizes = []
    for _ in range(40):
        for put in [sqlite.put(record(content=bytes(50_000))) for _ in range(20)]:
            await put
        sizes.append(size_of(log))
    assert size_of(path) > 10_000_000
    assert max(sizes) < 20_000_000
