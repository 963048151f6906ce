"""The inbox in a real browser: mail arrives on it, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.ui.sending import send

if TYPE_CHECKING:
    from tests.servers import RunningServer
    from tests.ui.browsers import Browser


@pytest.mark.parametrize(("locale", "title"), [("en-US", "Inbox"), ("zh-CN", "收件箱")])
async def test_mail_arrives_without_a_reload(
    server: RunningServer, browser: Browser, locale: str, title: str
) -> None:
    """What smtplib sends is on the page that was open already."""
    page = await browser.page(server.http_url, locale)
    await expect(page.get_by_role("heading", level=1)).to_have_text(title)
    await page.evaluate("window.isTheSame = true")
    await send(server, "你的账单 <b>12.50</b>")
    await expect(page.get_by_role("link", name="你的账单 <b>12.50</b>")).to_be_visible()
    await expect(page.locator(".mark.expanded")).to_be_visible()
    assert await page.evaluate("window.isTheSame")
    await browser.shoot(page, f"inbox-{locale}")


async def test_language_and_theme_are_switched_and_kept(
    server: RunningServer, browser: Browser
) -> None:
    """One press each, kept on every page; the page comes back where it was."""
    page = await browser.page(f"{server.http_url}/?api_user=sandbox_user", "zh-CN")
    await page.get_by_role("button", name="English").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Inbox")
    await page.get_by_role("button", name="Dark").click()
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.url == f"{server.http_url}/?api_user=sandbox_user"
    await page.get_by_role("link", name="Help").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Help")
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await browser.shoot(page, "help-dark")


async def test_keys_go_from_message_to_message(server: RunningServer, browser: Browser) -> None:
    """J and k move the focus; ? tells of them; what arrives meanwhile takes no focus away."""
    for subject in ("first", "second"):
        await send(server, subject)
    page = await browser.page(server.http_url, viewport={"width": 390, "height": 800})
    await expect(page.locator("tbody tr")).to_have_count(2)
    await page.keyboard.press("j")
    await expect(page.get_by_role("link", name="second")).to_be_focused()
    await page.keyboard.press("j")
    await expect(page.get_by_role("link", name="first")).to_be_focused()
    await send(server, "third")
    await expect(page.locator("tbody tr")).to_have_count(3)
    await expect(page.get_by_role("link", name="first")).to_be_focused()
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await browser.shoot(page, "inbox-phone")
