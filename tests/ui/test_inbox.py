"""The inbox in a real browser: mail arrives, is found, selected, deleted, in both languages."""

from __future__ import annotations

import asyncio
import re
import smtplib
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.servers import API_USER
from tests.ui.sending import send

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

    from tests.servers import RunningServer
    from tests.ui.browsers import Browser

ROWS = "tr[data-message-id]"
PHONE = {"width": 360, "height": 760}


def row(page: Page, subject: str) -> Locator:
    """Return the row of a message."""
    return page.locator(ROWS).filter(has=page.get_by_role("link", name=subject))


async def subjects(page: Page) -> list[str]:
    """Return the subjects of the page, from the top."""
    return await page.locator(f"{ROWS} a bdi").all_text_contents()


async def sent(server: RunningServer, *subjects: str) -> None:
    """Send mails, one after the other, and wait until the last is expanded."""
    for subject in subjects:
        await send(server, subject)
    params = {"subject": subjects[-1], "timeout_s": "60"}
    answer = await server.client.get("/sandbox/v1/wait", params=params, timeout=70)
    assert answer.status_code == 200, answer.text


async def open_inbox(server: RunningServer, browser: Browser, query: str = "") -> Page:
    """Open the inbox once there is mail, and wait until its scripts have seen to it."""
    page = await browser.page(f"{server.http_url}/{query}")
    await expect(page.locator(f"{ROWS}.unread").first).to_be_visible()
    return page


@pytest.mark.parametrize(
    ("locale", "title", "empty"),
    [("en-US", "Inbox", "No mail yet"), ("zh-CN", "收件箱", "还没有邮件")],
)
async def test_mail_arrives_without_a_reload(
    server: RunningServer, browser: Browser, locale: str, title: str, empty: str
) -> None:
    """What smtplib sends is on the page that was open, which had told where to send it."""
    page = await browser.page(server.http_url, locale)
    await expect(page.get_by_role("heading", level=1)).to_have_text(title)
    await expect(page.get_by_role("heading", name=empty)).to_be_visible()
    await expect(page.locator(".settings")).to_contain_text(str(server.smtp[1]))
    await browser.shoot(page, f"inbox-empty-{locale}")
    await page.evaluate("window.isTheSame = true")
    await send(server, "你的账单 <b>12.50</b>")
    await expect(page.get_by_role("link", name="你的账单 <b>12.50</b>")).to_be_visible()
    await expect(page.locator(".mark.expanded")).to_be_visible()
    await expect(page).to_have_title(re.compile(r"^\(1\) "))
    assert await page.evaluate("window.isTheSame")
    await browser.shoot(page, f"inbox-{locale}")


async def test_the_settings_are_copied(server: RunningServer, browser: Browser) -> None:
    """By a button beside each."""
    page = await browser.page(server.http_url, permissions=["clipboard-read", "clipboard-write"])
    await page.get_by_role("button", name="Copy: Password (API_KEY)").click()
    await expect(page.get_by_text("Copied", exact=True)).to_be_visible()
    assert await page.evaluate("navigator.clipboard.readText()") == "sandbox_key"


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
    await page.get_by_role("navigation").get_by_role("link", name="Help").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Help")
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")


async def test_mail_is_searched_and_filtered(server: RunningServer, browser: Browser) -> None:
    """By words, by a click on a status, by a recipient; filters add up, and are lifted."""
    await send(server, "for joe", "joe@ifaxin.com", text="the needle")
    await sent(server, "for ben")
    page = await open_inbox(server, browser)
    await page.keyboard.press("/")
    await page.keyboard.type("NEEDLE")
    await page.keyboard.press("Enter")
    await expect(page.locator(ROWS)).to_have_count(1)
    await expect(row(page, "for joe")).to_be_visible()
    await page.get_by_role("link", name="Refused", exact=True).first.click()
    await expect(page.get_by_text("No mail matches.")).to_be_visible()
    await page.get_by_role("link", name="Clear filters").first.click()
    await expect(page.locator(ROWS)).to_have_count(2)
    await page.get_by_label("Recipient").fill("ben@ifaxin.com")
    await page.keyboard.press("Enter")
    await expect(page.locator(ROWS)).to_have_count(1)
    await expect(row(page, "for ben")).to_be_visible()
    await page.get_by_role("link", name="Expanded", exact=True).click()
    assert "recipient=ben%40ifaxin.com" in page.url
    await browser.shoot(page, "inbox-filtered")
    await sent(server, "more for ben")
    await expect(page.locator(ROWS)).to_have_count(2)


