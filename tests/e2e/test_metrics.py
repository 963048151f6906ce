"""/metrics: what was counted while mail went its way, in the format of Prometheus."""

from __future__ import annotations

import asyncio
import smtplib
from typing import TYPE_CHECKING

from prometheus_client.parser import text_string_to_metric_families

from tests.servers import API_KEY, API_USER, running_server
from tests.webhooks.receiver import receiving

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers import RunningServer

Samples = dict[tuple[str, ...], float]


async def scraped(server: RunningServer) -> Samples:
    """Return every sample, by its name and the values of its labels in the order of their names."""
    answer = await server.client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    families = text_string_to_metric_families(answer.text)
    samples = (sample for family in families for sample in family.samples)
    return {(each.name, *each.labels.values()): each.value for each in samples}


async def test_what_happens_is_counted(tmp_path: Path) -> None:
    """Sessions, messages, emails, events, calls of webhooks and of the API; and what waits."""
    async with receiving() as receiver, running_server(tmp_path) as server:
        before = await scraped(server)
        hook = {"url": receiver.url, "events": ["deliver"]}
        answer = await server.client.post("/sandbox/v1/webhooks", json=hook)
        assert answer.status_code == 201, answer.text

        def send() -> None:
            with smtplib.SMTP(*server.smtp, timeout=20) as client:
                client.login(API_USER, API_KEY)
                to = ["ben@ifaxin.com", "invalid@sandbox.test", "slow-600s@sandbox.test"]
                client.sendmail("a@b.c", to, "Subject: s\r\n\r\nhello\r\n")

        await asyncio.to_thread(send)
        login = {"apiUser": API_USER, "apiKey": API_KEY}
        assert not (await server.client.post("/api/mail/send", data=login)).json()["result"]
        await server.client.get("/sandbox/v1/wait", params={"count": 3, "timeout_s": 20})
        await receiver.wait_for(3)  # two to try the URL, one to tell
        prefix = "sendcloud_inbound_"
        expected = {
            ("smtp_sessions_total",): 1,
            ("messages_total", "taken", "smtp"): 1,
            ("emails_total", "delivered"): 1,
            ("emails_total", "invalid"): 1,
            ("emails_total", "requested"): 1,
            ("events_total", "deliver"): 1,
            ("events_total", "invalid"): 1,
            ("api_calls_total", "mail/send", "40801"): 1,
            ("webhook_calls_total", "delivered"): 1,
            ("backlog", "emails"): 1,
            ("backlog", "messages"): 0,
            ("backlog", "webhook_calls"): 0,
        }
        async with asyncio.timeout(20):
            while True:  # the call is counted when its answer is there
                now = await scraped(server)
                got = {
                    key: now.get((prefix + key[0], *key[1:]), 0)
                    - before.get((prefix + key[0], *key[1:]), 0)
                    for key in expected
                }
                if got == expected:
                    break
                await asyncio.sleep(0.05)
        assert now["process_resident_memory_bytes",] > 0
        assert any(key[0] == prefix + "build_info" for key in now)
