"""GET /sandbox/v1/emails: one row per recipient."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sendcloud_inbound.rules.model import Email, EmailStatus
from tests import builders
from tests.http.serving import get, take

if TYPE_CHECKING:
    import httpx

    from sendcloud_inbound.store import Store

AT_MS = 1_795_316_041_123


async def test_row_has_every_field_of_the_contract(client: httpx.AsyncClient, store: Store) -> None:
    """An email's row has its emailId, its place in the message, its outcome and whose it is."""
    email = Email(0, "Bën$@ifaxin.com", EmailStatus.INVALID, 404, "no address")
    record = await take(
        store,
        builders.expansion(subject="您好", emails=(email,)),
        received_at_ms=AT_MS,
        label_id="7",
    )
    assert await get(client, "emails") == {
        "items": [
            {
                "email_id": f"{record.message_id}0$Bën$@ifaxin.com",
                "message_id": record.message_id,
                "position": 0,
                "recipient": "Bën$@ifaxin.com",
                "status": "invalid",
                "sub_status": 404,
                "reason": "no address",
                "subject": "您好",
                "api_user": "sandbox_user",
                "label_id": "7",
                "received_at": "2026-11-22T02:54:01.123Z",
            }
        ],
        "next_cursor": None,
    }


async def test_newest_message_first_then_by_position(
    client: httpx.AsyncClient, store: Store
) -> None:
    """The emails of a message stand together, in the order of its recipients."""
    older = await take(store, builders.expansion("a@x.com", "b@x.com"))
    newer = await take(store, builders.expansion("c@x.com", "d@x.com"))
    items = (await get(client, "emails"))["items"]
    assert [(item["message_id"], item["position"]) for item in items] == [
        (newer.message_id, 0),
        (newer.message_id, 1),
        (older.message_id, 0),
        (older.message_id, 1),
    ]


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("api_user", "other_user", ["ben@ifaxin.com", "joe@ifaxin.com"]),
        ("recipient", "BEN@ifaxin.com", ["ben@ifaxin.com"]),
        ("status", "soft_bounce", ["joe@ifaxin.com"]),
        ("subject", "订单", ["ben@ifaxin.com", "joe@ifaxin.com"]),
        ("header", "X-Mailer:=?utf-8?q?=E6=82=A8?=", ["ben@ifaxin.com", "joe@ifaxin.com"]),
        ("header", "X-Mailer:您", ["ben@ifaxin.com", "joe@ifaxin.com"]),
        ("label_id", "901", ["ben@ifaxin.com", "joe@ifaxin.com"]),
        ("since", str(AT_MS), ["ben@ifaxin.com", "joe@ifaxin.com"]),
        ("since", str(AT_MS + 1), []),
    ],
)
async def test_filter_finds_only_what_matches(
    client: httpx.AsyncClient, store: Store, name: str, value: str, found: list[str]
) -> None:
    """Each filter finds the emails that it describes, by their message or by themselves."""
    emails = (
        Email(0, "ben@ifaxin.com", EmailStatus.DELIVERED),
        Email(1, "joe@ifaxin.com", EmailStatus.SOFT_BOUNCE, 302),
    )
    record = await take(
        store,
        builders.expansion(subject="您的订单", emails=emails),
        api_user="other_user",
        received_at_ms=AT_MS,
        label_id="901",
        content=b"X-Mailer: =?utf-8?q?=E6=82=A8?=\r\n\r\n",
    )
    await take(store, builders.expansion("kim@ifaxin.com"))
    items = (await get(client, "emails", **{name: value}))["items"]
    assert [item["recipient"] for item in items] == found
    assert {item["message_id"] for item in items} <= {record.message_id}


async def test_paging_crosses_messages_while_more_arrive(
    client: httpx.AsyncClient, store: Store
) -> None:
    """Pages may end within a message, and new mail does not shift them."""
    for number in range(3):
        await take(store, builders.expansion(*(f"{number}{each}@x.com" for each in "abc")))
    seen: list[str] = []
    page = await get(client, "emails", limit=2)
    while page["next_cursor"]:
        seen += [item["recipient"] for item in page["items"]]
        await take(store, builders.expansion("late@x.com"))
        page = await get(client, "emails", limit=2, cursor=page["next_cursor"])
    seen += [item["recipient"] for item in page["items"]]
    assert seen == [f"{number}{each}@x.com" for number in (2, 1, 0) for each in "abc"]


async def test_message_id_finds_the_emails_of_one_message(
    client: httpx.AsyncClient, store: Store
) -> None:
    """A queued message has no emails yet; an expanded one has its own."""
    expanded = await take(store, builders.expansion("a@x.com"))
    queued = await take(store)
    for record, found in ((expanded, ["a@x.com"]), (queued, [])):
        items = (await get(client, "emails", message_id=record.message_id))["items"]
        assert [item["recipient"] for item in items] == found
