"""The addresses that mail came back from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendcloud_inbound.rules.history import Event, EventKind
from sendcloud_inbound.rules.model import Email, EmailStatus
from tests import builders
from tests.http.serving import API, get, take

if TYPE_CHECKING:
    import httpx

    from sendcloud_inbound.store import Store


async def bounced(store: Store, address: str) -> str:
    """Store a message that came back from an address."""
    details = {"message": "550 Mailbox not found", "subStat": 406}
    event = Event(EventKind.INVALID, "sandbox_user", builders.NOW_MS, details=details)
    email = Email(0, address, EmailStatus.INVALID, 406)
    expansion = builders.expansion(emails=(email,), events=(event,))
    return (await take(store, expansion)).message_id


async def test_bounces_are_listed_and_forgotten(client: httpx.AsyncClient, store: Store) -> None:
    """The newest first, with the reason; part by part; another API_USER has none of them."""
    message_id = await bounced(store, "Ben@ifaxin.com")
    await bounced(store, "joe@ifaxin.com")
    page = await get(client, "bounces", limit=1)
    assert [each["address"] for each in page["items"]] == ["joe@ifaxin.com"]
    rest = await get(client, "bounces", api_user="sandbox_user", cursor=page["next_cursor"])
    assert rest == {
        "items": [
            {
                "api_user": "sandbox_user",
                "address": "Ben@ifaxin.com",
                "event": "invalid",
                "sub_status": 406,
                "reason": "550 Mailbox not found",
                "bounced_at": "2015-03-17T05:45:13.000Z",
                "message_id": message_id,
                "email_id": f"{message_id}0$Ben@ifaxin.com",
            }
        ],
        "next_cursor": None,
    }
    assert (await get(client, "bounces", api_user="another"))["items"] == []
    which = {"api_user": "sandbox_user", "address": "ben@IFAXIN.com"}
    for forgotten in (1, 0):
        answer = await client.delete(f"{API}/bounces", params=which)
        assert answer.json() == {"forgotten": forgotten}
    assert [each["address"] for each in (await get(client, "bounces"))["items"]] == [
        "joe@ifaxin.com"
    ]
