"""Sends mail to address lists: a message to some members at a time (SENDCLOUD.md 7.5).

Each is put into the queue together with the note of how far its list is, so that a process may die
at any moment. Only one batch is in memory, however long the list.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from sendcloud_inbound.errors import Overtaken
from sendcloud_inbound.rounds import Rounds
from sendcloud_inbound.rules.list_batches import MAX_MEMBERS, addressed, batch
from sendcloud_inbound.rules.model import SessionFacts, Source, Submission

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sendcloud_inbound.intake import Intake
    from sendcloud_inbound.ports import AccountBook, ListTasks, NumberedMember, OpenTask

_log = structlog.get_logger()

_IDLE_S = 1.0
"""Without news the store is asked this often: another process may have taken a mail."""


class ListSender:
    """Works from `run` to `stop`."""

    def __init__(self, tasks: ListTasks, accounts: AccountBook, intake: Intake) -> None:
        self._tasks = tasks
        self._accounts = accounts
        self._intake = intake
        self._rounds = Rounds("list_sender")

    def stop(self) -> None:
        """Let `run` end after the message under way."""
        self._rounds.stop()

    async def run(self) -> None:
        """Send what there is and what comes."""
        await self._rounds.run(self._round)

    async def _round(self) -> None:
        task = await self._tasks.next_task()
        if task is None:
            await self._rounds.until(self._tasks.wait(_IDLE_S))
            return
        with suppress(Overtaken):  # another process has it too: whoever is first goes on
            await self._go_on(task)

    async def _go_on(self, task: OpenTask) -> None:
        """Send to the next members."""
        coming = await self._tasks.members_to_come(task, MAX_MEMBERS)
        account = self._accounts.find(task.api_user)
        if not coming or account is None:
            # Whoever was left has been taken off the list, or the API_USER is gone.
            await self._tasks.finish(task)
            return
        members = batch([each.member for each in coming])
        reached = self._tasks.reached(task, _place(task, coming, len(members)))
        submission = Submission(
            api_user=task.api_user,
            label_id=task.mail.label_id,
            source=Source.API,
            session=SessionFacts.of_api(task.mail.peer),
            mail_from=task.mail.mail_from,
            rcpt_to=tuple(member.address for member in members),
            content=addressed(task.mail.content, members),
            transcript=task.mail.transcript,
            list_task_id=task.task_id,
        )
        await self._intake.pass_on(account, submission, task.mail.findings, reached)


def _place(task: OpenTask, coming: Sequence[NumberedMember], sent: int) -> int:
    """Return where a task stands after so many members: at its end, when there is no other."""
    is_all = sent == len(coming) < MAX_MEMBERS
    return task.last_key if is_all else coming[sent - 1].key
