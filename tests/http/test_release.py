"""POST /sandbox/v1/emails/{email_id}/release: one copy out of the sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from sendcloud_inbound.rules.model import EmailStatus, Outgoing, SendResult
from tests import builders
from tests.http.serving import API, application, problem_of, serving, take

if TYPE_CHECKING:
    import httpx

    from sendcloud_inbound.store import Store


class Upstream:
    """A server that takes mail for example.com."""

    def __init__(self) -> None:
        self.seen: list[Outgoing] = []

    def why_kept(self, recipient: str) -> str | None:
        """Keep all others."""
        return None if recipient.endswith("@example.com") else "not in delivery.allow"

    async def send(self, outgoing: Outgoing) -> SendResult:
        """Take it."""
        self.seen.append(outgoing)
        return SendResult(EmailStatus.DELIVERED, None, "mx said 250 OK", "250 OK")


async def release(
    client: httpx.AsyncClient, store: Store, to: str, order: dict[str, Any] | None = None
) -> httpx.Response:
    """Release an email to an address."""
    record = await take(store, builders.expansion(to), rcpt_to=(to,))
    path = f"{API}/emails/{quote(f'{record.message_id}0${to}', safe='$@')}/release"
    return await client.post(path, json=order)


@pytest.mark.parametrize("to", [None, "other@example.com"])
async def test_one_copy_is_sent(store: Store, to: str | None) -> None:
    """To its own recipient, or to somebody else who may get mail; its state stays what it is."""
    upstream = Upstream()
    async with serving(application(store, upstream=upstream)) as client:
        order = {"to": to} if to else None
        response = await release(client, store, "ben@example.com", order)
    assert response.json() == {
        "status": "delivered",
        "sub_status": None,
        "reason": "mx said 250 OK",
        "reply": "250 OK",
    }
    (sent,) = upstream.seen
    assert sent.recipient == (to or "ben@example.com")
    assert b"X-SENDCLOUD-UUID: " in sent.content
    assert (await store.journal.events(builders.ANY_EVENT, 9)).items == ()


async def test_mail_does_not_leave_to_others(store: Store) -> None:
    """The address is refused, and nothing is sent."""
    upstream = Upstream()
    async with serving(application(store, upstream=upstream)) as client:
        for order in (None, {"to": "ben@example.org"}):
            to = "ben@example.com" if order else "ben@example.org"
            told = problem_of(await release(client, store, to, order))
            assert told["type"] == "/docs#not-allowed"
    assert upstream.seen == []


@pytest.mark.parametrize(
    "to",
    [
        "victim@example.org> x@example.com",
        "victim@example.org>@example.com",
        "@example.org:ceo@example.com",
        '"ceo"@example.com',
        "é\r\nRCPT TO:<victim@example.org>@example.com",
        "@example.com",
    ],
)
async def test_an_address_in_disguise_is_none(store: Store, to: str) -> None:
    """What one reader takes for example.com, another may take for somebody else."""
    upstream = Upstream()
    async with serving(application(store, upstream=upstream)) as client:
        told = problem_of(await release(client, store, "ben@example.com", {"to": to}))
    assert (told["type"], "to: " in told["detail"]) == ("/docs#bad-body", True)
    assert upstream.seen == []


async def test_without_a_server_nothing_can_be_released(
    client: httpx.AsyncClient, store: Store
) -> None:
    """And it is said what to set."""
    told = problem_of(await release(client, store, "ben@example.com"))
    assert (told["type"], told["status"]) == ("/docs#no-upstream", 409)
