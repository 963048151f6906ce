"""From a mail by SMTP to the calls that a receiver gets, on the whole program."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import smtplib
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from tests.servers import API_KEY, API_USER, running_server
from tests.webhooks.receiver import receiving

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers import RunningServer
    from tests.webhooks.receiver import Receiver

APP_KEY = "test_appkey"
TO = ["deliver@sandbox.test", "invalid+404@sandbox.test", "soft_bounce+509@sandbox.test"]
TO += ["report_spam@sandbox.test", "click@sandbox.test", "unsubscribe@sandbox.test"]
MESSAGE = (
    "From: a@b.c\r\nSubject: s\r\nSC-Custom-key1: value1\r\nContent-Type: text/html\r\n\r\n"
    '<a href="https://ifaxin.com/pay">pay</a>\r\n'
)
EXPECTED = {
    *((name, to) for name, to in [("deliver", TO[0]), ("invalid", TO[1]), ("soft_bounce", TO[2])]),
    *(("deliver", to) for to in TO[3:]),
    *(("report_spam", TO[3]), ("open", TO[4]), ("click", TO[4]), ("unsubscribe", TO[5])),
    ("request", ""),
}


def send(server: RunningServer, *to: str) -> None:
    """Send one message, with a label."""
    with smtplib.SMTP(*server.smtp, timeout=20) as client:
        client.login(f"{API_USER}#123", API_KEY)
        client.sendmail("a@b.c", to, MESSAGE)


def is_signed(form: dict[str, str]) -> bool:
    """Verify a call by the documented recipe, and by nothing of ours (SENDCLOUD.md 4.2)."""
    said = (form["timestamp"] + form["token"]).encode()
    expected = hmac.new(APP_KEY.encode(), said, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, form["signature"])


async def got(receiver: Receiver, count: int, beside: int = 0) -> list[dict[str, str]]:
    """Return the forms of so many events, once they came; `beside` are the calls of a URL test."""
    calls = await receiver.wait_for(count + beside)
    return [call.form for call in calls[beside:]]


async def delivered(server: RunningServer, count: int) -> list[dict[str, Any]]:
    """Return the log of calls, once so many were delivered."""
    async with asyncio.timeout(20):
        while True:
            answer = await server.client.get("/sandbox/v1/webhook-deliveries?limit=100")
            items: list[dict[str, Any]] = answer.json()["items"]
            if sum(each["state"] == "delivered" for each in items) >= count:
                return items
            await asyncio.sleep(0.02)


async def test_every_event_is_told_signed_with_its_fields(tmp_path: Path) -> None:
    """Each outcome of each recipient, once, with headers and label; the log has all calls."""
    async with (
        receiving() as receiver,
        running_server(tmp_path, {"webhooks": {"urls": [receiver.url]}}) as server,
    ):
        await asyncio.to_thread(send, server, *TO)
        forms = await got(receiver, len(EXPECTED))
        assert {(form["event"], form.get("recipient", "")) for form in forms} == EXPECTED
        assert len(forms) == len(EXPECTED)
        assert all(map(is_signed, forms))
        assert len({form["token"] for form in forms}) == len(forms)
        assert {form["userHeaders"] for form in forms} == {'{"SC-Custom-key1":"value1"}'}
        assert {form["labelId"] for form in forms} == {"123"}
        (request,) = [form for form in forms if form["event"] == "request"]
        assert json.loads(request["recipientArray"]) == TO
        (click,) = [form for form in forms if form["event"] == "click"]
        assert click["url"] == "https://ifaxin.com/pay"
        (invalid,) = [form for form in forms if form["event"] == "invalid"]
        assert (invalid["subStat"], invalid["subStatDesc"]) == ("404", "address format error")
        deliveries = await delivered(server, len(EXPECTED))
    assert {len(each["attempts"]) for each in deliveries} == {1}


@pytest.mark.parametrize("kind", ["open", "report_spam"])
async def test_what_is_made_to_happen_is_told(tmp_path: Path, kind: str) -> None:
    """By a call, for an ordinary address: at once, and only to the webhook of that event."""
    async with receiving() as receiver, running_server(tmp_path) as server:
        added = await server.client.post(
            "/sandbox/v1/webhooks",
            json={"api_user": API_USER, "url": receiver.url, "events": [kind]},
        )
        assert added.status_code == 201, added.text
        await asyncio.to_thread(send, server, "ben@example.com")
        number = ""
        async with asyncio.timeout(20):
            while not number:
                items = (await server.client.get("/sandbox/v1/emails")).json()["items"]
                number = items[0]["email_id"] if items else ""
        path = f"/sandbox/v1/emails/{quote(number, safe='$@')}/events"
        assert (await server.client.post(path, json={"event": kind})).status_code == 201
        (form,) = await got(receiver, 1, beside=2)
    assert (form["event"], form["emailId"]) == (kind, number)
    assert is_signed(form)
