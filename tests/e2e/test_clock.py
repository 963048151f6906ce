"""The clock of the whole program: what comes later comes now, in the order of its time."""

from __future__ import annotations

import asyncio
import smtplib
from typing import TYPE_CHECKING, Any

import pytest

from sendcloud_inbound.http.times import to_ms
from tests.servers import API_KEY, API_USER, running_server
from tests.webhooks.receiver import receiving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.servers import RunningServer
    from tests.webhooks.receiver import Call

# Where machines share a store, each goes by its own clock (tests/http/test_clock.py).
pytestmark = pytest.mark.one_engine

API = "/sandbox/v1"
NOON = "2030-01-01T12:00:00.000Z"
DAY_S = 86_400


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[RunningServer]:
    """The program."""
    async with running_server(tmp_path) as running:
        yield running


async def clock(server: RunningServer, **order: object) -> dict[str, Any]:
    """Order something of the clock."""
    answer = await server.client.post(f"{API}/clock", json=order)
    assert answer.status_code == 200, answer.text
    face: dict[str, Any] = answer.json()
    return face


async def send(server: RunningServer, recipient: str, login: tuple[str, str]) -> None:
    """Send a mail."""

    def submit() -> None:
        with smtplib.SMTP(*server.smtp, timeout=20) as client:
            client.login(*login)
            client.sendmail("a@b.c", [recipient], "Subject: s\r\n\r\nhello\r\n")

    await asyncio.to_thread(submit)


async def wait(server: RunningServer, **query: str | int) -> dict[str, Any]:
    """Return what came."""
    answer = await server.client.get(f"{API}/wait", params=query | {"timeout_s": 20}, timeout=30)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["items"][0]
    return found


async def told(server: RunningServer, attempts: int) -> None:
    """Return once a delivery was attempted so often, and that is written."""
    query = {"event": "deliver"}
    async with asyncio.timeout(20):
        while True:
            answer = await server.client.get(f"{API}/webhook-deliveries", params=query)
            if [len(item["attempts"]) for item in answer.json()["items"]] == [attempts]:
                return


LOGIN = (API_USER, API_KEY)


async def test_retries_of_webhooks_follow_it(server: RunningServer) -> None:
    """Each attempt comes when its time is reached, and is signed with that time."""
    answers = iter([500, 500, 200])

    def answer(call: Call) -> int:
        return next(answers) if call.form["event"] == "deliver" else 200

    async with receiving(answer) as receiver:
        await clock(server, set=NOON, freeze=True)
        order = {"api_user": "clock_user", "api_key": "k", "webhook_url": receiver.url}
        made = await server.client.post(f"{API}/api-users", json=order)
        assert made.status_code == 201, made.text
        await send(server, "ben@ifaxin.com", ("clock_user", "k"))
        for attempts, wait_s in ((1, 60), (2, 120), (3, 0)):
            await told(server, attempts)
            await clock(server, advance_s=wait_s)
    times = [c.form["timestamp"] for c in receiver.calls if c.form["event"] == "deliver"]
    assert [int(each) - to_ms(NOON) for each in times] == [0, 60_000, 180_000]


async def test_an_api_user_may_be_ahead_or_behind(server: RunningServer) -> None:
    """Its ids and the timestamps of its calls are; those of others are not."""
    async with receiving() as receiver:
        await clock(server, set=NOON, freeze=True)
        for name, offset_s in (("ahead_user", 3600), ("behind_user", -60), ("level_user", 0)):
            order = {"api_user": name, "api_key": "k", "clock_offset_s": offset_s}
            order["webhook_url"] = f"{receiver.url}?at={to_ms(NOON) + 1000 * offset_s}"
            assert (await server.client.post(f"{API}/api-users", json=order)).status_code == 201
            await send(server, "ben@ifaxin.com", (name, "k"))
        for call in await receiver.wait_for(6):
            at = call.path.partition("at=")[2]
            assert call.form["timestamp"] == at
            message_id = call.form.get("messageId") or call.form["emailId"]
            assert message_id.startswith(f"{at}_")


async def test_mail_bears_its_time(server: RunningServer) -> None:
    """While it stands, mail comes and goes on; what is slow waits until it is moved on."""
    assert await clock(server, set=NOON, freeze=True) == {"now": NOON, "is_frozen": True}
    await send(server, "slow-5s@sandbox.test", LOGIN)
    message = await wait(server, kind="message", status="expanded")
    assert message["received_at"] == NOON
    assert message["message_id"].startswith(str(to_ms(NOON)))
    await wait(server, status="requested")
    await clock(server, advance_s=5)
    await wait(server, status="delivered")
    event = await wait(server, kind="event", event="deliver")
    assert event["occurred_at"] == "2030-01-01T12:00:05.000Z"


async def test_expiry_follows_it(server: RunningServer) -> None:
    """An API_USER goes when its time is over; a reporter of spam gets mail after 180 days."""
    order = {"api_user": "clock_user", "api_key": "k", "ttl_s": DAY_S}
    assert (await server.client.post(f"{API}/api-users", json=order)).status_code == 201
    await send(server, "report_spam@sandbox.test", LOGIN)
    await wait(server, kind="event", event="report_spam")
    assert len((await server.client.get(f"{API}/suppressions")).json()["items"]) == 1
    await clock(server, advance_s=DAY_S)
    async with asyncio.timeout(20):
        while len((await server.client.get(f"{API}/api-users")).json()["items"]) > 1:
            pass  # each question takes a while
    await clock(server, advance_s=180 * DAY_S)
    assert (await server.client.get(f"{API}/suppressions")).json()["items"] == []


async def test_it_tells_the_real_time_again(server: RunningServer) -> None:
    """Set to another time it goes on from there; reset, all is as it was."""
    await clock(server, set=NOON)
    await send(server, "ben@ifaxin.com", LOGIN)
    assert (await wait(server, kind="message"))["received_at"].startswith("2030-01-01T12:00:")
    face = (await server.client.delete(f"{API}/clock")).json()
    assert not face["is_frozen"]
    assert face["now"] < "2030"
    assert (await server.client.get(f"{API}/clock")).json()["now"] >= face["now"]
