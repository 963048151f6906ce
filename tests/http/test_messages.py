"""GET /sandbox/v1/messages: rows, filters, pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sendcloud_inbound.rules.model import Level, MessageStatus
from tests import builders
from tests.http.serving import get, take

if TYPE_CHECKING:
    import httpx

    from sendcloud_inbound.store import Store

SUBJECT = "您的订单 №5 已发货"
AT_MS = 1_795_316_041_123
AT = "2026-11-22T02:54:01.123Z"


async def test_row_has_every_field_of_the_contract(client: httpx.AsyncClient, store: Store) -> None:
    """A message's row shows envelope, times, state and counts of findings, and nothing else."""
    findings = tuple(
        builders.finding(level=level) for level in (Level.IGNORED, Level.ADVICE, Level.ADVICE)
    )
    record = await take(
        store,
        builders.expansion(subject=SUBJECT, findings=findings),
        received_at_ms=AT_MS,
        label_id="77",
        mail_from="",
        rcpt_to=("a@ifaxin.com", "b@ifaxin.com"),
    )
    page = await get(client, "messages")
    assert page == {
        "items": [
            {
                "message_id": record.message_id,
                "api_user": "sandbox_user",
                "label_id": "77",
                "received_at": AT,
                "size": len(builders.CONTENT),
                "mail_from": "",
                "rcpt_to": ["a@ifaxin.com", "b@ifaxin.com"],
                "subject": SUBJECT,
                "status": "expanded",
                "reason": None,
                "source": "smtp",
                "findings": {"refused": 0, "invalid": 0, "ignored": 1, "advice": 2},
            }
        ],
        "next_cursor": None,
    }


async def test_refused_message_is_listed_with_its_reason(
    client: httpx.AsyncClient, store: Store
) -> None:
    """What was refused at the end of DATA can be looked at too."""
    await take(store, status=MessageStatus.REFUSED, reason="552 xsmtpapi error")
    (row,) = (await get(client, "messages"))["items"]
    assert (row["status"], row["reason"]) == ("refused", "552 xsmtpapi error")


async def test_newest_comes_first(client: httpx.AsyncClient, store: Store) -> None:
    """Messages are listed in the reverse of the order they came in."""
    ids = [(await take(store)).message_id for _ in range(3)]
    assert _ids(await get(client, "messages")) == ids[::-1]


MATCHES = {
    "api_user": ("other_user", "other"),
    "recipient": ("Ben@IFAXIN.com", "other"),
    "subject": ("订单 №5", "other"),
    "header": ("x-mailer:  billing 2", "other"),
    "q": ("BILLING 订单", "other"),
    "label_id": ("901", "other"),
    "status": ("expanded", "other"),
    "since": ("2026-11-22T02:54:01.123Z", "other"),
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, (value, _) in MATCHES.items()])
async def test_filter_finds_only_what_matches(
    client: httpx.AsyncClient, store: Store, name: str, value: str
) -> None:
    """Each filter finds the one message that it describes."""
    special = await take(
        store,
        builders.expansion(subject=SUBJECT),
        received_at_ms=AT_MS,
        api_user="other_user",
        rcpt_to=("ben@ifaxin.com",),
        label_id="901",
        content=b"X-Mailer: billing 2\r\n" + builders.CONTENT,
    )
    await take(store)
    assert _ids(await get(client, "messages", **{name: value})) == [special.message_id]


async def test_message_id_finds_one(client: httpx.AsyncClient, store: Store) -> None:
    """The filter `message_id` finds that message."""
    first = await take(store)
    await take(store)
    page = await get(client, "messages", message_id=first.message_id)
    assert _ids(page) == [first.message_id]


@pytest.mark.parametrize("since", [str(AT_MS), "2026-11-22T10:54:01.123+08:00", "2026-11-22"])
async def test_since_reads_milliseconds_offsets_and_dates(
    client: httpx.AsyncClient, store: Store, since: str
) -> None:
    """`since` may be milliseconds or ISO 8601 in any zone, and a date begins at midnight UTC."""
    record = await take(store, received_at_ms=AT_MS)
    await take(store, received_at_ms=AT_MS - 86_400_000)
    assert _ids(await get(client, "messages", since=since)) == [record.message_id]


async def test_all_filters_must_hold(client: httpx.AsyncClient, store: Store) -> None:
    """Two filters find what both describe."""
    both = await take(store, label_id="1", rcpt_to=("ben@ifaxin.com",))
    await take(store, label_id="1")
    await take(store, rcpt_to=("ben@ifaxin.com",))
    page = await get(client, "messages", label_id=1, recipient="ben@ifaxin.com")
    assert _ids(page) == [both.message_id]


async def test_empty_filters_mean_any(client: httpx.AsyncClient, store: Store) -> None:
    """A filter without a value, as an unset variable in a script leaves it, is no filter."""
    record = await take(store, label_id="1")
    empty = dict.fromkeys((*MATCHES, "message_id", "limit", "cursor"), "")
    assert _ids(await get(client, "messages", **empty)) == [record.message_id]


async def test_signs_in_a_filter_have_no_special_meaning(
    client: httpx.AsyncClient, store: Store
) -> None:
    """Wildcards and quotes of databases are only characters."""
    await take(store, builders.expansion())
    for value in ("%", "_", "*", "' OR 1=1 --", "\0"):
        assert _ids(await get(client, "messages", subject=value)) == []
        assert _ids(await get(client, "messages", recipient=value)) == []


async def test_page_holds_50_unless_told_otherwise(client: httpx.AsyncClient, store: Store) -> None:
    """Without `limit` a page has 50 items, and the cursor leads to the rest."""
    for _ in range(51):
        await take(store)
    page = await get(client, "messages")
    assert len(page["items"]) == 50
    assert len((await get(client, "messages", limit=500))["items"]) == 51
    rest = await get(client, "messages", cursor=page["next_cursor"])
    assert (len(rest["items"]), rest["next_cursor"]) == (1, None)


async def test_paging_is_steady_while_messages_arrive(
    client: httpx.AsyncClient, store: Store
) -> None:
    """Every message that was there at the first page is seen once, whatever comes meanwhile."""
    ids = [(await take(store)).message_id for _ in range(7)]
    seen: list[str] = []
    page = await get(client, "messages", limit=2)
    while page["next_cursor"]:
        seen += _ids(page)
        await take(store)
        page = await get(client, "messages", limit=2, cursor=page["next_cursor"])
    assert seen + _ids(page) == ids[::-1]


async def test_text_that_utf8_cannot_write_is_shown_replaced(
    client: httpx.AsyncClient, store: Store
) -> None:
    """Half a surrogate pair in an address or a finding does not break the answer."""
    await take(store, rcpt_to=("\ud800@ifaxin.com",), findings=(builders.finding(where="\udfff"),))
    (row,) = (await get(client, "messages"))["items"]
    assert row["rcpt_to"] == ["\ufffd@ifaxin.com"]
    items = (await get(client, f"messages/{row['message_id']}/lint"))["items"]
    assert items[0]["where"] == "\ufffd"


def _ids(page: dict[str, list[dict[str, str]]]) -> list[str]:
    return [item["message_id"] for item in page["items"]]
