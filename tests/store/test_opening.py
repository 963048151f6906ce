"""Opening a store, and each thing that can stand in the way, told in one line."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, make_url, text

from sendcloud_inbound.errors import StartupError
from sendcloud_inbound.ports import MessageFilter
from sendcloud_inbound.store.checkpoints import PAGE_OCTETS
from tests.builders import record
from tests.postgres import postgres_schema
from tests.rights import closed_folder, without_rights

if TYPE_CHECKING:
    from sendcloud_inbound.store import Store
    from tests.store.conftest import OpenStore

PAGE = PAGE_OCTETS


async def refusal(open_at: OpenStore, url: str) -> str:
    """Return what `open_store` says when it refuses; it is one line."""
    with pytest.raises(StartupError) as caught:
        await open_at(url)
    text = str(caught.value)
    assert "\n" not in text
    return text


async def test_a_new_store_is_made_with_its_directories(open_at: OpenStore, tmp_path: Path) -> None:
    """The directories of the path need not be there."""
    store = await open_at(f"sqlite:///{tmp_path}/a/b%20 c?/store.db")
    await store.put(record())
    assert (tmp_path / "a").is_dir()


async def test_a_relative_path_stays_where_it_was(
    open_at: OpenStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relative path is taken from where the program was started, once and for all."""
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    store = await open_at("sqlite:///store.db")
    monkeypatch.chdir(tmp_path / "elsewhere")
    await store.put(record(content=bytes(100_000)))
    await store.check()
    assert len((await store.messages(MessageFilter(), 10)).items) == 1
    assert list((tmp_path / "elsewhere").iterdir()) == []


async def test_a_temporary_store_is_private_and_removed(open_at: OpenStore) -> None:
    """`sqlite://` is a store of its own each time, and nothing of it is left."""
    one, other = await open_at("sqlite://"), await open_at("sqlite://")
    await one.put(record(content=bytes(100_000)))
    assert (await other.messages(MessageFilter(), 10)).items == ()
    directories = [Path(store.place.removeprefix("The store ")).parent for store in (one, other)]
    assert all(directory.is_dir() for directory in directories)
    await one.close()
    await other.close()
    assert not any(directory.exists() for directory in directories)


async def test_a_store_is_opened_again(url: str, open_at: OpenStore) -> None:
    """What was stored is there the next time."""
    put = record()
    first = await open_at(url)
    await first.put(put)
    await first.close()
    assert await (await open_at(url)).content(put.message_id) == put.submission.content


async def test_closing_leaves_one_file_and_no_log(sqlite: Store, path: Path) -> None:
    """After an orderly end the database file is whole by itself."""
    await sqlite.put(record())
    await sqlite.close()
    names = {found.name for found in path.parent.iterdir()}
    assert names == {"store.db", "store.db.lock", "store.db.bodies"}


async def test_opening_at_the_same_time_makes_the_tables_once(url: str, open_at: OpenStore) -> None:
    """Processes that start together on an empty store do not get in each other's way."""
    stores = await asyncio.gather(*(open_at(url) for _ in range(4)))
    for store in stores:
        await store.put(record())
    assert len((await stores[0].messages(MessageFilter(), 10)).items) == 4


# What stands in the way


async def test_a_directory_that_cannot_be_made(open_at: OpenStore, tmp_path: Path) -> None:
    """A path through a file is no directory."""
    (tmp_path / "file").touch()
    assert f"{tmp_path}/file. Name a place to write to" in await refusal(
        open_at, f"sqlite:///{tmp_path}/file/store.db"
    )


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a directory nobody can write to")
async def test_a_directory_that_cannot_be_written(open_at: OpenStore) -> None:
    """The message names the path and says what to do, even to root."""
    text = await refusal(open_at, "sqlite:////proc/sys/store.db")
    assert "/proc/sys/store.db" in text
    assert "Name a place to write to" in text


async def test_a_directory_closed_to_us(open_at: OpenStore, tmp_path: Path) -> None:
    """Permission denied is told as that."""
    await open_at(f"sqlite:///{tmp_path}/other.db")  # all that opening wants is imported now
    with closed_folder() as folder, without_rights():
        assert "Permission denied" in await refusal(open_at, f"sqlite:///{folder}/store.db")


async def test_a_directory_is_no_store(open_at: OpenStore, tmp_path: Path) -> None:
    """The path of a directory wants a file's name."""
    assert "is a directory. Name a file in it" in await refusal(open_at, f"sqlite:///{tmp_path}")


