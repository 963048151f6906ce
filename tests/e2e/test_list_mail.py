"""A mail to an address list reaches every member once, whatever happens to the process."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from sqlalchemy import text

from tests.looking import looking
from tests.processes import ProgramProcess, wait_until
from tests.webhooks.receiver import receiving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

LOGIN = {"apiUser": "batch_user", "apiKey": "batch_key"}
LIST = {"address": "people@maillist.sendcloud.org"}
MEMBERS = [f"user{number}@example.com" for number in range(15_000)]
MAIL = {
    "from": "a@ifaxin.com",
    "subject": "Hi %name%",
    "html": "You owe %money%, %recipient%.",
    "headers": '{"SC-Custom-run": "7"}',
    "to": LIST["address"],
    "useAddressList": "true",
}


@pytest.fixture
def program(tmp_path: Path) -> Iterator[ProgramProcess]:
    """A server that is ended with the test."""
    program = ProgramProcess(tmp_path, "--log-level", "warning")
    program.start()
    yield program
    program.stop()


def call(program: ProgramProcess, path: str, **form: Any) -> Any:
    """Return what a call of SendCloud's API gives; it must succeed."""
    url = "http://{}:{}/api/{}".format(*program.addresses["http"], path)
    answer = httpx.post(url, data=LOGIN | form, timeout=30).json()
    assert answer["result"], answer
    return answer["info"]


def make_list(program: ProgramProcess, members: list[str]) -> None:
    """Make a batch API_USER with a list of members."""
    url = "http://{}:{}/sandbox/v1/api-users".format(*program.addresses["http"])
    user = {"api_user": "batch_user", "api_key": "batch_key", "type": "batch"}
    assert httpx.post(url, json=user).status_code == 201
    call(program, "addresslist/add", **LIST, name="People")
    for start in range(0, len(members), 1000):
        part = members[start : start + 1000]
        variables = ";".join(f'{{"money": {start + n}.50}}' for n in range(len(part)))
        names = ";".join(each.partition("@")[0] for each in part)
        form = {"members": ";".join(part), "names": names, "vars": variables}
        assert call(program, "addressmember/add", **LIST, **form) == {"count": len(part)}


def newest(program: ProgramProcess) -> list[str]:
    """Return the messageId of the newest message, if there is any."""
    found = program.get("/sandbox/v1/messages", limit=1)["items"]
    return [each["message_id"] for each in found]


def is_done(program: ProgramProcess, number: int) -> bool:
    """Tell whether a task has reached everybody."""
    data = call(program, "mail/taskinfo", maillistTaskId=number)["data"]
    assert data["memberCount"] == len(MEMBERS)
    return bool(data["status"] == "Completion of the request")


def kill_in_the_middle(program: ProgramProcess, number: int) -> bool:
    """Kill it when it has gone on with the list; tell whether that was before its end."""
    was = newest(program)
    wait_until(lambda: newest(program) != was or is_done(program, number), "more of the list")
    program.kill()
    with looking(program.store) as conn:
        was_done = conn.execute(text("SELECT is_done FROM list_tasks")).scalar_one()
    program.start()
    return not was_done


@pytest.mark.slow
def test_kill_9_doubles_and_loses_nobody(program: ProgramProcess) -> None:
    """Killed again and again in the middle of a list: each member has one email of his own."""
    make_list(program, MEMBERS)
    (number,) = call(program, "mail/send", **MAIL)["maillistTaskId"]
    kills = 0
    while kills < 3 and kill_in_the_middle(program, number):
        kills += 1
    assert kills, "the list was done before the first kill: make it longer"
    wait_until(lambda: is_done(program, number), "the end of the list", 120)
    program.wait_until_expanded()
    emails = program.all_of("emails")
    assert Counter(each["recipient"] for each in emails) == Counter(MEMBERS)
    assert {each["status"] for each in emails} == {"delivered"}
    messages = program.all_of("messages")
    assert Counter(each["source"] for each in messages) == {"api": len(MEMBERS) // 100}
    path = f"/sandbox/v1/emails/{emails[0]['email_id']}"
    copy, place = program.get(path), MEMBERS.index(emails[0]["recipient"])
    assert copy["subject"] == f"Hi user{place}"
    assert f"You owe {place}.50, {MEMBERS[place]}." in copy["html"]


async def test_events_tell_the_number_of_the_list(program: ProgramProcess) -> None:
    """Twice, as the documents have it; the listing tells it too (SENDCLOUD.md 4.4)."""
    async with receiving() as receiver:
        make_list(program, ["open@sandbox.test"])
        url = "http://{}:{}/sandbox/v1/webhooks".format(*program.addresses["http"])
        hook = {"api_user": "batch_user", "url": receiver.url}
        async with httpx.AsyncClient() as client:
            assert (await client.post(url, json=hook)).status_code == 201
        (number,) = call(program, "mail/send", **MAIL)["maillistTaskId"]
        forms = [each.form for each in (await receiver.wait_for(5))[2:]]
    assert {form["event"] for form in forms} == {"request", "deliver", "open"}
    for field in ("maillistTaskId", "mail_list_task_id"):
        assert {form[field] for form in forms} == {str(number)}
    assert {form["userHeaders"] for form in forms} == {'{"SC-Custom-run":"7"}'}
    events = program.all_of("events")
    assert {each["fields"]["maillistTaskId"] for each in events} == {number}
