"""A real browser: Debian's Chromium, driven over its own protocol by Playwright.

Its net log is what it did on the network, by its own account: all processes, DNS included. It is
whole once the browser has ended, so the fixture `browser` reads it then.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.async_api import Browser as Chromium, ConsoleMessage, Page, Playwright, Request

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_OPTIONS = (
    "--no-sandbox",  # CI runs as root
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
_ITS_OWN = (".google.com", ".googleapis.com", ".gvt1.com")
"""Asked by Chromium itself, whatever it is told; what pages ask of them Playwright tells."""
_KEPT_BACK = {"csp", "origin"}
"""Why the page's own policy did not let a request out; the net log tells of one that left."""
_REQUEST, _LOOK_UP = "URL_REQUEST_START_JOB", "HOST_RESOLVER_MANAGER_REQUEST"


def program() -> str:
    """Return the browser there is; without one the test is skipped, in CI it fails."""
    found = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if found is None:
        why = "no browser is here: apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)
    return found


class Browser:
    """One browser with an empty profile, and all that it complained of and whom it talked to."""

    def __init__(self, playwright: Playwright, net_log: Path, shots: Path) -> None:
        self._playwright = playwright
        self._net_log = net_log
        self._shots = shots
        self._chromium: Chromium | None = None
        self._requests: list[Request] = []
        self.complaints: list[str] = []
        """Errors of scripts, and what policies forbade; a test that means them clears it."""

    async def start(self) -> None:
        """Start it, headless."""
        options = [*_OPTIONS, f"--log-net-log={self._net_log}"]
        self._chromium = await self._playwright.chromium.launch(
            executable_path=program(), args=options
        )

    async def page(self, url: str, locale: str = "en-US", **context: Any) -> Page:
        """Return a page of a reader of their own, with cookies of their own."""
        assert self._chromium is not None
        opened = await self._chromium.new_context(locale=locale, **context)
        opened.on("request", self._note)
        page = await opened.new_page()
        page.set_default_timeout(30_000)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        await page.goto(url)
        return page

    def _note(self, request: Request) -> None:
        self._requests.append(request)

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type in {"error", "warning"}:
            self.complaints.append(f"{said.text} ({said.location.get('url')})")

    async def shoot(self, page: Page, name: str) -> None:
        """Keep a picture of a page, for people."""
        self._shots.mkdir(parents=True, exist_ok=True)
        await page.screenshot(path=self._shots / f"{name}.png", full_page=True)

    async def stop(self) -> None:
        """End it; the net log is whole then."""
        if self._chromium is not None:
            await self._chromium.close()
            self._chromium = None

    def contacted(self) -> set[str]:
        """Return the hosts that it asked, or asked for, with their ports; it has ended."""
        log = json.loads(self._net_log.read_text())
        numbers = log["constants"]["logEventTypes"]
        wanted = {numbers[_REQUEST]: "url", numbers[_LOOK_UP]: "host"}
        left = [each.url for each in self._requests if each.failure not in _KEPT_BACK]
        found = {host for url in left if (host := _host_in(url)) is not None}
        for event in log["events"]:
            told = event.get("params", {}).get(wanted.get(event["type"], ""))
            host = _host_in(told) if told else None
            if host is not None and not host.rpartition(":")[0].endswith(_ITS_OWN):
                found.add(host)
        return found


def _host_in(told: str) -> str | None:
    """Return host and port of a URL or an origin; None for what is on no network."""
    parts = urlsplit(told if re.match(r"\w+:", told) else f"//{told}")
    if parts.hostname is None or parts.scheme not in {"http", "https", "ws", "wss", ""}:
        return None
    port = parts.port or (443 if parts.scheme in {"https", "wss"} else 80)
    return f"{parts.hostname}:{port}"
