"""The whole program as a relay: a hundred recipients, some refused, some put off, one cut off."""

from __future__ import annotations

import asyncio
import base64
import json
import smtplib
from collections import Counter
from typing import TYPE_CHECKING, Any

from tests.delivery.upstream import CUT, upstream
from tests.servers import API_KEY, API_USER, running_server

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers import RunningServer

TO = [f"user{n}@example.com" for n in range(99)] + ["elsewhere@example.org"]
REFUSED = dict.fromkeys(TO[10:20], "550 5.1.1 no such user")
FULL = dict.fromkeys(TO[20:25], "552 5.2.2 mailbox full")
DEFERRED = TO[30:40]
NEVER = TO[40:43]
CUT_OFF = TO[50]


def script() -> dict[tuple[str, str], list[str]]:
    """Return what the server upstream says beside 250."""
    said = {("RCPT", to): [reply] for to, reply in (REFUSED | FULL).items()}
    said |= {("RCPT", to): ["451 4.3.0 later", "451 4.3.0 later", "250 OK"] for to in DEFERRED}
    said |= {("DATA", to): ["451 4.7.1 looks like spam"] for to in NEVER}
    said[("DATA", CUT_OFF)] = [CUT, "250 OK"]
    return said


def send(server: RunningServer) -> None:
    """Send one message to all of them, by X-SMTPAPI."""
    api = {"to": TO, "sub": {"%n%": [str(n) for n in range(len(TO))]}}
    value = base64.b64encode(json.dumps(api).encode()).decode()
    message = f"From: a@b.c\r\nSubject: n=%n%\r\nX-SMTPAPI: {value}\r\n\r\nhello %n%\r\n"
    with smtplib.SMTP(*server.smtp, timeout=20) as client:
        client.login(API_USER, API_KEY)
        client.sendmail("a@b.c", TO[:1], message)


async def settled(server: RunningServer) -> dict[str, dict[str, Any]]:
    """Return all emails by recipient, once none waits any more."""
    async with asyncio.timeout(40):
        while True:
            answer = await server.client.get("/sandbox/v1/emails", params={"limit": 500})
            rows = answer.json()["items"]
            if rows and not any(row["status"] == "requested" for row in rows):
                return {row["recipient"]: row for row in rows}
            await asyncio.sleep(0.05)


async def test_every_outcome_is_right(tmp_path: Path) -> None:
    """Refused, full, put off and taken, put off for ever, cut off after the dot, not allowed.

    Nobody gets a mail twice but the one whose connection was cut after its dot, when nobody can
    know whether it was taken (RFC 1047).
    """
    async with upstream(script()) as receiver:
        delivery = {
            "target": "relay",
            "host": "127.0.0.1",
            "port": receiver.port,
            "allow": ["*@example.com"],
            "retry_delay_s": 0.05,
            "max_attempts": 4,
            "concurrency": 5,
        }
        async with running_server(tmp_path, {"delivery": delivery}) as server:
            await asyncio.to_thread(send, server)
            emails = await settled(server)
            listed = await server.client.get("/sandbox/v1/events", params={"limit": 500})
    outcome = {to: (row["status"], row["sub_status"]) for to, row in emails.items()}
    expected: dict[str, tuple[str, int | None]] = dict.fromkeys(TO, ("delivered", None))
    expected |= dict.fromkeys(REFUSED, ("invalid", 406))
    expected |= dict.fromkeys(FULL, ("soft_bounce", 509))
    expected |= dict.fromkeys(NEVER, ("soft_bounce", 507))
    assert outcome == expected
    got = Counter(mail.recipient for mail in receiver.taken)
    taken = set(TO[:-1]) - REFUSED.keys() - FULL.keys() - set(NEVER)
    assert got == Counter(taken) + Counter([CUT_OFF])
    for mail in receiver.taken:
        number = TO.index(mail.recipient)
        assert f"Subject: n={number}\r\n".encode() in mail.content
    assert receiver.most <= 5
    kinds = Counter((each["event"], each["recipient"]) for each in listed.json()["items"])
    names = {"delivered": "deliver", "invalid": "invalid", "soft_bounce": "soft_bounce"}
    assert kinds == Counter(
        [("request", None), *((names[status], to) for to, (status, _) in expected.items())]
    )
    assert "not in delivery.allow" in emails[TO[-1]]["reason"]
