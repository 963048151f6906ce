"""The code of the help page: right for this server, whatever its keys are, and it runs."""

from __future__ import annotations

import asyncio
import html
import json
import os
import re
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from sendcloud_inbound.http.ui.samples import CLIENTS, OTHERS, Sample, filled
from tests.http.serving import application, serving
from tests.servers import running_server

if TYPE_CHECKING:
    from pathlib import Path

    from sendcloud_inbound.store import Store
    from tests.servers import RunningServer

ODD = """a"b'c$d#{e}\\f"""
"""What would end a text, or be read as more than a text, in some language."""
VALUES = {
    "host": "127.0.0.1",
    "host_in_url": "127.0.0.1",
    "port": 2525,
    "api_user": "sandbox_user",
    "api_key": ODD,
    "app_key": ODD,
    "url": "http://127.0.0.1:8025",
}
WITHOUT_KEY = {"ci"}
COMMANDS = {"smtplib": [sys.executable, "-"], "curl": ["sh"], "api": ["sh"]}


@pytest.mark.parametrize("sample", [*CLIENTS, *OTHERS], ids=lambda each: each.name)
def test_a_key_is_a_literal_of_the_language(sample: Sample) -> None:
    """However odd it is."""
    code = filled(sample, VALUES).code
    if sample.name in WITHOUT_KEY:
        return
    known = {json.dumps(ODD), json.dumps(ODD).replace("#", "\\#")}
    known |= {shlex.quote(each + ODD) for each in ("", "sandbox_user:", "apiKey=")}
    known |= {"'" + ODD.replace("\\", "\\\\").replace("'", "\\'") + "'"}
    assert any(each in code for each in known)


async def test_the_page_has_this_servers_address_and_keys(store: Store) -> None:
    """Of the chosen API_USER; a server that listens everywhere is where the page came from."""
    app = application(store, smtp=("0.0.0.0", 2526))  # noqa: S104
    async with serving(app) as client:
        page = html.unescape((await client.get("/ui/help")).text)
    assert 'smtplib.SMTP("127.0.0.1", 2526)' in page
    assert 'client.login("sandbox_user", "sandbox_key")' in page
    assert f"curl {client.base_url}/apiv2/mail/send".replace("//apiv2", "/apiv2") in page
    for sample in CLIENTS:
        assert f"<summary>{sample.title}</summary>" in page


@pytest.mark.parametrize("name", COMMANDS)
async def test_a_sample_sends_what_it_says(name: str, tmp_path: Path) -> None:
    """As it stands on the page: two emails, and nothing to find fault with."""
    async with running_server(tmp_path) as server:
        code = await _on_page(server, name)
        await asyncio.to_thread(_run, COMMANDS[name], code)
        wait = {"count": 2, "timeout_s": 20}
        emails = (await server.client.get("/sandbox/v1/wait", params=wait)).json()["items"]
        assert [each["recipient"] for each in emails] == ["ben@ifaxin.com", "joe@ifaxin.com"]
        path = f"/sandbox/v1/messages/{emails[0]['message_id']}"
        findings = (await server.client.get(path)).json()["findings"]
    assert [each for each in findings if each["level"] != "advice"] == []


async def _on_page(server: RunningServer, name: str) -> str:
    """Return the code of a sample as a reader copies it."""
    page = (await server.client.get("/ui/help", headers={"Accept-Language": "en"})).text
    begin = page.index(f'id="{name}"')
    found = re.search("<pre[^>]*><code>(.*?)</code>", page[begin:], re.DOTALL)
    assert found is not None
    return html.unescape(found[1])


def _run(command: list[str], code: str) -> None:
    environment = os.environ | {"no_proxy": "*"}
    subprocess.run(command, input=code, text=True, check=True, timeout=40, env=environment)
