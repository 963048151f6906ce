"""What SendCloud's API tells of mail, by SMTP or by its own call, on the whole program."""

from __future__ import annotations

import asyncio
import smtplib
from typing import TYPE_CHECKING, Any

from tests.servers import API_KEY, API_USER, running_server

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers import RunningServer

LOGIN = {"apiUser": API_USER, "apiKey": API_KEY}
BY_SMTP = ["deliver@sandbox.test", "invalid+406@sandbox.test", "soft_bounce+503@sandbox.test"]
BY_API = ["click@sandbox.test", "unsubscribe@sandbox.test", "report_spam@sandbox.test"]
LAST = ("clickNum", "unsubscribeNum", "spamReportedNum", "invalidEmailNum", "bounceNum")
LINK = "https://ifaxin.com/pay"
MESSAGE = "From: a@b.c\r\nSubject: s\r\n\r\nhello\r\n"


def send(server: RunningServer) -> None:
    """Send a message by SMTP, with a label."""
    with smtplib.SMTP(*server.smtp, timeout=20) as client:
        client.login(f"{API_USER}#123", API_KEY)
        client.sendmail("a@b.c", BY_SMTP, MESSAGE)


async def told(server: RunningServer, call: str, **form: str) -> dict[str, Any]:
    """Return what a call gives."""
    answer = (await server.client.post(f"/apiv2/{call}", data=LOGIN | form)).json()
    assert answer["result"], answer
    found: dict[str, Any] = answer["info"]
    return found


async def settled(server: RunningServer) -> dict[str, Any]:
    """Return the counters of today, once all is done that magic addresses ask for."""
    async with asyncio.timeout(20):
        while True:
            info = await told(server, "statday/list", days="1", aggregate="1")
            counted: dict[str, Any] = info["dataList"]
            if all(counted[name] != "0" for name in LAST) and counted["requestNum"] == "6":
                return counted
            await asyncio.sleep(0.02)


async def test_both_ways_of_sending_are_told_alike(tmp_path: Path) -> None:
    """Statuses, lists and counters agree on what the magic addresses made happen."""
    async with running_server(tmp_path) as server:
        await asyncio.to_thread(send, server)
        mail = {"from": "a@b.cn", "subject": "s", "html": f'<a href="{LINK}">pay</a>'}
        await told(server, "mail/send", to=";".join(BY_API), **mail)
        counted = await settled(server)
        listed = await told(server, "data/emailStatus", days="1")
        assert listed["total"] == "6"
        assert {row["recipients"]: row["status"] for row in listed["voList"]} == {
            BY_SMTP[0]: "投递成功",
            BY_SMTP[1]: "无效邮件-地址不存在",
            BY_SMTP[2]: "软退信-服务不可达",
            **dict.fromkeys(BY_API, "投递成功"),
        }
        labelled = await told(server, "data/emailStatus", days="1", labelId="123")
        assert labelled["total"] == "3"
        bounces = (await told(server, "bounce/list", days="1"))["dataList"]
        assert {row["email"] for row in bounces} == set(BY_SMTP[1:])
        (click,) = (await told(server, "openandclick/list", days="1", trackType="2"))["dataList"]
        assert (click["email"], click["url"]) == (BY_API[0], LINK)
        (gone,) = (await told(server, "unsubscribe/list", days="1"))["dataList"]
        assert gone["email"] == BY_API[1]
        (report,) = (await told(server, "spamreported/list", days="1"))["dataList"]
        assert report["receiver"] == BY_API[2]
    names = ("deliveredNum", "bounceNum", "invalidEmailNum", "clickNum", "unsubscribeNum")
    assert [counted[name] for name in names] == ["4", "1", "1", "1", "1"]
