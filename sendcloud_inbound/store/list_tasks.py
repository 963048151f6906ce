"""Mail to address lists: which members of which list it has reached (SENDCLOUD.md 7.5, 7.6).

A task goes through the members by their numbers. How far it is, is written with the message that
goes to the next of them, in one transaction: whatever happens to the process, nobody gets a mail
twice, and nobody is left out.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, exists, func, insert, select, update

from sendcloud_inbound.errors import Overtaken
from sendcloud_inbound.ports import ListMail, ListTask, NumberedMember, OpenTask
from sendcloud_inbound.rounds import is_set_within
from sendcloud_inbound.store.book_tables import (
    address_members,
    list_mails,
    list_tasks,
)
from sendcloud_inbound.store.bulletin import Topic
from sendcloud_inbound.store.members import member_of
from sendcloud_inbound.store.rows import findings_of, findings_text, storable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Column, Connection, Insert, Row

    from sendcloud_inbound.ports import Clock
    from sendcloud_inbound.rules.books import AddressList
    from sendcloud_inbound.store.access import Access

_NEXT = (
    select(list_tasks).where(list_tasks.c.is_done.is_(False)).order_by(list_tasks.c.key).limit(1)
)
_LAST = func.coalesce(func.max(address_members.c.key), 0)


class StoredListTasks:
    """The tasks, as `ports.ListTasks` says."""

    def __init__(self, access: Access, clock: Clock, ring: Callable[[Topic], None]) -> None:
        self._access = access
        self._clock = clock
        self._ring = ring
        self._news = asyncio.Event()

    async def create(
        self, api_user: str, lists: Sequence[AddressList], mail: ListMail
    ) -> Sequence[int]:
        """Store a mail to some lists; return the number of each task."""

        def create(conn: Connection) -> list[int]:
            key = _returned(conn, insert(list_mails).values(_mail_row(mail)), list_mails.c.key)
            made = [_create(conn, api_user, each, key, self._clock.now_ms()) for each in lists]
            _drop_mail(conn, key)  # all lists are empty
            return made

        numbers = await self._access.write(create)
        self.wake()
        self._ring(Topic.TASKS)
        return numbers

    def wake(self) -> None:
        """Wake who waits here."""
        self._news.set()

    async def task(self, api_user: str, task_id: int) -> ListTask | None:
        """Return one."""
        these = (list_tasks.c.api_user == storable(api_user), list_tasks.c.key == task_id)
        question = select(list_tasks).where(*these)
        row = await self._access.read(lambda conn: conn.execute(question).first())
        return None if row is None else _task(row)

    async def next_task(self) -> OpenTask | None:
        """Return the oldest that is not done."""
        return await self._access.read(_next)

    async def members_to_come(self, task: OpenTask, limit: int) -> Sequence[NumberedMember]:
        """Return the next members."""
        part = (
            select(address_members)
            .where(
                address_members.c.list_key == task.list_key,
                address_members.c.key > task.done_key,
                address_members.c.key <= task.last_key,
            )
            .order_by(address_members.c.key)
            .limit(limit)
        )
        rows = await self._access.read(lambda conn: conn.execute(part).all())
        return [NumberedMember(row.key, member_of(row)) for row in rows]

    def reached(self, task: OpenTask, key: int) -> Callable[[Connection], None]:
        """Return what notes how far a task is, to be written with the message."""
        return lambda conn: self._note(conn, task, key)

    async def finish(self, task: OpenTask) -> None:
        """Note that there is nobody left."""
        await self._access.write(lambda conn: self._note(conn, task, task.last_key))

    async def wait(self, timeout_s: float) -> None:
        """Return when there may be a task, at the latest after `timeout_s`."""
        await is_set_within(self._news, timeout_s)
        self._news.clear()

    def _note(self, conn: Connection, task: OpenTask, key: int) -> None:
        noted = (
            update(list_tasks)
            .where(list_tasks.c.key == task.task_id, list_tasks.c.done_key == task.done_key)
            .where(list_tasks.c.is_done.is_(False))
            .values(
                done_key=key,
                is_done=key >= task.last_key,
                updated_at_ms=self._clock.now_ms(),
            )
        )
        if not conn.execute(noted).rowcount:
            raise Overtaken(f"The list task {task.task_id} was taken further, or removed.")
        if key >= task.last_key:
            _drop_mail(conn, task.mail_key)


def forget_tasks(conn: Connection, api_user: str) -> None:
    """Delete those of an API_USER with their mail, be they done or not."""
    theirs = list_tasks.c.api_user == api_user
    mails = select(list_tasks.c.mail_key).where(theirs)
    conn.execute(delete(list_mails).where(list_mails.c.key.in_(mails)))
    conn.execute(delete(list_tasks).where(theirs))


def _create(
    conn: Connection, api_user: str, address_list: AddressList, mail_key: int, now_ms: int
) -> int:
    theirs = address_members.c.list_key == address_list.key
    count, last = conn.execute(select(func.count(), _LAST).where(theirs)).one()
    row = {
        "api_user": storable(api_user),
        "address": address_list.address,
        "list_key": address_list.key,
        "member_count": count,
        "last_key": last,
        "done_key": 0,
        "mail_key": mail_key,
        "is_done": not count,
        "created_at_ms": now_ms,
        "updated_at_ms": now_ms,
    }
    return _returned(conn, insert(list_tasks).values(row), list_tasks.c.key)


def _returned(conn: Connection, statement: Insert, column: Column[int]) -> int:
    key: int = conn.scalars(statement.returning(column)).one()
    return key


def _drop_mail(conn: Connection, key: int) -> None:
    """Delete a mail that is to go to nobody any more."""
    open_ones = exists().where(list_tasks.c.mail_key == key, list_tasks.c.is_done.is_(False))
    conn.execute(delete(list_mails).where(list_mails.c.key == key, ~open_ones))


def _next(conn: Connection) -> OpenTask | None:
    row = conn.execute(_NEXT).first()
    if row is None:
        return None
    mail = conn.execute(select(list_mails).where(list_mails.c.key == row.mail_key)).first()
    if mail is None:  # it was done, or removed, just now
        return None
    keys = (row.list_key, row.done_key, row.last_key, row.mail_key)
    return OpenTask(row.key, row.api_user, *keys, _mail(mail))


def _mail_row(mail: ListMail) -> dict[str, Any]:
    return {
        "mail_from": storable(mail.mail_from),
        "label_id": mail.label_id,
        "peer": storable(mail.peer),
        "findings": findings_text(mail.findings),
        "transcript": mail.transcript,
        "content": mail.content,
    }


def _mail(row: Row[Any]) -> ListMail:
    return ListMail(
        row.mail_from,
        row.label_id,
        row.peer,
        findings_of(row.findings),
        row.transcript,
        row.content,
    )


def _task(row: Row[Any]) -> ListTask:
    return ListTask(
        row.key,
        row.api_user,
        row.address,
        row.member_count,
        row.is_done,
        row.created_at_ms,
        row.updated_at_ms,
    )
