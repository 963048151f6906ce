"""The page of a message in a real browser: whose copy, why, and what becomes of it."""

from __future__ import annotations

import asyncio
import base64
import json
import re
from email import policy
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import expect

from tests.ui.sending import arrived, send, submit
from tests.webhooks.receiver import receiving

if TYPE_CHECKING:
    from playwright.async_api import Page

    from tests.servers import RunningServer
    from tests.ui.browsers import Browser

API = {
    "to": ["ben@ifaxin.com", "joe@ifaxin.com"],
    "sub": {"%name%": ["Ben", "Joe"], "%money%": [288, 497], "%spare%": ["x", "y"]},
    "bcc": [],
}
WORDS = {
    "en-US": {
        "findings": "Findings",
        "events": "Events & webhooks",
        "click": "Click",
        "clicked": "Clicked",
        "ignored": "Ignored",
    },
    "zh-CN": {
        "findings": "检查结果",
        "events": "事件与 WebHook",
        "click": "点击",
        "clicked": "点击",
        "ignored": "忽略",
    },
}
DARK = "<style>@media (prefers-color-scheme: dark) { p { color: lime } }</style>"


def bill() -> EmailMessage:
    """Return a mail for two, with variables, links and an attachment."""
    message = EmailMessage(policy=policy.SMTP)
    message["From"], message["To"] = "support@ifaxin.com", "list@ifaxin.com"
    message["Subject"] = "账单 of %name%"
    message.set_content("Dear %name%, you owe %money% and %other%.")
    html = f'{DARK}<p>Dear %name%: <a href="https://ifaxin.com/%money%">pay</a> %other%</p>'
    message.add_alternative(html, subtype="html")
    message.add_attachment(b"%PDF", "application", "pdf", filename="invoice\u202efdp.exe")
    message["X-SMTPAPI"] = base64.b64encode(json.dumps(API).encode()).decode()
    return message


async def opened(server: RunningServer, browser: Browser, locale: str, **context: Any) -> Page:
    """Send the mail, and open its page by the inbox."""
    await asyncio.to_thread(submit, server, bill())
    await arrived(server, "账单 of %name%")
    page = await browser.page(server.http_url, locale, **context)
    await page.get_by_role("link", name="账单 of %name%").click()
    await page.wait_for_url("**/ui/messages/**")
    return page


@pytest.mark.slow
@pytest.mark.parametrize("locale", WORDS)
async def test_from_a_recipient_to_its_webhook(
    server: RunningServer, browser: Browser, locale: str
) -> None:
    """Switch recipients, read a finding, click, see the event and the attempt, and replay it."""
    words = WORDS[locale]
    async with receiving() as receiver:
        await server.client.post("/sandbox/v1/webhooks", json={"url": receiver.url})
        page = await opened(server, browser, locale)
        frame = page.frame_locator("iframe")
        await expect(frame.get_by_text("Dear Ben")).to_be_visible()
        await page.get_by_role("link", name="joe@ifaxin.com").click()
        await expect(frame.get_by_text("Dear Joe")).to_be_visible()
        await browser.shoot(page, f"message-html-{locale}")

        await page.locator("#tabs").get_by_role("link", name=words["findings"]).click()
        await expect(page.locator(".findings li", has_text="xsmtpapi-unknown-key")).to_contain_text(
            words["ignored"]
        )
        await browser.shoot(page, f"message-findings-{locale}")

        await page.locator("#tabs").get_by_role("link", name=words["events"]).click()
        await expect(page.locator("#live")).to_be_visible()
        await page.evaluate("window.isTheSame = true")
        act = page.locator(".act")
        await act.get_by_role("button", name=words["click"], exact=True).click()
        event = page.locator(".timeline > li.click")
        await expect(event).to_contain_text(words["clicked"])
        await expect(event).to_contain_text("https://ifaxin.com/497")
        attempt = page.locator("[data-delivery=click]", has_text="HTTP 200")
        await expect(attempt).to_be_visible()
        await attempt.locator("summary").first.click()
        await expect(attempt).to_contain_text("https://ifaxin.com/497")
        assert any(b"event=click" in call.body for call in receiver.calls)

        assert await page.evaluate("window.isTheSame")
        await browser.shoot(page, f"message-events-{locale}")
    forget_the_pixel(browser)


