"""GET /sandbox/v1/refusals: what SMTP refused before there was a message."""

from __future__ import annotations

import asyncio
import smtplib
from typing import TYPE_CHECKING

import pytest

from tests.http.serving import API
from tests.servers import API_KEY, API_USER, RunningServer, running_server

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path
    from typing import Any


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[RunningServer]:
    """Run the whole program; one message a minute."""
    limits = {"accounts": [{"api_user": API_USER, "api_key": API_KEY, "rate_limit_per_minute": 1}]}
    async with running_server(tmp_path, limits) as running:
        yield running


async def refused(
    server: RunningServer, act: Callable[[smtplib.SMTP], object], **query: str | int
) -> list[dict[str, Any]]:
    """Act as a client, and return what is listed then."""

    def connect() -> None:
        with smtplib.SMTP(*server.smtp, local_hostname="client.example", timeout=20) as client:
            act(client)

    await asyncio.to_thread(connect)
    answer = await server.client.get(f"{API}/refusals", params=query)
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_a_wrong_key_is_told_and_not_shown(server: RunningServer) -> None:
    """With what the client said, and what to do."""

    def log_in(client: smtplib.SMTP) -> None:
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.login(API_USER, "another_key")

    (item,) = await refused(server, log_in)
    assert item["peer"].startswith("127.0.0.1:")
    assert "another_key" not in str(item)
    assert "YW5vdGhlcl9rZXk" not in str(item)
    told = {name: item[name] for name in ("helo", "tls", "api_user", "login", "reply", "trouble")}
    assert told == {
        "helo": "client.example",
        "tls": None,
        "api_user": None,
        "login": API_USER,
        "reply": "535 Authentication failed",
        "trouble": "wrong-api-key",
    }
    assert "API_KEY" in item["remedy"]
    assert item["dialogue"][-1] == "S: 535 Authentication failed"
    assert item["dialogue"][-2] == "C: ********"


async def test_a_name_that_is_nobodys_is_masked(server: RunningServer) -> None:
    """It may be a key, in the wrong field."""

    def log_in(client: smtplib.SMTP) -> None:
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.login(API_KEY, API_USER)

    (item,) = await refused(server, log_in)
    assert (item["login"], item["trouble"]) == ("sa********", "unknown-api-user")


async def test_refusals_are_found_by_api_user(server: RunningServer) -> None:
    """Of whom was logged in; newest first, so many as are asked for."""

    def send(client: smtplib.SMTP) -> None:
        client.docmd("MAIL", "FROM:<a@ifaxin.com>")
        client.login(API_USER, API_KEY)
        client.sendmail("a@ifaxin.com", ["ben@ifaxin.com"], "Subject: x\r\n\r\nx")
        client.docmd("MAIL", "FROM:<a@ifaxin.com>")

    def look(_: smtplib.SMTP) -> None:
        """Do nothing."""

    (item,) = await refused(server, send, api_user=API_USER)
    assert (item["reply"], item["trouble"]) == ("536 Frequency limited", "frequency")
    assert item["command"] == "MAIL FROM:<a@ifaxin.com>"
    everything = await refused(server, look)
    assert [each["reply"][:3] for each in everything] == ["536", "503"]
    assert await refused(server, look, limit=1) == everything[:1]
    assert await refused(server, look, api_user="other") == []
    answer = (await server.client.get(f"{API}/refusals", params={"limit": 1})).json()
    assert (answer["count"], answer["next_cursor"]) == (2, None)


async def test_a_refusal_is_news(server: RunningServer) -> None:
    """Those who look on are told."""
    async with server.client.stream("GET", f"{API}/stream", timeout=20) as response:
        lines = response.aiter_lines()
        assert await anext(lines) == ": listening"
        await refused(server, lambda client: client.docmd("NONSENSE"))
        async with asyncio.timeout(20):
            assert "event: refused" in [await anext(lines) for _ in range(2)]
