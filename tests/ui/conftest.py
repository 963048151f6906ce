"""What the tests in a real browser share: the browser, and the program that it looks at."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.async_api import async_playwright, expect

from tests.servers import running_server
from tests.ui import browsers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.servers import RunningServer
    from tests.ui.browsers import Browser

expect.set_options(timeout=20_000)  # much else may run on the machine

SHOTS = Path(__file__).parents[2] / "test-results" / "ui"
"""Pictures of the pages; not kept in git."""

expect.set_options(timeout=30_000)  # a busy machine is slow


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[RunningServer]:
    """Run the whole program."""
    async with running_server(tmp_path) as running:
        yield running


@pytest.fixture
async def browser(server: RunningServer, tmp_path: Path) -> AsyncIterator[Browser]:
    """Start a browser; at its end it must have asked nobody but the server, and not complained."""
    browsers.program()
    async with async_playwright() as playwright:
        browser = browsers.Browser(playwright, tmp_path / "net.json", SHOTS)
        await browser.start()
        try:
            yield browser
        finally:
            await browser.stop()
    assert browser.contacted() <= {urlsplit(server.http_url).netloc}
    assert browser.complaints == []
