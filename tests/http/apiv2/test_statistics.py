"""statday, stathour and invalidstat: how much became of mail (SENDCLOUD.md 7.11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sendcloud_inbound.rules.history import EventKind
from sendcloud_inbound.rules.model import EmailStatus
from tests.http.apiv2.reading import DAY_MS, NOW_MS, TODAY, code, delivered, event, info, sent

if TYPE_CHECKING:
    import httpx

    from sendcloud_inbound.store import Store

PATHS = ("statday/list", "stathour/list", "invalidstat/list")
BY_DOMAIN = ("statday/list", "invalidstat/list")


async def twelve(store: Store, **fields: Any) -> None:
    """Send twelve emails: seven are delivered, five are not; one is opened twice."""
    mails: list[tuple[str, EmailStatus, int | None]] = [
        *((f"{n}@x.cn", EmailStatus.DELIVERED, None) for n in range(7)),
        *((f"{n}@y.cn", EmailStatus.INVALID, 401 + n) for n in range(5)),
    ]
    opens = [event(EventKind.OPEN), event(EventKind.OPEN)]
    await sent(store, *mails, events=opens, **fields)


async def test_a_day_is_counted(client: httpx.AsyncClient, store: Store) -> None:
    """A row for each day, API_USER, label and domain."""
    await twelve(store, label_id="7")
    await delivered(store, "a@x.cn", received_at_ms=NOW_MS - DAY_MS)
    found = (await info(client, "/apiv2/statday/list", days="2"))["dataList"]
    assert [(row["sendDate"], row["domain"], row["labelId"]) for row in found] == [
        ("2060-05-29", "x.cn", 0),
        (TODAY, "x.cn", 7),
        (TODAY, "y.cn", 7),
    ]
    assert list(found[1].items()) == [
        ("sendDate", TODAY),
        ("apiUser", "sandbox_user"),
        ("domain", "x.cn"),
        ("labelId", 7),
        ("labelName", None),
        ("requestNum", 7),
        ("deliveredNum", 7),
        ("clickNum", 0),
        ("openNum", 2),
        ("bounceNum", 0),
        ("spamReportedNum", 0),
        ("unsubscribeNum", 0),
        ("uniqueOpensNum", 1),
        ("uniqueClicksNum", 0),
        ("invalidEmailsNum", 0),
        ("deliveredPercent", 100.0),
        ("clickPercent", 0.0),
        ("openPercent", 28.57),
        ("bouncePercent", 0.0),
        ("spamReportedPercent", 0.0),
        ("unsubscribePercent", 0.0),
        ("uniqueOpensPercent", 14.28),
        ("uniqueClicksPercent", 0.0),
        ("invalidEmailsPercent", 0.0),
    ]


async def test_all_days_are_one_object(client: httpx.AsyncClient, store: Store) -> None:
    """With counts that are texts, as the printed sample has them."""
    await twelve(store)
    found = (await info(client, "/apiv2/statday/list", days="1", aggregate="1"))["dataList"]
    assert (found["requestNum"], found["deliveredNum"], found["invalidEmailNum"]) == (
        "12",
        "7",
        "5",
    )
    assert (found["deliveredPercent"], found["invalidEmailsPercent"]) == (58.33, 41.66)


async def test_hours_without_mail_are_absent(client: httpx.AsyncClient, store: Store) -> None:
    """Hours are those of UTC+8, from 0 to 23."""
    await twelve(store)
    found = (await info(client, "/apiv2/stathour/list", days="1"))["dataList"]
    assert [list(row.items())[:5] for row in found] == [
        [
            ("sendDate", TODAY),
            ("apiUser", "sandbox_user"),
            ("labelId", 0),
            ("sendHour", 19),
            ("requestNum", 12),
        ]
    ]


async def test_invalid_mail_is_counted_by_reason(client: httpx.AsyncClient, store: Store) -> None:
    """Where there is some; all of it is one object."""
    await twelve(store)
    (row,) = (await info(client, "/apiv2/invalidstat/list", days="1"))["dataList"]
    assert list(row.items()) == [
        ("sendDate", TODAY),
        ("apiUser", "sandbox_user"),
        ("labelId", 0),
        ("labelName", None),
        ("domain", "y.cn"),
        ("sendcloudBlacklist", 1),
        ("ubsubscribe", 1),
        ("espUnvaliable", 1),
        ("recipientAddressError", 1),
        ("ipOrDomainRejected", 1),
        ("recipientNotFound", 0),
        ("spamEmails", 0),
        ("senderOrRecipientRejected", 0),
        ("others", 0),
    ]
    whole = (await info(client, "/api/invalidstat/list", days="1", aggregate="1"))["dataList"]
    assert whole == dict(list(row.items())[5:])


@pytest.mark.parametrize("path", PATHS)
async def test_only_what_is_asked_for_is_counted(
    client: httpx.AsyncClient, store: Store, path: str
) -> None:
    """Of the labels and the domains named, and of the caller."""
    await twelve(store, label_id="7")
    await twelve(store, api_user="other_user")
    assert (await info(client, f"/api/{path}", days="1", labelIdList="0;8"))["dataList"] == []
    assert (await info(client, f"/api/{path}", days="1", labelIdList="7"))["dataList"] != []
    named = await info(client, f"/api/{path}", days="1", apiUserList="sandbox_user")
    assert {row["apiUser"] for row in named["dataList"]} == {"sandbox_user"}


@pytest.mark.parametrize("path", BY_DOMAIN)
async def test_domains_are_chosen(client: httpx.AsyncClient, store: Store, path: str) -> None:
    """Without case."""
    await twelve(store)
    found = (await info(client, f"/api/{path}", days="1", domainList="Y.cn;z.cn"))["dataList"]
    assert {row["domain"] for row in found} == {"y.cn"}
    assert await code(client, f"/apiv2/{path}", days="1", domainList="") == 40013
    assert await code(client, f"/apiv2/{path}", days="1", aggregate="2") == 40017


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("form", "number"),
    [
        ({}, 40006),
        ({"days": "93"}, 40006),
        ({"startDate": "x"}, 40007),
        ({"startDate": TODAY}, 40008),
        ({"days": "1", "labelIdList": ""}, 40009),
        ({"days": "1", "apiUserList": ""}, 40010),
        ({"days": "1", "labelIdList": "x"}, 40015),
        ({"days": "1", "apiUserList": "nobody_known"}, 40016),
    ],
)
async def test_each_refusal_has_its_code(
    client: httpx.AsyncClient, path: str, form: dict[str, str], number: int
) -> None:
    """As SENDCLOUD.md 8 has them."""
    assert await code(client, f"/apiv2/{path}", **form) == number


async def test_counts_tell_the_names_of_labels(client: httpx.AsyncClient, store: Store) -> None:
    """As they are now; null where there is none."""
    label = await store.labels.add_label("sandbox_user", "账单")
    assert label is not None
    await twelve(store, label_id=str(label.label_id))
    for path in ("statday/list", "invalidstat/list"):
        found = (await info(client, f"/api/{path}", days="1"))["dataList"]
        assert {row["labelName"] for row in found} == {"账单"}
