"""Mail to address lists, in every store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, text

from sendcloud_inbound.errors import Overtaken
from sendcloud_inbound.ports import ListMail, ListTask
from sendcloud_inbound.rules.model import Finding, Level
from sendcloud_inbound.store.bodies import MAX_IN_ROW
from tests.builders import ANY_MAIL, NOW_MS, record
from tests.store.test_books import ONE, OTHER
from tests.store.test_lists import A, B, added, made

if TYPE_CHECKING:
    from pathlib import Path

    from sendcloud_inbound.ports import OpenTask
    from sendcloud_inbound.store import Store
    from tests.fakes import FakeClock

FINDING = Finding("c", Level.IGNORED, "w", "m", "r", "s")
MAIL = ListMail("a@b.c", "7", "127.0.0.1:1", (FINDING,), b"C: x\n", b"Subject: \xff\r\n\r\nx")


async def started(store: Store, *people: str, api_user: str = ONE) -> OpenTask:
    """Make a list of some members, and send to it."""
    key = await made(store, api_user=api_user)
    await added(store, key, *people)
    its = await store.lists.list_of(api_user, A)
    assert its is not None
    await store.list_tasks.create(api_user, [its], MAIL)
    return await next_of(store)


async def next_of(store: Store) -> OpenTask:
    """Return the task that is to be worked on."""
    task = await store.list_tasks.next_task()
    assert task is not None
    return task


async def to_come(store: Store, task: OpenTask, limit: int = 99) -> list[str]:
    """Return the members whom a task has before it."""
    found = await store.list_tasks.members_to_come(task, limit)
    return [each.member.address for each in found]


async def reach(store: Store, task: OpenTask, count: int) -> None:
    """Put a message to the next members into the queue."""
    members = await store.list_tasks.members_to_come(task, count)
    then = store.list_tasks.reached(task, members[-1].key)
    await store.put(record(api_user=task.api_user, list_task_id=task.task_id), then)


async def test_a_task_goes_through_the_members(store: Store, clock: FakeClock) -> None:
    """A part at a time, with the message to them; the last part ends it."""
    task = await started(store, "a@y.z", "b@y.z", "c@y.z")
    assert task.mail == MAIL
    assert await to_come(store, task, 2) == ["a@y.z", "b@y.z"]
    clock.advance(1)
    await reach(store, task, 2)
    told = await store.list_tasks.task(ONE, task.task_id)
    assert told == ListTask(task.task_id, ONE, A, 3, False, NOW_MS, NOW_MS + 1000)
    task = await next_of(store)
    assert await to_come(store, task) == ["c@y.z"]
    await reach(store, task, 2)
    assert await store.list_tasks.next_task() is None
    told = await store.list_tasks.task(ONE, task.task_id)
    assert told is not None
    assert told.is_done
    assert await store.list_tasks.task(OTHER, task.task_id) is None


async def test_a_message_is_written_with_its_place_or_not_at_all(store: Store) -> None:
    """Who is overtaken writes nothing, whatever else is written at the time."""
    task = await started(store, "a@y.z", "b@y.z")
    await reach(store, task, 1)
    beside = store.put(record())
    with pytest.raises(Overtaken):
        await reach(store, task, 1)
    await beside
    with pytest.raises(Overtaken):
        await store.list_tasks.finish(task)
    found = (await store.messages(ANY_MAIL, 9)).items
    assert len(found) == 2
    claims = await store.claim(9, 60)
    assert [claim.list_task_id for claim in claims] == [task.task_id, None]


async def test_no_file_is_left_of_who_was_overtaken(sqlite: Store, path: Path) -> None:
    """A large message is a file, written before its row."""
    task = await started(sqlite, "a@y.z")
    await reach(sqlite, task, 1)
    large = record(content=b"x" * (MAX_IN_ROW + 1))
    with pytest.raises(Overtaken):
        await sqlite.put(large, sqlite.list_tasks.reached(task, task.last_key))
    assert [*path.with_name(f"{path.name}.bodies").iterdir()] == []


async def test_who_comes_or_goes_later_changes_little(store: Store) -> None:
    """Who is added later gets nothing, nor who is gone; the count is that of the beginning."""
    task = await started(store, "a@y.z", "b@y.z", "c@y.z")
    await added(store, task.list_key, "late@y.z")
    await store.lists.remove_members(task.list_key, ["b@y.z"])
    assert await to_come(store, task) == ["a@y.z", "c@y.z"]
    await store.lists.remove_list(ONE, A)
    assert await to_come(store, task) == []
    await store.list_tasks.finish(task)
    told = await store.list_tasks.task(ONE, task.task_id)
    assert told is not None
    assert (told.is_done, told.member_count, told.address) == (True, 3, A)


async def test_a_list_without_members_is_done_at_once(store: Store) -> None:
    """Nobody has to look at it."""
    await made(store)
    empty = await store.lists.list_of(ONE, A)
    assert empty is not None
    (number,) = await store.list_tasks.create(ONE, [empty], MAIL)
    assert await store.list_tasks.next_task() is None
    told = await store.list_tasks.task(ONE, number)
    assert told is not None
    assert told.is_done


async def test_a_mail_goes_when_all_lists_have_it(sqlite: Store, path: Path) -> None:
    """It may be large; of two lists, the second needs it still."""
    keys = [await made(sqlite, A), await made(sqlite, B)]
    for key in keys:
        await added(sqlite, key, "a@y.z")
    lists = (await sqlite.lists.lists(ONE, None, 0, 9)).items
    numbers = await sqlite.list_tasks.create(ONE, lists, MAIL)
    for number in numbers:
        task = await next_of(sqlite)
        assert (task.task_id, task.mail) == (number, MAIL)
        await reach(sqlite, task, 1)
    await sqlite.close()
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as conn:
        assert conn.scalar(text("SELECT count(*) FROM list_mails")) == 0
    engine.dispose()


async def test_an_api_user_goes_with_its_tasks(store: Store) -> None:
    """Whoever was about to go on with one writes nothing."""
    task = await started(store, "a@y.z")
    await started(store, "b@y.z", api_user=OTHER)
    await store.eraser.erase_api_user(ONE)
    assert (await next_of(store)).api_user == OTHER
    assert await store.list_tasks.task(ONE, task.task_id) is None
    with pytest.raises(Overtaken):
        await store.put(record(), store.list_tasks.reached(task, task.last_key))
    assert (await store.messages(ANY_MAIL, 9)).items == ()


async def test_mail_tells_the_task_it_comes_of(store: Store) -> None:
    """To the worker, and with its emails."""
    task = await started(store, "a@y.z")
    await reach(store, task, 1)
    assert [each.list_task_id for each in await store.claim(9, 60)] == [task.task_id]
