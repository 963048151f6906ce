"""Mail to address lists by call, and mail/taskinfo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sendcloud_inbound.accounts import Accounts
from sendcloud_inbound.ports import MessageFilter
from sendcloud_inbound.rules.model import AccountType
from tests import builders
from tests.http.apiv2.asking import ask
from tests.http.apiv2.test_address_lists import AT, TWO, A, B, lists, members
from tests.http.apiv2.test_labels import TIME
from tests.http.apiv2.test_templates import NEW, template
from tests.http.serving import application, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx

    from sendcloud_inbound.store import Store

SEND = "/apiv2/mail/send"
MAIL = {"from": "a@b.cn", "subject": "s", "plain": "hello %name%", "useAddressList": "true"}


@pytest.fixture
async def batch(store: Store) -> AsyncIterator[httpx.AsyncClient]:
    """Serve an application whose API_USER sends to many, and has two lists."""
    accounts = Accounts([builders.account(type=AccountType.BATCH, daily_quota=2)])
    async with serving(application(store, accounts=accounts)) as client:
        for address in (A, B):
            await lists(client, "add", address=address, name="N")
        await members(client, "add", members=TWO, names="Ben;Joe")
        yield client


async def info(client: httpx.AsyncClient, number: object, base: str = "/apiv2") -> Any:
    """Return what is told of a task."""
    return (await ask(client, f"{base}/mail/taskinfo", {"maillistTaskId": number}))["info"]


async def test_a_mail_to_lists_gets_a_number_for_each(
    batch: httpx.AsyncClient, store: Store
) -> None:
    """With the statusCode and the message of the documents; it counts as one mail."""
    answer = await ask(batch, SEND, MAIL | {"to": f"{A};{B.upper()};{A}"})
    assert (answer["result"], answer["statusCode"]) == (True, 40821)
    assert answer["message"] == "地址列表任务创建成功"
    first, second = answer["info"]["maillistTaskId"]
    assert list(answer["info"]) == ["maillistTaskId"]
    assert (await info(batch, first)) == {
        "data": {
            "maillistTaskId": first,
            "apiUser": "sandbox_user",
            "addressList": A,
            "memberCount": 2,
            "gmtCreated": TIME,
            "gmtUpdated": TIME,
            "status": "请求中",
        }
    }
    empty = (await info(batch, second, "/api"))["data"]
    assert (empty["memberCount"], empty["status"]) == (0, "Completion of the request")
    task = await store.list_tasks.next_task()
    assert task is not None
    assert task.task_id == first
    assert b"hello %name%" in task.mail.content
    assert b"X-SMTPAPI" not in task.mail.content
    assert (await ask(batch, SEND, MAIL | {"to": A}))["result"]
    assert (await ask(batch, SEND, MAIL | {"to": A}))["statusCode"] == 40913


async def test_a_template_goes_to_lists(batch: httpx.AsyncClient, store: Store) -> None:
    """`to` names them then (7.5)."""
    await template(batch, "add", **NEW | {"templateType": "1"})
    form = {"from": "a@b.cn", "templateInvokeName": "bill", "useAddressList": "true", "to": A}
    answer = await ask(batch, "/apiv2/mail/sendtemplate", form)
    assert answer["statusCode"] == 40821
    task = await store.list_tasks.next_task()
    assert task is not None
    assert b"Subject: Your bill, %name%" in task.mail.content


async def test_the_first_generation_sends_to_lists_too(batch: httpx.AsyncClient) -> None:
    """By its own names (7.13)."""
    form = {"api_user": "sandbox_user", "api_key": "sandbox_key", "use_maillist": "true", "to": A}
    form |= {"from": "a@b.cn", "subject": "s", "html": "x"}
    answer = (await batch.post("/webapi/mail.send.json", data=form)).json()
    assert list(answer) == ["message", "mail_list_task_id_list"]
    assert len(answer["mail_list_task_id_list"]) == 1


async def test_what_has_no_effect_is_a_finding(batch: httpx.AsyncClient, store: Store) -> None:
    """cc, bcc and xsmtpapi (7.4, rule 1)."""
    form = MAIL | {"to": A, "cc": "c@d.e", "xsmtpapi": '{"to":["ben@ifaxin.com"]}'}
    assert (await ask(batch, SEND, form))["statusCode"] == 40821
    task = await store.list_tasks.next_task()
    assert task is not None
    assert [(each.code, each.where) for each in task.mail.findings] == [
        ("api-beside-lists-ignored", "cc"),
        ("api-beside-lists-ignored", "xsmtpapi"),
    ]


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"to": A, "useAddressList": "maybe"}, 40874),
        ({"to": ""}, 40872),
        ({"to": ";".join(f"l{number}{AT}" for number in range(6))}, 40864),
        ({"to": f"{A};ben@ifaxin.com"}, 40862),
        ({"to": f"{A};none{AT}"}, 40863),
        ({"to": A, "headers": '{"SC-Custom-a": "' + "x" * 1024 + '"}'}, 40869),
        ({"to": A, "plain": ""}, 40870),
        ({"to": A, "labelId": "99"}, 40106),
    ],
)
async def test_what_cannot_be_has_its_code(
    batch: httpx.AsyncClient, store: Store, form: dict[str, str], code: int
) -> None:
    """And nothing is sent."""
    answer = await ask(batch, SEND, MAIL | form)
    assert (answer["result"], answer["statusCode"]) == (False, code)
    assert await store.list_tasks.next_task() is None
    assert (await store.messages(MessageFilter(), 1)).items == ()


async def test_the_missing_list_is_named(batch: httpx.AsyncClient) -> None:
    """Behind the message, as printed (7.3)."""
    form = MAIL | {"to": f"none{AT}"}
    chinese = (await ask(batch, SEND, form))["message"]
    assert chinese == f"to中有不存在的地址列表. 参数to: none{AT}"
    english = (await ask(batch, "/api/mail/send", form))["message"]
    told = "The Parameter to  has a list of addresses that do not exist."
    assert english == f"{told}The Parameter to: none{AT}"


async def test_a_trigger_api_user_sends_to_no_list(client: httpx.AsyncClient) -> None:
    """Only batch API_USERs may (7.6)."""
    await lists(client, "add", address=A, name="N")
    assert (await ask(client, SEND, MAIL | {"to": A}))["statusCode"] == 40820


async def test_a_task_that_cannot_be_stored_is_told(
    batch: httpx.AsyncClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its own code (40822)."""
    find = store.lists.list_of

    async def find_and_break(api_user: str, address: str) -> object:
        found = await find(api_user, address)
        await store.close()
        return found

    monkeypatch.setattr(store.lists, "list_of", find_and_break)
    assert (await ask(batch, SEND, MAIL | {"to": A}))["statusCode"] == 40822


@pytest.mark.parametrize("number", ["", "x", "99"])
async def test_a_task_that_is_not_there_is_told(batch: httpx.AsyncClient, number: str) -> None:
    """The documents have no code for it: the nearest is that of a list that is not named."""
    form = {"maillistTaskId": number}
    answer = await ask(batch, "/apiv2/mail/taskinfo", form)
    assert (answer["result"], answer["statusCode"]) == (False, 40872)
