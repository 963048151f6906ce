"""data/emailStatus: where emails stand (SENDCLOUD.md 7.9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sendcloud_inbound.rules.history import EventKind
from sendcloud_inbound.rules.limits import Questions
from sendcloud_inbound.rules.model import EmailStatus
from tests.http.apiv2.asking import LOGIN
from tests.http.apiv2.reading import (
    DAY_MS,
    LOG,
    NOW,
    NOW_MS,
    TODAY,
    bounced,
    code,
    delivered,
    event,
    info,
    sent,
)
from tests.http.serving import application, serving

if TYPE_CHECKING:
    from typing import Any

    import httpx

    from sendcloud_inbound.store import Store

STATUS = "/apiv2/data/emailStatus"


async def recipients(client: httpx.AsyncClient, **form: Any) -> list[str]:
    """Return whose emails are listed."""
    rows = (await info(client, STATUS, **{"days": "1"} | form))["voList"]
    return [row["recipients"] for row in rows]


async def test_the_answer_is_the_printed_one(client: httpx.AsyncClient, store: Store) -> None:
    """Key by key in order; the total is a text, times are those of UTC+8."""
    deliver = event(EventKind.DELIVER, occurred_at_ms=NOW_MS + 9000)
    mail = ("ben@example.com", EmailStatus.DELIVERED, None)
    message_id = await sent(store, mail, events=[deliver])
    response = await client.get(STATUS, params=LOGIN | {"days": "1"})
    assert response.text == (
        '{"result":true,"statusCode":200,"message":"请求成功","info":'
        '{"total":"1","voListSize":1,"voList":['
        f'{{"emailId":"{message_id}0$ben@example.com","status":"投递成功",'
        '"apiUser":"sandbox_user","recipients":"ben@example.com",'
        f'"requestTime":"{NOW}","modifiedTime":"2060-05-30 19:30:35",'
        '"sendLog":"successfully delivered"}]}}'
    )


async def test_what_came_back_says_why(client: httpx.AsyncClient, store: Store) -> None:
    """In the words of the status-query table, with what the log says."""
    await bounced(store, "a@x.cn")
    await sent(store, ("b@x.cn", EmailStatus.REQUESTED, None))
    rows = (await info(client, STATUS, days="1"))["voList"]
    assert [(row["status"], row["sendLog"]) for row in rows] == [
        ("请求中", ""),
        ("无效邮件-地址不存在", LOG),
    ]


async def test_aurora_adds_fields(client: httpx.AsyncClient, store: Store) -> None:
    """Under /api/, where all words are English."""
    await bounced(store, "a@x.cn")
    (row,) = (await info(client, "/api/data/emailStatus", days="1"))["voList"]
    assert list(row)[:7] == [
        *("emailId", "status", "apiUser", "recipients"),
        *("requestTime", "modifiedTime", "sendLog"),
    ]
    assert list(row.items())[7:] == [
        ("taskName", ""),
        ("mailingStatus", 4),
        ("subStatus", 406),
        ("softStatus", 0),
        ("subStatusDesc", "Not Exist"),
        ("timeStr", NOW),
        ("event", "invalid"),
        ("receiver", "a@x.cn"),
        ("message", LOG),
        ("email", "a@x.cn"),
        ("name", ""),
        ("phone", ""),
    ]


async def test_emails_are_found_by_each_parameter(client: httpx.AsyncClient, store: Store) -> None:
    """Each alone finds what it names and nothing else."""
    first = await delivered(store, "a@x.cn", "b@x.cn", label_id="7")
    await bounced(store, "c@x.cn")
    await sent(store, ("d@x.cn", EmailStatus.SOFT_BOUNCE, 503), received_at_ms=NOW_MS - DAY_MS)
    assert await recipients(client) == ["c@x.cn", "a@x.cn", "b@x.cn"]
    assert await recipients(client, days="2") == ["d@x.cn", "c@x.cn", "a@x.cn", "b@x.cn"]
    assert await recipients(client, email="B@x.cn") == ["b@x.cn"]
    assert await recipients(client, emailIds=f"{first}0$a@x.cn;{first}1$x@x.cn") == ["a@x.cn"]
    assert await recipients(client, labelId="7", labelName="none") == ["a@x.cn", "b@x.cn"]
    assert await recipients(client, labelName="none") == []
    assert await recipients(client, status="4") == ["c@x.cn"]
    assert await recipients(client, days="2", subStatus="503;406") == ["d@x.cn", "c@x.cn"]
    dates = {"startDate": "2060-05-29", "endDate": "2060-05-29", "days": None}
    form = {name: text for name, text in dates.items() if text}
    rows = (await info(client, STATUS, **form))["voList"]
    assert [row["recipients"] for row in rows] == ["d@x.cn"]


async def test_pages_have_the_total_of_all(client: httpx.AsyncClient, store: Store) -> None:
    """A hundred rows at most; none is asked for by 0."""
    await delivered(store, *(f"{n:03}@x.cn" for n in range(101)))
    page = await info(client, STATUS, startDate=TODAY, endDate=TODAY)
    assert (page["total"], page["voListSize"], len(page["voList"])) == ("101", 100, 100)
    assert await recipients(client, start="100") == ["100@x.cn"]
    assert await recipients(client, start="99", limit="1") == ["099@x.cn"]
    assert await recipients(client, limit="0") == []


@pytest.mark.parametrize(
    ("form", "number"),
    [
        ({"days": "1", "start": ""}, 40001),
        ({"days": "1", "start": "x"}, 40002),
        ({"days": "1", "limit": ""}, 40003),
        ({"days": "1", "limit": "101"}, 40004),
        ({}, 40006),
        ({"email": "a@x.cn"}, 40006),
        ({"days": "31"}, 40006),
        ({"startDate": "x", "endDate": TODAY}, 40007),
        ({"startDate": TODAY}, 40008),
        ({"days": "1", "apiUserList": ""}, 40010),
        ({"days": "1", "email": ""}, 40011),
        ({"days": "1", "email": "x"}, 40012),
        ({"days": "1", "labelId": ""}, 40014),
        ({"days": "1", "labelId": "x"}, 40015),
        ({"days": "1", "apiUserList": "nobody_known"}, 40016),
        ({"days": "1", "status": "2"}, 49901),
        ({"days": "1", "subStatus": "1"}, 49901),
        ({"days": "1", "emailIds": "1"}, 49901),
    ],
)
async def test_each_refusal_has_its_code(
    client: httpx.AsyncClient, form: dict[str, str], number: int
) -> None:
    """As SENDCLOUD.md 8 has them."""
    assert await code(client, STATUS, **form) == number


async def test_who_asks_too_often_is_told_as_printed(store: Store) -> None:
    """Each user has so many questions a minute."""
    async with serving(application(store, questions=Questions(2))) as client:
        for _ in range(2):
            await info(client, STATUS, days="1")
        response = await client.get(STATUS, params=LOGIN | {"days": "1"})
    assert response.json()["statuscode"] == 50000


async def test_nothing_is_cached(client: httpx.AsyncClient, store: Store) -> None:
    """What was just sent is in the next answer, where SendCloud's is ten minutes old."""
    assert await recipients(client) == []
    await delivered(store, "a@x.cn")
    assert await recipients(client) == ["a@x.cn"]


async def test_a_misspelt_parameter_is_told(client: httpx.AsyncClient) -> None:
    """SendCloud passes it over: so does the answer, and a header says so."""
    response = await client.get(STATUS, params=LOGIN | {"days": "1", "apiUserlist": "x"})
    assert response.json()["result"]
    assert "apiUserlist" in response.headers["x-sandbox-detail"]
    known = await client.get(STATUS, params=LOGIN | {"days": "1"})
    assert "x-sandbox-detail" not in known.headers


async def test_emails_are_found_by_the_name_of_their_label(
    client: httpx.AsyncClient, store: Store
) -> None:
    """A part of it is enough, in any case; a label of that name that no mail has finds nothing."""
    label = await store.labels.add_label("sandbox_user", "每月账单 Bills")
    await store.labels.add_label("sandbox_user", "bills of others")
    assert label is not None
    await delivered(store, "a@x.cn", label_id=str(label.label_id))
    await delivered(store, "b@x.cn")
    assert await recipients(client, labelName="bill") == ["a@x.cn"]
    assert await recipients(client, labelName="others") == []