async def test_the_api_user_is_switched(server: RunningServer, browser: Browser) -> None:
    """Its mail alone is shown, and the choice is in the address."""
    await sent(server, "mine")
    made = await server.client.post("/sandbox/v1/api-users", json={})
    other = made.json()["api_user"]
    page = await open_inbox(server, browser)
    await page.get_by_label("API_USER", exact=True).select_option(other)
    await expect(page.locator(ROWS)).to_have_count(0)
    await expect(page.locator(".settings")).to_contain_text(other)
    await page.get_by_label("API_USER", exact=True).select_option(API_USER)
    await expect(row(page, "mine")).to_be_visible()
    assert page.url.endswith(f"?api_user={API_USER}")


async def test_what_was_opened_is_read(server: RunningServer, browser: Browser) -> None:
    """In this browser alone; what arrives later is unread again."""
    await sent(server, "first", "second")
    page = await open_inbox(server, browser)
    before = (await server.client.get("/sandbox/v1/messages")).json()
    await expect(page.locator(f"{ROWS}.unread")).to_have_count(2)
    await page.get_by_role("link", name="second").click()
    await page.wait_for_url("**/ui/messages/*")
    await page.go_back()
    await expect(page.locator(f"{ROWS}.unread")).to_have_count(1)
    await expect(row(page, "second")).not_to_have_class(re.compile("unread"))
    await page.reload()
    await expect(page.locator(f"{ROWS}.unread")).to_have_count(1)
    await page.get_by_role("button", name="Mark all read").click()
    await expect(page.locator(f"{ROWS}.unread")).to_have_count(0)
    await sent(server, "third")
    await expect(page.locator(f"{ROWS}.unread")).to_have_count(1)
    after = (await server.client.get("/sandbox/v1/messages")).json()
    assert after["items"][1:] == before["items"]
    other = await browser.page(server.http_url)
    await expect(other.locator(f"{ROWS}.unread")).to_have_count(3)
    browser.complaints.clear()


async def test_a_range_is_selected_and_deleted(server: RunningServer, browser: Browser) -> None:
    """By Shift; only once it was confirmed. What arrives meanwhile leaves the selection alone."""
    await sent(server, *(f"mail {number}" for number in range(5)))
    page = await open_inbox(server, browser)
    await row(page, "mail 3").get_by_role("checkbox").click()
    await row(page, "mail 1").get_by_role("checkbox").click(modifiers=["Shift"])
    await expect(page.locator("#picked")).to_have_text("Selected: 3")
    await sent(server, "mail 5")
    await expect(page.locator(ROWS)).to_have_count(6)
    await expect(page.locator(f"{ROWS}.picked")).to_have_count(3)
    await browser.shoot(page, "inbox-selected")
    await page.get_by_role("button", name="Delete").click()
    await page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    await expect(page.locator(ROWS)).to_have_count(6)
    await page.get_by_role("button", name="Delete").click()
    await expect(page.get_by_role("dialog")).to_contain_text("(3)")
    await page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(page.locator(ROWS)).to_have_count(3)
    assert await subjects(page) == ["mail 5", "mail 4", "mail 0"]
    await expect(page.locator("#count")).to_have_text("Messages: 3")


async def test_all_that_match_are_deleted(server: RunningServer, browser: Browser) -> None:
    """Also those of other pages; what does not match stays."""
    await send(server, "stays", "joe@ifaxin.com")
    await sent(server, *(f"goes {number}" for number in range(3)))
    page = await open_inbox(server, browser, "?recipient=ben@ifaxin.com&limit=2")
    await page.get_by_label("Select all on this page").check()
    await page.get_by_role("button", name="Select all that match").click()
    await expect(page.locator("#picked")).to_have_text("Selected: all that match")
    await page.get_by_role("button", name="Delete all").click()
    await expect(page.get_by_role("dialog")).to_contain_text("all messages that match (3)")
    await page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(page.get_by_text("No mail matches.")).to_be_visible()
    await page.get_by_role("link", name="Clear filters").first.click()
    await expect(page.locator(ROWS)).to_have_count(1)
    assert await subjects(page) == ["stays"]