@pytest.mark.slow
async def test_what_happens_is_shown_at_once(server: RunningServer, browser: Browser) -> None:
    """A bounce with its reason, and a call once more; what was unfolded stays so."""
    async with receiving() as receiver:
        await server.client.post("/sandbox/v1/webhooks", json={"url": receiver.url})
        page = await opened(server, browser, "en-US")
        await page.locator("#tabs").get_by_role("link", name="Events & webhooks").click()
        told = page.locator("[data-delivery=deliver]", has_text="HTTP 200")
        await told.locator("summary").first.click()
        await told.get_by_role("button", name="Replay", exact=True).click()
        await expect(told).to_have_count(2)
        await expect(told.last.locator("details").first).to_have_attribute("open", "")
        act = page.locator(".act")
        await act.locator("select").last.select_option(label=await label_of(page, "509"))
        await act.get_by_role("button", name="Bounce").click()
        await expect(page.locator("#chosen .mark")).to_have_text("Soft bounce 509")
        bounced = page.locator("[data-delivery=soft_bounce]")
        await expect(bounced).to_contain_text("HTTP 200")
    forget_the_pixel(browser)


async def label_of(page: Page, number: str) -> str:
    """Return how the select of reasons names one."""
    return await page.locator(".act option", has_text=number).inner_text()


def forget_the_pixel(browser: Browser) -> None:
    """Forget that the frame would not load SendCloud's own open pixel: it loads nothing."""
    browser.complaints[:] = [each for each in browser.complaints if "/track/open" not in each]


@pytest.mark.slow
async def test_every_view_of_a_copy(server: RunningServer, browser: Browser) -> None:
    """On a phone and in the dark; none is wider than the screen."""
    page = await opened(
        server, browser, "en-US", viewport={"width": 360, "height": 800}, color_scheme="dark"
    )
    holds = {
        "html": "Scripts do not run",
        "text": "Dear Ben, you owe 288 and %other%.",
        "source": "X-SENDCLOUD",
        "headers": "Subject",
        "attachments": "invoice[U+202E]fdp.exe",
        "links": "https://ifaxin.com/288",
        "compare": "497",
        "findings": "SendCloud knows no key bcc",
        "events": "Delivered",
        "xsmtpapi": '"%money%": [\n      288,\n      497\n    ]',
        "dialogue": "MAIL FROM",
    }
    panel = page.locator("#panel")
    here = page.url
    for name, text in holds.items():
        await page.goto(f"{here}?tab={name}")
        current = page.locator("#tabs [aria-current]")
        await expect(current).to_have_attribute("href", re.compile(rf"tab={name}\b"))
        assert text.lower() in (await panel.inner_text()).lower(), name
        assert await page.evaluate("document.documentElement.scrollWidth") == 360, name
        await browser.shoot(page, f"message-phone-{name}")
    forget_the_pixel(browser)


@pytest.mark.slow
async def test_keys_go_around(server: RunningServer, browser: Browser) -> None:
    """N and p to another recipient, ] and [ to another view, j and k to another message."""
    await send(server, "older", "ben@ifaxin.com")
    await arrived(server, "older")
    page = await opened(server, browser, "en-US")
    for key, heading in (("n", "joe@ifaxin.com"), ("p", "ben@ifaxin.com")):
        await page.keyboard.press(key)
        await expect(page.locator("#whose")).to_have_text(heading)
    for key, view in (("]", "Text"), ("[", "HTML")):
        await page.keyboard.press(key)
        await expect(page.locator("#tabs [aria-current]")).to_have_text(view)
    for key, subject in (("j", "older"), ("k", "账单 of %name%")):
        await page.keyboard.press(key)
        await expect(page.get_by_role("heading", level=1)).to_have_text(subject)
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog")).to_contain_text("Next recipient")
    await page.keyboard.press("Escape")
    await page.keyboard.press("u")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Inbox")
    forget_the_pixel(browser)


@pytest.mark.slow
async def test_the_frame_is_dark_and_narrow_as_asked(
    server: RunningServer, browser: Browser
) -> None:
    """The mail's own rules for the dark hold, whatever the browser's colours are."""
    page = await opened(server, browser, "en-US", viewport={"width": 1280, "height": 800})
    paragraph = page.frame_locator("iframe").locator("p").first
    await expect(paragraph).to_have_css("color", "rgb(0, 0, 0)")
    await page.locator("#panel").get_by_role("link", name="Dark").click()
    await expect(paragraph).to_have_css("color", "rgb(0, 255, 0)")
    for name, width in (("Phone", 375), ("Tablet", 768)):
        await page.locator("#panel").get_by_role("link", name=name).click()
        await expect(page.locator("iframe")).to_have_css("width", f"{width}px")
        await expect(paragraph).to_have_css("color", "rgb(0, 255, 0)")
    await browser.shoot(page, "message-dark")
    forget_the_pixel(browser)
