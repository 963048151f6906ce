"""Mail that means harm: it runs nothing, leads nowhere, and reaches nobody.

`hostile/` has the HTML of a mail in each file. What `browser` asserts at its end is the proof: it
has asked nobody but the server, by its own account of what it did on the network.
"""

from __future__ import annotations

import asyncio
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from playwright.async_api import Error, expect

from tests.ui.sending import arrived, submit

if TYPE_CHECKING:
    from playwright.async_api import Page

    from tests.servers import RunningServer
    from tests.ui.browsers import Browser

CORPUS = {
    path.stem: path.read_text() for path in (Path(__file__).parent / "hostile").glob("*.html")
}
TRICK = "\u202eevil\u2066<img src=x onerror=console.error('hacked')>"
"""Turns round what follows it, and would be HTML."""
TABS = ("text", "source", "headers", "attachments", "links", "variables", "compare", "xsmtpapi")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def mail(html: str, subject: str) -> EmailMessage:
    """Return a mail whose every name is hostile too."""
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = "a@ifaxin.com"
    message["To"], message["Subject"] = "ben@ifaxin.com", subject
    message["X-Custom"] = TRICK
    message.set_content(f"{TRICK}\nhttp://evil.example/text")
    message.add_alternative(html, subtype="html")
    message.add_attachment(b"<script>", "text", "html", filename=f"invoice{TRICK}.html")
    return message


async def opened(server: RunningServer, browser: Browser, html: str, subject: str) -> Page:
    """Send a mail, and open its page."""
    await asyncio.to_thread(submit, server, mail(html, subject))
    message_id = await arrived(server, "harm")
    return await browser.page(f"{server.http_url}/ui/messages/{quote(message_id)}")


async def press_all(page: Page) -> None:
    """Press all that can be pressed in the frame; what is refused takes the mail's place."""
    frame = page.frames[1]
    wanted = "a, area, button, input[type=submit], input[type=image], svg a"
    for n in range(await frame.locator(wanted).count()):
        try:
            await frame.locator(wanted).nth(n).dispatch_event("click", timeout=2000)
            await frame.locator(wanted).nth(n).click(force=True, timeout=2000, no_wait_after=True)
        except Error:  # not to be seen, or no longer there
            pass
        if await frame.locator(wanted).count() <= n:
            await page.reload()
            frame = page.frames[1]


@pytest.mark.parametrize("name", CORPUS)
async def test_a_hostile_mail_does_nothing(
    server: RunningServer, browser: Browser, name: str
) -> None:
    """Looked at, and everything in it pressed."""
    page = await opened(server, browser, CORPUS[name], f"harm {TRICK}")
    here = page.url
    await expect(page.frame_locator("iframe").locator("html")).to_be_attached()
    await press_all(page)
    await browser.shoot(page, f"hostile-{name}")
    assert (page.url, page.context.pages) == (here, [page])
    title = "harm [U+202E]evil[U+2066]<img src=x onerror=console.error('hacked')>"
    await expect(page.get_by_role("heading", level=1)).to_have_text(title)
    assert await page.title() == f"{title} · sendcloud-inbound"
    await nothing_came_of_it(page, browser)


async def nothing_came_of_it(page: Page, browser: Browser) -> None:
    """Assert that no script ran; what was refused may have been complained of."""
    assert await page.context.cookies() == []
    assert not [each for each in browser.complaints if each.startswith("hacked")]
    browser.complaints.clear()


async def test_all_of_them_in_every_view(server: RunningServer, browser: Browser) -> None:
    """As text, as source, as links to be listed, in one mail."""
    page = await opened(server, browser, "\n".join(CORPUS.values()), "harm")
    for tab in TABS:
        await page.goto(f"{page.url.partition('?')[0]}?tab={tab}")
        await expect(page.get_by_role("heading", level=1)).to_have_text("harm")
    await nothing_came_of_it(page, browser)


async def test_names_are_not_turned_round(server: RunningServer, browser: Browser) -> None:
    """Signs that would turn them are written out, and what they are in keeps them in."""
    page = await opened(server, browser, "<p>x</p>", f"harm {TRICK}")
    await page.goto(f"{page.url}?tab=attachments")
    await expect(page.locator("#panel tbody th")).to_contain_text("invoice[U+202E]evil[U+2066]")
    browser.complaints.clear()


async def test_a_gigantic_table_stays_in_its_frame(server: RunningServer, browser: Browser) -> None:
    """The page is as wide as the screen, and its tabs answer."""
    rows = "<table>" * 300 + "<tr>" + "<td>x" * 30_000 + "<tr><td width=9999999 height=9999999>y"
    page = await opened(server, browser, rows, "harm")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await page.locator("#tabs").get_by_role("link", name="Text").click()
    await expect(page.locator("#panel pre")).to_contain_text("http://evil.example/text")
    browser.complaints.clear()
