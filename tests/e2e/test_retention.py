"""The whole program keeps its mail within the bounds of its settings."""

from __future__ import annotations

import asyncio
import smtplib
from typing import TYPE_CHECKING

from tests.servers import API_KEY, API_USER, running_server

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers import RunningServer


def send(address: tuple[str, int], *subjects: str) -> None:
    """Send messages, one after the other."""
    with smtplib.SMTP(*address, timeout=20) as client:
        client.login(API_USER, API_KEY)
        for subject in subjects:
            client.sendmail("a@b.c", ["ben@example.com"], f"Subject: {subject}\r\n\r\nhello\r\n")


async def subjects(server: RunningServer) -> list[str]:
    """Return those of the messages there are, newest first."""
    answer = await server.client.get("/sandbox/v1/messages")
    return [item["subject"] for item in answer.json()["items"]]


async def only(server: RunningServer, *wanted: str) -> None:
    """Return once these messages are left, and no other."""
    async with asyncio.timeout(20):
        while await subjects(server) != [*wanted]:
            pass  # each question takes a while


async def test_a_store_shrinks_to_the_bounds_of_a_new_start(tmp_path: Path) -> None:
    """Nothing goes without bounds; with one, the oldest do as soon as it is started."""
    async with running_server(tmp_path) as server:
        await asyncio.to_thread(send, server.smtp, "first", "second", "third")
        query = {"kind": "email", "count": "3", "timeout_s": "20"}
        answer = await server.client.get("/sandbox/v1/wait", params=query, timeout=30)
        assert answer.status_code == 200, answer.text
    async with running_server(tmp_path, {"retention": {"max_messages": 1}}) as server:
        await only(server, "third")
        assert (await server.client.get("/readyz")).status_code == 200