@pytest.mark.parametrize("content", [b"hello", b"From: me\r\n" * 1000, bytes(8192)])
async def test_a_file_of_another_kind_is_left_alone(
    open_at: OpenStore, tmp_path: Path, content: bytes
) -> None:
    """What is no SQLite database is refused and not overwritten, however short."""
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    assert "is no SQLite database" in await refusal(open_at, f"sqlite:///{path}")
    assert path.read_bytes() == content


async def fill(store: Store) -> None:
    """Put some messages into a store and close it."""
    for put in [store.put(record(content=b"x" * 3000)) for _ in range(50)]:
        await put
    await store.close()


def move(path: Path, name: str) -> Path:
    """Give a file another name; return its new path."""
    return path.rename(path.with_name(name))


def bytes_of(path: Path) -> bytes:
    """Return the content of a file."""
    return path.read_bytes()


def cut(path: Path, left: int) -> None:
    """Cut a file off."""
    with path.open("r+b") as file:
        file.truncate(left)


def spoil(path: Path, page: int) -> None:
    """Overwrite a page of a file, but for its first octets."""
    with path.open("r+b") as file:
        file.seek(page * PAGE + 100)
        file.write(b"\xa5" * (PAGE - 100))


@pytest.mark.parametrize("left", [100, PAGE, 10 * PAGE + 7])
async def test_a_file_that_was_cut_off_is_corrupt(
    sqlite: Store, path: Path, open_at: OpenStore, left: int
) -> None:
    """A database that lost its end is refused, and what is left of it stays."""
    await fill(sqlite)
    cut(path, left)
    assert "is corrupt" in await refusal(open_at, f"sqlite:///{path}")
    assert os.stat(path).st_size == left  # noqa: PTH116


@pytest.mark.parametrize("page", [0, 1, 2, 40])
async def test_a_file_with_a_spoilt_page_is_corrupt(
    sqlite: Store, path: Path, open_at: OpenStore, page: int
) -> None:
    """Garbage within the file is found at the start and not when mail comes."""
    await fill(sqlite)
    spoil(path, page)
    assert "is corrupt" in await refusal(open_at, f"sqlite:///{path}")


async def test_contents_without_their_database_are_kept(
    sqlite: Store, path: Path, open_at: OpenStore
) -> None:
    """A database that is missing may come back; until then its contents are not swept away."""
    put = record(content=bytes(100_000))
    await sqlite.put(put)
    await sqlite.close()
    away = move(path, "away.db")
    assert "is missing, but its contents lie in" in await refusal(open_at, f"sqlite:///{path}")
    move(away, path.name)
    store = await open_at(f"sqlite:///{path}")
    assert await store.content(put.message_id) == put.submission.content


async def test_a_database_of_another_program_is_left_alone(
    open_at: OpenStore, tmp_path: Path
) -> None:
    """Tables of others mean that the path is wrong."""
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE invoices (id)")
    whole = bytes_of(path)
    assert "belongs to another program: it has a table 'invoices'" in await refusal(
        open_at, f"sqlite:///{path}"
    )
    assert bytes_of(path) == whole


@pytest.mark.postgres
async def test_tables_of_our_names_are_left_alone(postgres_url: str, open_at: OpenStore) -> None:
    """A PostgreSQL database may be shared, but not with somebody who has a table `messages`."""
    with postgres_schema(postgres_url) as url:
        engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
        with engine.begin() as conn:
            conn.execute(text("CREATE TABLE messages (id integer)"))
        engine.dispose()
        assert "it has a table 'messages'" in await refusal(open_at, url)


async def test_a_store_locked_by_another_program(
    sqlite: Store, path: Path, open_at: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever keeps the database to himself is not waited for without end."""
    await sqlite.close()
    monkeypatch.setattr("sendcloud_inbound.store.sqlite.BUSY_TIMEOUT_S", 0.1)
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        assert "database is locked" in await refusal(open_at, f"sqlite:///{path}")


@pytest.mark.parametrize("url", ["", "store.db", "mysql://host/db", "http://host", "sqlite+x://"])
async def test_a_url_of_another_kind_is_refused(open_at: OpenStore, url: str) -> None:
    """Only SQLite and PostgreSQL are known."""
    assert "sqlite" in await refusal(open_at, url)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:s3cr%2Ft@127.0.0.1:1/mail",
        "postgresql://me:s3cr%2Ft@/mail?host=/nowhere",
        "postgresql://me:s3cr%2Ft@127.0.0.1:1/mail?sslmode=nonsense",
    ],
)
async def test_a_server_that_cannot_be_reached(open_at: OpenStore, url: str) -> None:
    """The message names database and server, and the password nowhere."""
    text = await refusal(open_at, url)
    assert text.startswith("The PostgreSQL store mail at ")
    assert "s3cr" not in text
