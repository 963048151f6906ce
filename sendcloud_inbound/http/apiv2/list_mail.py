"""Mail to address lists, and what became of it: mail/taskinfo (SENDCLOUD.md 7.4, 7.5, 7.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendcloud_inbound.http.apiv2.call import Call, failing
from sendcloud_inbound.ports import ListMail
from sendcloud_inbound.rules.api.given import Refused
from sendcloud_inbound.rules.api.lists import read_lists
from sendcloud_inbound.rules.model import AccountType
from sendcloud_inbound.rules.results import Language
from sendcloud_inbound.rules.spans import time_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.responses import Response

    from sendcloud_inbound.http.apiv2.call import Asked
    from sendcloud_inbound.rules.books import AddressList
    from sendcloud_inbound.rules.model import Finding, Submission

CREATED = 40821
"""The statusCode of a mail to lists that was taken."""
_MAY_NOT, _NOT_CREATED, _NO_SUCH_LIST, _OVER_QUOTA = 40820, 40822, 40863, 40913
_NO_TASK = 40872
_MAX_HEADERS = 1024
_HEADERS = 40869

_WHERE = {
    Language.CHINESE: ". 参数to: {}",
    Language.ENGLISH: "The Parameter to: {}",
}
"""What stands behind the message of 40863 (7.3)."""
_DONE = {Language.CHINESE: "请求完毕", Language.ENGLISH: "Completion of the request"}
_UNDER_WAY = {Language.CHINESE: "请求中", Language.ENGLISH: "Requesting"}  # not known


async def lists_of(asked: Asked) -> Sequence[AddressList]:
    """Return the lists that a mail is to go to; `Refused` when it cannot."""
    if asked.account.type is not AccountType.BATCH:
        raise Refused(_MAY_NOT, f"{asked.account.api_user} is a trigger API_USER, not a batch one")
    if len(asked.given.text("headers").encode()) > _MAX_HEADERS:
        raise Refused(_HEADERS, f"to lists, headers has {_MAX_HEADERS} octets at most")
    found = []
    for address in read_lists(asked.given):
        its = await asked.program.lists.list_of(asked.account.api_user, address)
        if its is None:
            appended = _WHERE[asked.language].format(address)
            raise Refused(_NO_SUCH_LIST, f"there is no address list {address}", appended)
        found.append(its)
    return found


async def create(
    asked: Asked,
    lists: Sequence[AddressList],
    submission: Submission,
    findings: tuple[Finding, ...],
) -> Sequence[int]:
    """Store a mail to lists, which counts as one; return the number of the task of each."""
    program, account, now_ms = asked.program, asked.account, asked.program.clock.now_ms()
    if program.usage.over_quota(account, now_ms):
        raise Refused(_OVER_QUOTA, f"more than {account.daily_quota} mails a day")
    program.usage.add(account, now_ms)
    taken = ListMail(
        mail_from=submission.mail_from,
        label_id=submission.label_id,
        peer=submission.session.peer,
        findings=findings,
        transcript=submission.transcript,
        content=submission.content,
    )
    with failing(_NOT_CREATED):
        return await program.list_tasks.create(account.api_user, lists, taken)


async def task_info(asked: Asked) -> Response:
    """Tells how far a mail to a list is."""
    task_id = asked.given.number("maillistTaskId", _NO_TASK)
    task = await asked.program.list_tasks.task(asked.account.api_user, task_id or 0)
    if task is None:
        raise Refused(_NO_TASK, f"there is no list task {task_id or '(none given)'}")
    data = {
        "maillistTaskId": task.task_id,
        "apiUser": task.api_user,
        "addressList": task.address,
        "memberCount": task.member_count,
        "gmtCreated": time_text(task.created_at_ms),
        "gmtUpdated": time_text(task.updated_at_ms),
        "status": (_DONE if task.is_done else _UNDER_WAY)[asked.language],
    }
    return asked.success({"data": data})


CALLS = (
    Call(
        "mail/taskinfo",
        "How far a mail to a list is",
        task_info,
        {"maillistTaskId": "The number that the mail was answered with."},
    ),
)
