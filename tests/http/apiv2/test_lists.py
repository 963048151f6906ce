"""Bounces, unsubscriptions, reports of spam, opens and clicks as lists (SENDCLOUD.md 7.11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sendcloud_inbound.accounts import Accounts
from sendcloud_inbound.rules.history import EventKind, Suppression, SuppressionKind
from tests import builders
from tests.http.apiv2.asking import LOGIN, ask
from tests.http.apiv2.reading import (
    DAY_MS,
    LOG,
    NOW,
    NOW_MS,
    bounced,
    code,
    delivered,
    event,
    info,
)
from tests.http.serving import application, serving

if TYPE_CHECKING:
    import httpx

    from sendcloud_inbound.store import Store

BY_SPAN_OR_EMAIL = (
    *("bounce/list", "bounce/delete"),
    *("unsubscribe/list", "unsubscribe/delete"),
    *("spamreported/list", "openandclick/list"),
)
LISTS = tuple(path for path in BY_SPAN_OR_EMAIL if path.endswith("list"))


async def unsubscribed(store: Store, address: str, api_user: str = "sandbox_user") -> None:
    """Have an address unsubscribed."""
    kind = SuppressionKind.UNSUBSCRIBE
    await store.suppressions.suppress(Suppression(api_user, address, kind, NOW_MS, None))


async def rows(client: httpx.AsyncClient, path: str, **form: Any) -> list[dict[str, Any]]:
    """Return the rows of a list."""
    found: list[dict[str, Any]] = (await info(client, f"/apiv2/{path}", **form))["dataList"]
    return found


# What all of them have in common


@pytest.mark.parametrize("path", BY_SPAN_OR_EMAIL)
@pytest.mark.parametrize(
    ("form", "number"),
    [
        ({}, 40006),
        ({"days": "93"}, 40006),
        ({"startDate": "x"}, 40007),
        ({"startDate": "2060-05-30", "endDate": "2060-05-29"}, 40008),
        ({"email": ""}, 40011),
        ({"email": "nobody", "days": "1"}, 40012),
    ],
)
async def test_a_span_or_an_address_is_needed(
    client: httpx.AsyncClient, path: str, form: dict[str, str], number: int
) -> None:
    """Each kind of wrong has its code; three months are the longest span."""
    assert await code(client, f"/apiv2/{path}", **form) == number


@pytest.mark.parametrize("path", LISTS)
async def test_lists_have_windows(client: httpx.AsyncClient, path: str) -> None:
    """From a row on, so many rows."""
    for form, number in (
        ({"start": ""}, 40001),
        ({"start": "x"}, 40002),
        ({"limit": ""}, 40003),
        ({"limit": "101"}, 40004),
    ):
        assert await code(client, f"/api/{path}", days="1", **form) == number
    assert await rows(client, path, days="92", start="0", limit="100") == []


@pytest.mark.parametrize("path", BY_SPAN_OR_EMAIL)
async def test_an_address_makes_the_span_no_matter(client: httpx.AsyncClient, path: str) -> None:
    """It is not even read."""
    assert await info(client, f"/apiv2/{path}", email="a@x.cn", days="x") is not None


@pytest.mark.parametrize("path", ["unsubscribe/list", "openandclick/list"])
async def test_other_api_users_of_the_same_user_are_read(store: Store, path: str) -> None:
    """Where they are named; those of others are unknown."""
    accounts = Accounts(
        [
            builders.account(),
            builders.account(api_user="second_user"),
            builders.account(api_user="foreign_user", user_id=16),
        ]
    )
    for api_user in ("sandbox_user", "second_user", "foreign_user"):
        events = [event(EventKind.OPEN), event(EventKind.UNSUBSCRIBE)]
        await delivered(store, "a@x.cn", events=events, api_user=api_user)
        await unsubscribed(store, "a@x.cn", api_user)
    async with serving(application(store, accounts=accounts)) as client:
        assert {row["apiUser"] for row in await rows(client, path, days="1")} == {"sandbox_user"}
        both = await rows(client, path, days="1", apiUserList="sandbox_user;second_user")
        assert {row["apiUser"] for row in both} == {"sandbox_user", "second_user"}
        second = await rows(client, path, email="a@x.cn", apiUserList="second_user")
        assert [row["apiUser"] for row in second] == ["second_user"]
        assert await code(client, f"/api/{path}", days="1", apiUserList="") == 40010
        assert await code(client, f"/api/{path}", days="1", apiUserList="foreign_user") == 40016


# Bounces


async def test_bounces_are_listed_and_counted(client: httpx.AsyncClient, store: Store) -> None:
    """With what the log says; suppressed mail is none."""
    await bounced(store, "a@X.cn")
    await bounced(store, "b@x.cn", api_user="other_user")
    assert await info(client, "/apiv2/bounce/list", days="1") == {
        "dataList": [{"email": "a@X.cn", "reason": LOG, "bounceTime": NOW, "domain": "x.cn"}],
        "count": 1,
    }
    assert await info(client, "/apiv2/bounce/count", days="1") == {"count": 1}
    assert await code(client, "/apiv2/bounce/count", email="a@x.cn") == 40006


async def test_a_bounce_is_deleted(client: httpx.AsyncClient, store: Store) -> None:
    """By address or by span; the count says how many there were."""
    for address in ("a@x.cn", "b@x.cn", "c@x.cn"):
        await bounced(store, address)
    assert await info(client, "/apiv2/bounce/delete", email="a@x.cn") == {"count": 1}
    assert [row["email"] for row in await rows(client, "bounce/list", days="1")] == [
        "c@x.cn",
        "b@x.cn",
    ]
    assert await info(client, "/apiv2/bounce/delete", days="1") == {"count": 2}
    assert await info(client, "/apiv2/bounce/delete", days="1") == {"count": 0}


# Unsubscriptions


async def test_an_address_is_unsubscribed(client: httpx.AsyncClient, store: Store) -> None:
    """The code of the success is 40401, with result true; the address is suppressed from now."""
    answer = await ask(client, "/apiv2/unsubscribe/add", {"email": "A@X.cn"})
    assert (answer["result"], answer["statusCode"]) == (True, 40401)
    assert answer["message"] == "取消订阅记录创建成功"
    row = {
        "email": "A@X.cn",
        "domain": "x.cn",
        "labelId": 0,
        "apiUser": "sandbox_user",
        "unsubscribeTime": NOW,
    }
    assert answer["info"] == {"data": row}
    assert list(answer["info"]["data"]) == list(row)
    listed = await info(client, "/apiv2/unsubscribe/list", days="1")
    assert listed == {"dataList": [row], "count": 1}
    found = await store.suppressions.among("sandbox_user", ["a@x.cn"])
    assert found == {"a@x.cn": SuppressionKind.UNSUBSCRIBE}


async def test_unsubscriptions_are_found_by_label(client: httpx.AsyncClient, store: Store) -> None:
    """The label is that of the mail whose link was used."""
    leave = event(EventKind.UNSUBSCRIBE)
    await delivered(store, "a@x.cn", events=[leave], label_id="7")
    await unsubscribed(store, "a@x.cn")
    await unsubscribed(store, "b@x.cn")
    (row,) = await rows(client, "unsubscribe/list", days="1", labelIdList="7;8")
    assert (row["email"], row["labelId"]) == ("a@x.cn", 7)
    (row,) = await rows(client, "unsubscribe/list", days="1", labelIdList="0")
    assert (row["email"], row["labelId"]) == ("b@x.cn", 0)
    assert await code(client, "/api/unsubscribe/list", days="1", labelIdList="") == 40009
    assert await code(client, "/api/unsubscribe/list", days="1", labelIdList="x") == 40015


async def test_unsubscriptions_are_deleted(client: httpx.AsyncClient, store: Store) -> None:
    """Mail goes to them again; the code of the success is 200."""
    for address in ("a@x.cn", "b@x.cn"):
        await unsubscribed(store, address)
    answer = await ask(client, "/apiv2/unsubscribe/delete", {"email": "A@x.cn"})
    assert (answer["statusCode"], answer["info"]) == (200, {"count": 1})
    assert await info(client, "/apiv2/unsubscribe/delete", days="1") == {"count": 1}
    assert await store.suppressions.suppressions("sandbox_user") == []


async def test_unsubscribing_needs_an_address(client: httpx.AsyncClient) -> None:
    """A bare one."""
    assert await code(client, "/apiv2/unsubscribe/add") == 40011
    assert await code(client, "/apiv2/unsubscribe/add", email="nobody") == 40012


@pytest.mark.parametrize(
    ("path", "number"),
    [("unsubscribe/add", 40402), ("unsubscribe/delete", 40404), ("bounce/delete", 40602)],
)
async def test_what_cannot_be_written_has_its_code(
    client: httpx.AsyncClient, store: Store, path: str, number: int
) -> None:
    """A store that is away."""
    await store.close()
    assert await code(client, f"/apiv2/{path}", email="a@x.cn") == number


# What recipients do


async def test_reports_of_spam_are_listed(client: httpx.AsyncClient, store: Store) -> None:
    """With the reason that the event has; else what all reports say."""
    report = event(EventKind.REPORT_SPAM, details={"message": "from softbounce"})
    await delivered(store, "a@X.cn", events=[report])
    await delivered(store, "b@x.cn", events=[event(EventKind.REPORT_SPAM)])
    other, one = await rows(client, "spamreported/list", days="1")
    assert list(one.items()) == [
        ("receiver", "a@X.cn"),
        ("reason", "from softbounce"),
        ("spamReportedTime", NOW),
        ("domain", "x.cn"),
    ]
    assert other["reason"] == "report spam email"
    assert (await info(client, "/api/spamreported/list", email="A@x.cn"))["count"] == 1


async def test_opens_and_clicks_are_listed(client: httpx.AsyncClient, store: Store) -> None:
    """The newest first, the URL of an open is empty."""
    browser = {"ip": "1.2.3.4", "explorerName": "Chrome", "oSName": "Windows"}
    link = "http://x.cn/?a=1"
    opened = event(EventKind.OPEN, details=browser)
    clicked = event(EventKind.CLICK, details=browser | {"url": link})
    message_id = await delivered(store, "a@x.cn", events=[opened, clicked], label_id="7")
    old = event(EventKind.OPEN, occurred_at_ms=NOW_MS - DAY_MS)
    await delivered(store, "b@x.cn", events=[old])
    found = await info(client, "/apiv2/openandclick/list", days="1", limit="1")
    assert (found["total"], found["count"]) == (2, 1)
    assert list(found["dataList"][0].items()) == [
        ("trackType", 2),
        ("apiUser", "sandbox_user"),
        ("email", "a@x.cn"),
        ("url", link),
        ("currTime", NOW),
    ]
    opens = await rows(client, "openandclick/list", days="2", trackType="1")
    assert [(row["email"], row["url"], row["trackType"]) for row in opens] == [
        ("b@x.cn", "", 1),
        ("a@x.cn", "", 1),
    ]
    assert len(await rows(client, "openandclick/list", days="2", labelId="7")) == 2
    assert len(await rows(client, "openandclick/list", email="b@x.cn", labelId="7")) == 0
    assert await rows(client, "openandclick/list", days="2", labelName="none") == []
    aurora = await info(client, "/api/openandclick/list", days="1", trackType="2")
    assert list(aurora["dataList"][0].items())[5:] == [
        ("ip", "1.2.3.4"),
        ("country", ""),
        ("province", ""),
        ("city", ""),
        ("browser", "Chrome"),
        ("device", "Windows"),
        ("emailId", f"{message_id}0$a@x.cn"),
        ("requestTime", NOW),
    ]


@pytest.mark.parametrize(
    ("form", "number"),
    [
        ({"trackType": "3"}, 49901),
        ({"labelId": ""}, 40014),
        ({"labelId": "x"}, 40015),
    ],
)
async def test_a_wrong_track_type_or_label_is_refused(
    client: httpx.AsyncClient, form: dict[str, str], number: int
) -> None:
    """There are two types; a label is a number."""
    assert await code(client, "/apiv2/openandclick/list", days="1", **form) == number


async def test_lists_take_get(client: httpx.AsyncClient, store: Store) -> None:
    """As well as POST, with all parameters in the query (SENDCLOUD.md 7.1)."""
    await bounced(store, "a@x.cn")
    response = await client.get("/api/bounce/list", params=LOGIN | {"days": "1"})
    assert response.json()["info"]["count"] == 1


async def test_opens_are_found_by_the_name_of_their_label(
    client: httpx.AsyncClient, store: Store
) -> None:
    """A part of it is enough."""
    label = await store.labels.add_label("sandbox_user", "账单")
    assert label is not None
    opened = event(EventKind.OPEN)
    await delivered(store, "a@x.cn", events=[opened], label_id=str(label.label_id))
    await delivered(store, "b@x.cn", events=[opened])
    (row,) = await rows(client, "openandclick/list", days="1", labelName="账")
    assert row["email"] == "a@x.cn"
    assert await rows(client, "openandclick/list", days="1", labelName="none") == []
