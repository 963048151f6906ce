"""apiuser/* and userinfo/get (SENDCLOUD.md 7.11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sendcloud_inbound.accounts import Accounts
from sendcloud_inbound.rules.model import AccountType
from sendcloud_inbound.rules.orders import ApiUser
from tests import builders
from tests.http.apiv2.asking import MAIL, ask
from tests.http.apiv2.reading import code, info
from tests.http.serving import application, serving

if TYPE_CHECKING:
    import httpx

    from sendcloud_inbound.store import Store

NEW = {"name": "new_user", "emailType": "0", "domainName": "sandbox.sendcloud.org"}


async def test_the_users_api_users_are_listed(store: Store) -> None:
    """Those of the settings and those that were made; not those of others, nor one that goes."""
    second = builders.account(
        api_user="second_user", type=AccountType.BATCH, sending_domain="ifaxin.com"
    )
    foreign = builders.account(api_user="foreign_user", user_id=16)
    accounts = Accounts([builders.account(), foreign], made=store.orders.api_users)
    await store.orders.add_api_user(ApiUser(second, 0))
    await store.orders.add_api_user(ApiUser(builders.account(api_user="going_user"), 0))
    await store.orders.retire_api_user("going_user")
    async with serving(application(store, accounts=accounts)) as client:
        found = await info(client, "/apiv2/apiuser/list")
        assert found == {
            "count": 2,
            "dataList": [
                {
                    "name": "sandbox_user",
                    "cType": "测试",
                    "emailType": "触发",
                    "domainName": "sandbox.sendcloud.org",
                    "neteaseSender": "",
                    "click": 0,
                    "open": 1,
                    "unsubscribe": 1,
                },
                {
                    "name": "second_user",
                    "cType": "非测试",
                    "emailType": "批量",
                    "domainName": "ifaxin.com",
                    "neteaseSender": "",
                    "click": 0,
                    "open": 1,
                    "unsubscribe": 1,
                },
            ],
        }
        for form, name in (
            ({"emailType": "0"}, "sandbox_user"),
            ({"emailType": "1"}, "second_user"),
            ({"cType": "0"}, "sandbox_user"),
            ({"cType": "1"}, "second_user"),
            ({"domainName": "IFAXIN.com"}, "second_user"),
        ):
            rows = (await info(client, "/api/apiuser/list", **form))["dataList"]
            assert [row["name"] for row in rows] == [name]
    assert list(found["dataList"][0]) == [
        *("name", "cType", "emailType", "domainName"),
        *("neteaseSender", "click", "open", "unsubscribe"),
    ]


async def test_an_api_user_is_made_and_logs_in(client: httpx.AsyncClient, store: Store) -> None:
    """With a key of its own; what is not said is as the caller's."""
    form = NEW | {"emailType": "1", "open": "0", "click": "1"}
    found = await info(client, "/apiv2/apiuser/add", **form)
    data = found["data"]
    assert found["total"] == 2
    assert list(data.items()) == [
        ("name", "new_user"),
        ("nameKey", data["nameKey"]),
        ("cType", "测试"),
        ("emailType", "批量"),
        ("domain", "sandbox.sendcloud.org"),
        ("neteaseSender", ""),
        ("click", 1),
        ("open", 0),
        ("unsubscribe", 1),
    ]
    login = {"apiUser": "new_user", "apiKey": data["nameKey"]}
    answer = (await client.post("/api/mail/send", data=MAIL | login)).json()
    assert answer["result"], answer
    made = store.orders.api_users()["new_user"].account
    assert (made.user_id, made.app_key, made.type) == (15, "test_appkey", AccountType.BATCH)
    assert (made.open_tracking, made.click_tracking, made.subscription_tracking) == (
        False,
        True,
        True,
    )


@pytest.mark.parametrize(
    ("form", "number"),
    [
        ({"emailType": ""}, 41101),
        ({"emailType": "2"}, 41102),
        ({"cType": ""}, 41103),
        ({"cType": "2"}, 41104),
        ({"domainName": ""}, 41105),
        ({"domainName": "-"}, 41106),
        ({"domainName": "a" * 251}, 41107),
    ],
)
async def test_a_wrong_filter_has_its_code(
    client: httpx.AsyncClient, form: dict[str, str], number: int
) -> None:
    """As SENDCLOUD.md 8 has them."""
    assert await code(client, "/apiv2/apiuser/list", **form) == number


@pytest.mark.parametrize(
    ("form", "number"),
    [
        ({"emailType": ""}, 41101),
        ({"emailType": "trigger"}, 41102),
        ({"domainName": ""}, 41105),
        ({"domainName": "sendcloud"}, 41106),
        ({"domainName": "a." * 126}, 41107),
        ({"domainName": "ifaxin.com"}, 41108),
        ({"name": ""}, 41110),
        ({"name": "short"}, 41111),
        ({"name": "postmaster@ifaxin.com"}, 41111),
        ({"open": ""}, 41113),
        ({"open": "2"}, 41114),
        ({"click": ""}, 41115),
        ({"click": "on"}, 41116),
        ({"unsubscribe": ""}, 41117),
        ({"unsubscribe": "-1"}, 41118),
        ({"name": "sandbox_user"}, 41119),
    ],
)
async def test_what_cannot_be_made_has_its_code(
    client: httpx.AsyncClient, store: Store, form: dict[str, str], number: int
) -> None:
    """And there is none afterwards."""
    assert await code(client, "/apiv2/apiuser/add", **NEW | form) == number
    assert store.orders.api_users() == {}


async def test_a_user_has_ten_api_users(client: httpx.AsyncClient, store: Store) -> None:
    """Those of the settings counted, those of others not."""
    for number in range(8):
        await info(client, "/api/apiuser/add", **NEW | {"name": f"user_{number}"})
    foreign = builders.account(api_user="foreign_user", user_id=16)
    await store.orders.add_api_user(ApiUser(foreign, 0))
    assert (await info(client, "/api/apiuser/add", **NEW))["total"] == 10
    assert await code(client, "/api/apiuser/add", **NEW | {"name": "one_too_many"}) == 41112


async def test_a_store_that_is_away_makes_none(client: httpx.AsyncClient, store: Store) -> None:
    """It has the code for that."""
    await store.close()
    assert await code(client, "/api/apiuser/add", **NEW) == 41119


async def test_the_user_is_told_of(client: httpx.AsyncClient) -> None:
    """With what was sent today; without a limit the quota is never used up."""
    await ask(client, "/api/mail/send", MAIL)
    found = await info(client, "/apiv2/userinfo/get")
    expected: dict[str, Any] = {
        "availableBalance": 0,
        "balance": 0,
        "email": "",
        "phone": "",
        "quota": 2_147_483_647,
        "todayUsedQuota": 1,
        "regTime": "1970-01-01 08:00:00",
        "reputation": 100,
        "userName": "sandbox_user",
        "accountType": "付费用户",
        "websiteAuthStatus": "已认证",
        "businessAuthStatus": "已认证",
    }
    assert list(found.items()) == list(expected.items())


async def test_the_quota_is_the_accounts(store: Store) -> None:
    """Where it has one."""
    accounts = Accounts([builders.account(daily_quota=50)])
    async with serving(application(store, accounts=accounts)) as client:
        assert (await info(client, "/api/userinfo/get"))["quota"] == 50
