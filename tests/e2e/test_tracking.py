"""Tracking on the whole program: every link of a rendered mail, followed by a real client."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import smtplib
from collections import Counter
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx
import pytest

from tests.servers import API_KEY, API_USER, running_server

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers import RunningServer

LINKS = [f"https://ifaxin.com/{n}?to=Ben&n={n}" for n in range(12)] + ["https://例え.jp/道"]
ON = {"settings": {"enable": "1"}}
API: dict[str, Any] = {
    "to": ["ben@example.com", "joe@example.com"],
    "sub": {"%name%": ["Ben", "Joe"]},
    "filters": dict.fromkeys(("open_tracking", "click_tracking", "subscription_tracking"), ON),
}
HTML = "<html><body>" + "".join(
    f'<p>%name% <a href="{link.replace("Ben", "%name%").replace("&", "&amp;")}">x</a></p>'
    for link in LINKS
)
HTML += '<a href="mailto:a@b.c">m</a><a href="#top">t</a></body></html>'


def send(server: RunningServer) -> None:
    """Send one message to two recipients, with everything tracked."""
    value = base64.b64encode(json.dumps(API).encode()).decode()
    head = "From: a@b.c\r\nSubject: s\r\nContent-Type: text/html; charset=utf-8\r\n"
    message = f"{head}X-SMTPAPI: {value}\r\n\r\n{HTML}\r\n"
    with smtplib.SMTP(*server.smtp, timeout=20) as client:
        client.login(API_USER, API_KEY)
        client.sendmail("a@b.c", API["to"], message.encode())


async def email(server: RunningServer, recipient: str) -> dict[str, Any]:
    """Return a recipient's email, whole, once it is there."""
    async with asyncio.timeout(20):
        while True:
            answer = await server.client.get("/sandbox/v1/emails", params={"recipient": recipient})
            if items := answer.json()["items"]:
                path = f"/sandbox/v1/emails/{quote(items[0]['email_id'], safe='$@')}"
                found: dict[str, Any] = (await server.client.get(path)).json()
                return found


@pytest.mark.parametrize("generation", [1, 2])
async def test_every_link_leads_to_its_original(tmp_path: Path, generation: int) -> None:
    """With one click each; the pixel is an open; the unsubscribe link unsubscribes."""
    async with running_server(tmp_path, {"tracking": {"generation": generation}}) as server:
        await asyncio.to_thread(send, server)
        ben = await email(server, "ben@example.com")
        html = ben["html"]
        hrefs = list(map(unescape, re.findall(r'<a href="([^"]*)"', html)))
        tracked = [href for href in hrefs if "/track/click" in href]
        assert len(tracked) == len(LINKS)
        assert {"mailto:a@b.c", "#top"} < set(hrefs)
        async with httpx.AsyncClient() as reader:
            goals = [(await reader.get(href)).headers["location"] for href in tracked]
            expected = [*LINKS[:-1], "https://xn--r8jz45g.jp/%E9%81%93"]
            assert goals == expected
            (pixel,) = re.findall(r'src="([^"]*)"', html)
            assert (await reader.get(pixel)).headers["content-type"] == "image/gif"
            (leave,) = [href for href in hrefs if "/track/unsubscribe" in href]
            assert leave == unescape(leave)
            answer = await reader.post(leave, data={"List-Unsubscribe": "One-Click"})
            assert answer.text == "Unsubscribed.\n"
            broken = tracked[0].replace("/track/click", "/track/open")
            assert (await reader.get(broken)).status_code == 404
        headers = {each["name"]: each["value"] for each in ben["headers"]}
        assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert f"<{leave}>" in headers["List-Unsubscribe"]
        listed = await server.client.get("/sandbox/v1/events", params={"limit": 100})
    events = listed.json()["items"]
    assert {each["recipient"] for each in events} == {*API["to"], None}
    kinds = Counter(each["event"] for each in events)
    assert kinds == {"request": 1, "deliver": 2, "click": 13, "open": 1, "unsubscribe": 1}
    clicked = [each["fields"]["url"] for each in reversed(events) if each["event"] == "click"]
    assert clicked == LINKS


@pytest.mark.parametrize(
    ("settings", "host"),
    [
        ({"tracking": {"domain": "localhost"}}, "localhost"),
        (
            {
                "tracking": {"domain": "mail.example.com"},
                "http": {"public_url": "https://mail.example.com"},
            },
            "mail.example.com",
        ),
    ],
)
async def test_a_tracking_domain_that_is_the_sandbox_too_shows_both(
    tmp_path: Path, settings: dict[str, Any], host: str
) -> None:
    """Links of their own name hide all else; a name that people look at the mail by does not."""
    async with running_server(tmp_path, settings) as server:
        told = await server.client.get("/sandbox/v1/messages", headers={"Host": host})
        assert told.status_code == 200
        unknown = await server.client.get("/track/open/x.gif", headers={"Host": host})
        assert unknown.status_code == 404
