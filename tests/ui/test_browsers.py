"""The net log tells of whom a page would have had the browser ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.async_api import async_playwright

from tests.ui.browsers import Browser, program

if TYPE_CHECKING:
    from pathlib import Path


async def test_the_net_log_tells_of_a_foreign_host(tmp_path: Path) -> None:
    """With its port, and though it cannot be found: so that its silence means something."""
    program()
    async with async_playwright() as playwright:
        browser = Browser(playwright, tmp_path / "net.json", tmp_path)
        await browser.start()
        page = await browser.page("about:blank")
        async with page.expect_event("requestfailed"):
            await page.set_content('<img src="http://asked.invalid:81/x.png">')
        await browser.stop()
    assert browser.contacted() >= {"asked.invalid:81"}
    assert browser.complaints