async def test_the_inbox_is_used_by_keys(server: RunningServer, browser: Browser) -> None:
    """Moved in, opened, selected, deleted; ? tells of them; what arrives takes no focus away."""
    await sent(server, "first", "second", "third")
    page = await open_inbox(server, browser)
    await page.keyboard.press("j")
    await expect(page.get_by_role("link", name="third")).to_be_focused()
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    await page.keyboard.press("k")
    await expect(page.get_by_role("link", name="second")).to_be_focused()
    await sent(server, "fourth")
    await expect(page.locator(ROWS)).to_have_count(4)
    await expect(page.get_by_role("link", name="second")).to_be_focused()
    await page.keyboard.press("x")
    await expect(row(page, "second")).to_have_class(re.compile("picked"))
    await page.keyboard.press("#")
    await page.get_by_role("dialog").get_by_role("button", name="Delete").press("Enter")
    await expect(page.locator(ROWS)).to_have_count(3)
    await page.keyboard.press("a")
    await expect(page.locator("#picked")).to_have_text("Selected: 3")
    await page.keyboard.press("Escape")
    await expect(page.locator("#picked")).to_be_hidden()
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog")).to_contain_text("Next and previous message")
    await browser.shoot(page, "inbox-keys")
    await page.keyboard.press("Escape")
    await page.keyboard.press("g")
    await page.keyboard.press("h")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Help")
    await page.keyboard.press("g")
    await page.keyboard.press("i")
    await expect(page.locator(f"{ROWS}.unread")).to_have_count(3)
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/ui/messages/*")
    browser.complaints.clear()


async def test_pages_are_turned_by_keys(server: RunningServer, browser: Browser) -> None:
    """To older mail and back."""
    await sent(server, "first", "second", "third")
    page = await open_inbox(server, browser, "?limit=1")
    await page.keyboard.press("]")
    await expect(row(page, "second")).to_be_visible()
    await expect(page.locator(f"{ROWS}.unread")).to_have_count(1)
    await page.keyboard.press("[")
    await expect(row(page, "third")).to_be_visible()


async def test_a_refused_attempt_is_shown_with_its_remedy(
    server: RunningServer, browser: Browser
) -> None:
    """While it happens: on the inbox, and on a page with all of them."""

    def refused() -> None:
        with smtplib.SMTP(*server.smtp, timeout=20) as client:
            with pytest.raises(smtplib.SMTPAuthenticationError):
                client.login(API_USER, "wrong_key")
            client.docmd("MAIL", "FROM:<a@ifaxin.com>")

    page = await browser.page(server.http_url)
    await asyncio.to_thread(refused)
    note = page.locator(".note")
    await expect(note).to_contain_text("550 Authentication required")
    await browser.shoot(page, "inbox-refused")
    await note.get_by_role("link").click()
    await expect(page.locator(".refusals > li")).to_have_count(2)
    await expect(page.get_by_text("The API_USER is right, the API_KEY is not.")).to_be_visible()
    await page.get_by_text("Dialogue").first.click()
    await expect(page.get_by_text("S: 535 Authentication failed").first).to_be_visible()
    await asyncio.to_thread(refused)
    await expect(page.locator(".refusals > li")).to_have_count(4)
    await expect(page.locator("details[open]")).to_have_count(1)
    await browser.shoot(page, "refused-attempts")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_inbox_fits_a_phone(server: RunningServer, browser: Browser, scheme: str) -> None:
    """No line is wider than 360 px, and the filters are put away; the table is one still."""
    await sent(server, "A subject that is much longer than a phone is wide, and goes on", "短主题")
    context = {"viewport": PHONE, "color_scheme": scheme}
    page = await browser.page(server.http_url, "zh-CN", **context)
    await expect(page.locator(ROWS)).to_have_count(2)
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    await expect(page.get_by_role("table").get_by_role("row")).to_have_count(3)
    await expect(page.get_by_role("rowheader")).to_have_count(2)
    await expect(page.get_by_role("link", name="已展开")).to_be_hidden()
    await browser.shoot(page, f"inbox-phone-{scheme}")
    await page.get_by_role("button", name="筛选").click()
    await expect(page.get_by_role("link", name="已展开")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    await page.goto(f"{server.http_url}/ui/refused")
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


async def test_the_page_weighs_little(server: RunningServer, browser: Browser) -> None:
    """With fifty mails and all that it loads, as it is before compression."""
    await sent(server, *(f"mail {number}" for number in range(50)))
    page = await open_inbox(server, browser)
    weights = await page.evaluate(
        "performance.getEntries().map((each) => each.decodedBodySize ?? 0)"
    )
    assert 50_000 < sum(weights) < 150_000
