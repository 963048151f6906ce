"""API_USERs of the whole program: made by call, used by SMTP, gone when their time is over."""

from __future__ import annotations

import asyncio
import smtplib
from typing import TYPE_CHECKING

import pytest

from sendcloud_inbound.rules.orders import ApiUser
from sendcloud_inbound.store import open_store
from tests.builders import account, record
from tests.fakes import FakeClock
from tests.servers import running_server, store_url

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers import RunningServer


def send(address: tuple[str, int], api_user: str, api_key: str) -> None:
    """Send one message as somebody."""
    with smtplib.SMTP(*address, timeout=20) as client:
        client.login(api_user, api_key)
        client.sendmail("a@b.c", ["ben@example.com"], "Subject: s\r\n\r\nhello\r\n")


async def only_the_configured(server: RunningServer) -> None:
    """Return once there is no other API_USER."""
    async with asyncio.timeout(20):
        while True:
            items = (await server.client.get("/sandbox/v1/api-users")).json()["items"]
            if len(items) == 1:
                return
            await asyncio.sleep(0.05)


async def test_each_sees_its_own_mail(tmp_path: Path) -> None:
    """Who is made by call can send at once, and finds nothing of the others'."""
    async with running_server(tmp_path) as server:
        users = [(await server.client.post("/sandbox/v1/api-users")).json() for _ in range(2)]
        for user in users:
            await asyncio.to_thread(send, server.smtp, user["api_user"], user["api_key"])
            query = {"api_user": user["api_user"], "timeout_s": 20}
            answer = await server.client.get("/sandbox/v1/wait", params=query, timeout=30)
            (email,) = answer.json()["items"]
            assert email["api_user"] == user["api_user"]
            copy = await server.client.get(f"/sandbox/v1/emails/{email['email_id']}/raw")
            assert copy.status_code == 200


async def test_when_its_time_is_over_it_is_gone(tmp_path: Path) -> None:
    """With its mail; it cannot log in any more."""
    async with running_server(tmp_path) as server:
        made = await server.client.post("/sandbox/v1/api-users", json={"ttl_s": 1})
        name, key = made.json()["api_user"], made.json()["api_key"]
        await asyncio.to_thread(send, server.smtp, name, key)
        await only_the_configured(server)
        with pytest.raises(smtplib.SMTPAuthenticationError):
            await asyncio.to_thread(send, server.smtp, name, key)
        answer = await server.client.get("/sandbox/v1/messages", params={"api_user": name})
        assert answer.json()["items"] == []


async def test_a_session_does_not_outlive_its_api_user(tmp_path: Path) -> None:
    """Neither the next message nor the one under way is taken; nor after the name is given anew."""
    async with running_server(tmp_path) as server:
        users = "/sandbox/v1/api-users"
        made = (await server.client.post(users, json={"api_user": "my_tests"})).json()
        old = await asyncio.to_thread(smtplib.SMTP, *server.smtp, timeout=20)
        between = await asyncio.to_thread(smtplib.SMTP, *server.smtp, timeout=20)
        try:
            for session in (old, between):
                await asyncio.to_thread(session.login, "my_tests", made["api_key"])
            await asyncio.to_thread(between.mail, "a@b.c")
            await asyncio.to_thread(between.rcpt, "ben@example.com")
            await server.client.delete(f"{users}/my_tests")
            refused = (550, b"Authentication required")
            assert await asyncio.to_thread(between.data, b"Subject: s\r\n\r\nx\r\n") == refused
            await server.client.post(users, json={"api_user": "my_tests"})
            assert await asyncio.to_thread(old.mail, "a@b.c") == refused
        finally:
            old.close()
            between.close()
        assert (await server.client.get("/sandbox/v1/messages")).json()["items"] == []


async def test_a_removal_that_was_cut_off_is_ended_by_the_next_program(tmp_path: Path) -> None:
    """As after kill -9 in between: nothing is left for whoever gets the name next."""
    store = await open_store(store_url(tmp_path), clock=FakeClock())
    await store.orders.add_api_user(ApiUser(account(api_user="my_tests"), 1))
    await store.put(record(api_user="my_tests"))
    await store.orders.retire_api_user("my_tests")
    await store.close()
    async with running_server(tmp_path) as server:
        await only_the_configured(server)
        assert (await server.client.get("/sandbox/v1/messages")).json()["items"] == []
