"""webhook/*: where events are told, as a program sets it (SENDCLOUD.md 7.10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sendcloud_inbound.accounts import Accounts
from sendcloud_inbound.rules.history import EventKind
from sendcloud_inbound.rules.orders import Webhook
from tests import builders
from tests.http.apiv2.asking import ask
from tests.http.apiv2.reading import code, info
from tests.http.serving import application, serving

if TYPE_CHECKING:
    import httpx

    from sendcloud_inbound.store import Store

URL = "http://127.0.0.1:8000/hook"
MINE = {"url": URL, "categoryName": "sandbox_user"}
NAMES = {
    "1": "deliver",
    "3": "report_spam",
    "4": "invalid",
    "5": "soft_bounce",
    "10": "click",
    "11": "open",
    "12": "unsubscribe",
    "18": "request",
}
OPENS = frozenset({EventKind.OPEN})


async def added(client: httpx.AsyncClient, **form: Any) -> None:
    """Add a webhook."""
    answer = await ask(client, "/apiv2/webhook/add", MINE | form)
    assert answer["result"], answer


async def listed(client: httpx.AsyncClient, **form: Any) -> list[dict[str, Any]]:
    """List webhooks."""
    found: list[dict[str, Any]] = (await info(client, "/apiv2/webhook/list", **form))["dataList"]
    return found


def new(**form: str) -> dict[str, str]:
    """Return the parameters of a change of the one that is there; without any, nothing changes."""
    same = {"newUrl": URL, "newCategoryName": "sandbox_user", "newEvent": "11,10"}
    return MINE | {"event": "10,11"} | same | form


async def test_a_webhook_is_added_and_listed(client: httpx.AsyncClient, store: Store) -> None:
    """With all events unless they are named; it is one as any other."""
    answer = await ask(client, "/apiv2/webhook/add", MINE)
    assert answer == {"result": True, "statusCode": 200, "message": "请求成功", "info": {}}
    await added(client, categoryName="all", event="11, 10")
    found = await info(client, "/apiv2/webhook/list")
    assert found == {
        "count": 2,
        "dataList": [
            {"webhookUrl": URL, "eventTypeMap": NAMES, "categoryName": "sandbox_user"},
            {
                "webhookUrl": URL,
                "eventTypeMap": {"10": "click", "11": "open"},
                "categoryName": "all",
            },
        ],
    }
    assert list(found["dataList"][0]) == ["webhookUrl", "eventTypeMap", "categoryName"]
    mine, everybodys = store.orders.all_webhooks()
    assert (mine.api_user, mine.events) == ("sandbox_user", None)
    assert (everybodys.api_user, everybodys.events) == (None, OPENS | {EventKind.CLICK})


async def test_webhooks_are_found_by_each_parameter(client: httpx.AsyncClient) -> None:
    """By URL, by category and by any of some events."""
    await added(client, event="1,4")
    await added(client, url=f"{URL}/2", categoryName="all", event="11")
    for form, url in (
        ({"url": URL}, URL),
        ({"categoryName": "all"}, f"{URL}/2"),
        ({"categoryName": "sandbox_user"}, URL),
        ({"event": "4,5"}, URL),
        ({"event": "11"}, f"{URL}/2"),
    ):
        assert [row["webhookUrl"] for row in await listed(client, **form)] == [url]
    assert await listed(client, url=URL, event="11") == []


async def test_only_the_users_webhooks_are_seen(store: Store) -> None:
    """And named: an API_USER of another user is unknown."""
    accounts = Accounts(
        [
            builders.account(),
            builders.account(api_user="second_user"),
            builders.account(api_user="foreign_user", user_id=16),
        ]
    )
    for name in ("second_user", "foreign_user"):
        await store.orders.add_webhook(Webhook(0, name, URL))
    async with serving(application(store, accounts=accounts)) as client:
        assert [row["categoryName"] for row in await listed(client)] == ["second_user"]
        foreign = {"url": URL, "categoryName": "foreign_user"}
        for call in ("list", "add", "delete"):
            assert await code(client, f"/api/webhook/{call}", **foreign) == 40702
        form = {"url": URL, "categoryName": "second_user"}
        assert await info(client, "/api/webhook/delete", **form) == {"count": 1}


async def test_a_webhook_that_has_only_route_has_no_number(
    client: httpx.AsyncClient, store: Store
) -> None:
    """Mail from outside is told by events without a number: this call does not see them."""
    only = frozenset({EventKind.ROUTE})
    await store.orders.add_webhook(Webhook(0, "sandbox_user", URL, only))
    assert await listed(client) == []


@pytest.mark.parametrize(
    ("form", "changed"),
    [
        ({"newUrl": f"{URL}/2"}, {"url": f"{URL}/2"}),
        ({"newCategoryName": "all"}, {"api_user": None}),
        ({"newEvent": "11"}, {"events": OPENS}),
        ({}, {}),
    ],
)
async def test_one_thing_of_a_webhook_is_changed(
    client: httpx.AsyncClient, store: Store, form: dict[str, str], changed: dict[str, Any]
) -> None:
    """The rest stays; the count says that there was one."""
    await added(client, event="10,11")
    (before,) = store.orders.all_webhooks()
    assert await info(client, "/apiv2/webhook/update", **new(**form)) == {"count": 1}
    (after,) = store.orders.all_webhooks()
    values = {name: getattr(before, name) for name in ("url", "api_user", "events")}
    assert {name: getattr(after, name) for name in values} == values | changed
    assert after.key == before.key


async def test_all_events_are_named_by_all_numbers(client: httpx.AsyncClient, store: Store) -> None:
    """A webhook of all events stays one of all, mail from outside included."""
    await added(client)
    numbers = ",".join(NAMES)
    form = MINE | {"event": numbers, "newEvent": numbers, "newCategoryName": "all", "newUrl": URL}
    assert await info(client, "/apiv2/webhook/update", **form) == {"count": 1}
    (after,) = store.orders.all_webhooks()
    assert (after.api_user, after.events) == (None, None)


async def test_a_webhook_is_deleted(client: httpx.AsyncClient, store: Store) -> None:
    """Its events need not be named; where they are, they must be right."""
    await added(client, event="11")
    assert await code(client, "/apiv2/webhook/delete", **MINE, event="10") == 40709
    assert await info(client, "/apiv2/webhook/delete", **MINE) == {"count": 1}
    assert store.orders.all_webhooks() == ()


@pytest.mark.parametrize(
    ("call", "form", "number"),
    [
        ("add", {"url": URL}, 40701),
        ("add", MINE | {"categoryName": "nobody_known"}, 40702),
        ("list", {"categoryName": "nobody_known"}, 40702),
        ("add", MINE | {"event": ""}, 40703),
        ("add", MINE | {"event": "2"}, 40704),
        ("add", MINE | {"event": "11;10"}, 40704),
        ("list", {"event": "open"}, 40704),
        ("add", {"categoryName": "all"}, 40705),
        ("add", MINE | {"url": "ftp://x"}, 40706),
        ("list", {"url": "x"}, 40706),
        ("add", MINE, 40708),
        ("delete", MINE | {"categoryName": "all"}, 40709),
        ("delete", MINE | {"url": f"{URL}/2"}, 40709),
        ("delete", {"categoryName": "all"}, 40705),
        ("update", new(categoryName=""), 40701),
        ("update", new(newCategoryName=""), 40701),
        ("update", new(newCategoryName="nobody_known"), 40702),
        ("update", new(newEvent=""), 40703),
        ("update", new(newEvent="99999"), 40704),
        ("update", new(newUrl=""), 40705),
        ("update", new(newUrl="x"), 40706),
        ("update", new(newUrl=f"{URL}/other"), 40708),
        ("update", new(url=f"{URL}/2"), 40709),
        ("update", new(newCategoryName="all", newEvent="11"), 40712),
    ],
)
async def test_each_refusal_has_its_code(
    client: httpx.AsyncClient, call: str, form: dict[str, str], number: int
) -> None:
    """And changes nothing."""
    await added(client, event="10,11")
    await added(client, url=f"{URL}/other")
    before = await listed(client)
    assert await code(client, f"/apiv2/webhook/{call}", **form) == number
    assert await listed(client) == before


async def test_a_url_is_tested_before_it_is_saved(store: Store) -> None:
    """When it is added and when it is changed; what stays is not asked again."""
    asked: list[str] = []

    async def check(url: str) -> str | None:
        asked.append(url)
        return "GET: 404" if url.endswith("broken") else None

    async with serving(application(store, check_url=check)) as client:
        assert await code(client, "/api/webhook/add", **MINE | {"url": f"{URL}/broken"}) == 40707
        await added(client, event="10,11")
        broken = new(newUrl=f"{URL}/broken")
        assert await code(client, "/api/webhook/update", **broken) == 40707
        await info(client, "/api/webhook/update", **new(newEvent="11"))
    assert asked == [f"{URL}/broken", URL, f"{URL}/broken"]


async def test_what_cannot_be_written_has_its_code(client: httpx.AsyncClient, store: Store) -> None:
    """A store that is away."""
    await added(client, event="10,11")
    await store.close()
    other = MINE | {"url": f"{URL}/2"}
    assert await code(client, "/api/webhook/add", **other) == 40710
    assert await code(client, "/api/webhook/delete", **MINE) == 40711
    assert await code(client, "/api/webhook/update", **new(newEvent="11")) == 40712
