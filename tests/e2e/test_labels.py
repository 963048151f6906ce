"""Labels from the call that makes them to the events that are told of labelled mail."""

from __future__ import annotations

import asyncio
import smtplib
from typing import TYPE_CHECKING, Any

from tests.servers import API_KEY, API_USER, running_server
from tests.webhooks.receiver import receiving

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers import RunningServer

LOGIN = {"apiUser": API_USER, "apiKey": API_KEY}


async def call(server: RunningServer, name: str, **form: Any) -> dict[str, Any]:
    """Return what a call of SendCloud's API gives; it must succeed."""
    answer = (await server.client.post(f"/apiv2/{name}", data=LOGIN | form)).json()
    assert answer["result"], answer
    info: dict[str, Any] = answer["info"]
    return info


async def made(server: RunningServer, name: str) -> int:
    """Make a label; return its number."""
    number: int = (await call(server, "label/add", labelName=name))["data"]["labelId"]
    return number


def send(server: RunningServer, label_id: object) -> None:
    """Send one message with a label by SMTP."""
    with smtplib.SMTP(*server.smtp, timeout=20) as client:
        client.login(f"{API_USER}#{label_id}", API_KEY)
        client.sendmail("a@b.c", "open@sandbox.test", "Subject: s\r\n\r\nx")


async def test_an_event_is_told_with_the_name_of_its_label(tmp_path: Path) -> None:
    """By the webhook and in the listing, there as the label is called now."""
    async with (
        receiving() as receiver,
        running_server(tmp_path, {"webhooks": {"urls": [receiver.url]}}) as server,
    ):
        number = await made(server, "账单")
        await asyncio.to_thread(send, server, number)
        forms = [each.form for each in await receiver.wait_for(3)]
        assert {form["event"] for form in forms} == {"request", "deliver", "open"}
        assert {(form["labelId"], form["labelName"]) for form in forms} == {(str(number), "账单")}
        await call(server, "label/update", labelId=number, labelName="bills")
        events = (await server.client.get("/sandbox/v1/events")).json()["items"]
        assert [each["fields"]["labelName"] for each in events] == ["bills"] * 3


async def test_a_number_that_no_label_has_is_kept(tmp_path: Path) -> None:
    """As it was given, without a name (S14)."""
    async with (
        receiving() as receiver,
        running_server(tmp_path, {"webhooks": {"urls": [receiver.url]}}) as server,
    ):
        await made(server, "first")
        await asyncio.to_thread(send, server, "01")
        forms = [each.form for each in await receiver.wait_for(3)]
    assert {(form["labelId"], form["labelName"]) for form in forms} == {("01", "")}
