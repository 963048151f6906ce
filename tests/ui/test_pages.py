"""The pages beside inbox and message in a real browser: how they look, and what they change."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import expect

from sendcloud_inbound.testing.receiver import receiving
from tests.servers import API_KEY, API_USER, running_server
from tests.ui.sending import send

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from playwright.async_api import Page

    from sendcloud_inbound.testing.receiver import Receiver
    from tests.servers import RunningServer
    from tests.ui.browsers import Browser

PAGES = ("webhooks", "rules", "lists", "suppressions", "statistics", "settings", "fidelity", "help")
PHONE = {"width": 360, "height": 740}
HOOKS = "/sandbox/v1/webhooks"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[RunningServer]:
    """Run the whole program; a receiver need not answer the test of its URL."""
    async with running_server(tmp_path, {"webhooks": {"check_urls": False}}) as running:
        yield running


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Run a receiver of webhooks."""
    with receiving("test_appkey") as running:
        yield running


async def ask(server: RunningServer, path: str, **form: str) -> Any:
    """Make a call of SendCloud's API that must succeed."""
    login = {"apiUser": API_USER, "apiKey": API_KEY}
    answer = (await server.client.post(f"/api/{path}", data=login | form)).json()
    assert answer["result"], answer
    return answer["info"]


async def fill(server: RunningServer, receiver: Receiver) -> None:
    """Give each page something to show."""
    await server.client.post(HOOKS, json={"url": receiver.url, "api_user": API_USER})
    rules = [{"recipient": "*@slow.example.com", "outcome": "slow", "delay_s": 30}]
    rules.append({"recipient": "*", "webhook": "duplicate", "event": "open", "copies": 2})
    params = {"api_user": API_USER}
    await server.client.put("/sandbox/v1/rules", params=params, json={"rules": rules})
    lists = {"address": "all@maillist.sendcloud.org", "name": "全体客户"}
    await ask(server, "addresslist/add", **lists, desc="每月账单")
    members = "ben@ifaxin.com;joe@ifaxin.com"
    names = {"names": "Ben;乔", "vars": '{"bill":"12.50"};{"bill":"7"}'}
    await ask(server, "addressmember/add", address=lists["address"], members=members, **names)
    html = '<h1>你好 %name%</h1><p>Your bill: %bill%</p><script>document.title = "ran"</script>'
    of = {"invokeName": "bill", "name": "账单", "subject": "%name%, your bill", "templateType": "0"}
    await ask(server, "template/add", **of, html=html)
    magic = ("deliver", "invalid", "soft_bounce+503", "unsubscribe", "report_spam", "open")
    for name in magic:
        await send(server, f"To {name}", f"{name}@sandbox.test")
    await asyncio.to_thread(receiver.wait_for, 2 * len(magic), timeout_s=40)


@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
async def test_each_page_is_readable_everywhere(
    server: RunningServer, browser: Browser, receiver: Receiver, locale: str
) -> None:
    """Light and dark; on a phone nothing is wider than the screen."""
    await fill(server, receiver)
    page = await browser.page(server.http_url, locale, viewport={"width": 1280, "height": 800})
    paths = [*PAGES, "lists/all@maillist.sendcloud.org", "templates/bill", "webhooks/deliveries/1"]
    for path in paths:
        query = f"?api_user={API_USER}" if "/" in path and "deliveries" not in path else ""
        await page.goto(f"{server.http_url}/ui/{path}{query}")
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        name = path.replace("/", "-")
        for width, scheme in ((1280, "light"), (360, "dark")):
            await page.set_viewport_size({"width": width, "height": 800})
            await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            await browser.shoot(page, f"{name}-{locale}-{width}")
            assert await page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert await page.title() != "ran"
    ran = [each for each in browser.complaints if "Blocked script execution" not in each]
    browser.complaints[:] = ran  # that of the template did not, twice


async def test_a_webhook_is_added_paused_and_called_again(
    server: RunningServer, browser: Browser, receiver: Receiver
) -> None:
    """By the form and the buttons; a call is seen without a reload, and replayed."""
    page = await browser.page(f"{server.http_url}/ui/webhooks")
    await page.get_by_text("Add a receiver", exact=True).first.click()
    await page.get_by_label("URL").fill("ftp://no")
    await page.get_by_role("button", name="Add a receiver").click()
    await expect(page.locator("#add-problem")).to_contain_text("https://example.com/hook")
    await page.get_by_label("URL").fill(receiver.url)
    await page.get_by_role("button", name="Add a receiver").click()
    await expect(page.locator("#webhooks tbody tr")).to_have_count(1)
    browser.complaints.clear()  # that the first was refused
    await send(server, "bill")
    await expect(page.locator("#deliveries .mark.delivered")).to_have_count(2, timeout=40_000)
    await page.get_by_role("button", name="Pause").click()
    await expect(page.get_by_role("button", name="Resume")).to_be_visible()
    await page.get_by_role("link", name="deliver", exact=True).click()
    await expect(page.get_by_role("heading", name="Attempt 1")).to_be_visible()
    await page.get_by_role("button", name="Replay, signed anew").click()
    await page.wait_for_url("**/deliveries/3*")
    await expect(page.locator(".mark.waiting")).to_be_visible()
    await server.client.post(f"{HOOKS}/1/resume")
    await expect(page.locator(".mark.delivered")).to_be_visible(timeout=40_000)


async def test_all_calls_that_match_are_replayed(
    server: RunningServer, browser: Browser, receiver: Receiver
) -> None:
    """After one is asked; those that do not match are left alone."""
    await server.client.post(HOOKS, json={"url": receiver.url})
    await send(server, "bill")
    await asyncio.to_thread(receiver.wait_for, 2, timeout_s=40)
    page = await browser.page(f"{server.http_url}/ui/webhooks?event=deliver")
    page.on("dialog", lambda dialog: dialog.accept())
    await expect(page.locator("#deliveries tbody tr")).to_have_count(1)
    await page.get_by_role("button", name="Replay all that match").click()
    await expect(page.get_by_text("Sent once more: 1")).to_be_visible()
    told = await asyncio.to_thread(receiver.wait_for, 3, timeout_s=40)
    assert [each["event"] for each in told].count("deliver") == 2


async def test_rules_are_edited_and_mistakes_are_told_in_place(
    server: RunningServer, browser: Browser
) -> None:
    """The rule that is wrong is selected; what is right is in force and in the table."""
    page = await browser.page(f"{server.http_url}/ui/rules")
    text = page.get_by_label("Edit (JSON)")
    for what in ("invalid", "slow"):
        await page.get_by_role("button", name=f"+ {what}").click()
    good = await text.input_value()
    await text.fill(good.replace('"slow"', '"slwo"'))
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("#rules-problem")).to_contain_text("rules[1]: outcome")
    await expect(text).to_have_attribute("aria-invalid", "true")
    assert '"slwo"' in await chosen(page)
    await text.fill(good[:-2])
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("#rules-problem")).to_contain_text("not JSON")
    browser.complaints.clear()  # that two were refused
    await text.fill(good)
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("#rules tbody tr")).to_have_count(2)
    await expect(page.locator("#rules-problem")).to_be_hidden()
    put = (await server.client.get("/sandbox/v1/rules", params={"api_user": API_USER})).json()
    assert [rule["outcome"] for rule in put["rules"]] == ["invalid", "slow"]


async def chosen(page: Page) -> str:
    """Return what is selected in the field that has the focus."""
    field = "document.activeElement"
    return str(
        await page.evaluate(f"{field}.value.slice({field}.selectionStart, {field}.selectionEnd)")
    )


async def test_the_clock_is_moved_and_stopped(server: RunningServer, browser: Browser) -> None:
    """For the whole sandbox; and let go again."""
    page = await browser.page(f"{server.http_url}/ui/settings", "zh-CN")
    await page.get_by_role("button", name="停住").click()
    await expect(page.get_by_text("已停住")).to_be_visible()
    before = (await server.client.get("/sandbox/v1/clock")).json()
    assert before["is_frozen"]
    await page.get_by_role("button", name="拨快").click()
    await expect(page.locator("[data-said]")).to_have_text("已更改。")
    after = (await server.client.get("/sandbox/v1/clock")).json()
    assert after["now"] > before["now"]
    await page.get_by_role("button", name="恢复真实时间").click()
    await expect(page.get_by_text("运行中")).to_be_visible()


async def test_a_suppression_is_added_and_lifted(server: RunningServer, browser: Browser) -> None:
    """By the form, and by the button of its row."""
    page = await browser.page(f"{server.http_url}/ui/suppressions")
    await page.get_by_text("Add an address", exact=True).first.click()
    await page.get_by_label("Address").fill("ben@ifaxin.com")
    await page.get_by_role("button", name="Add an address").click()
    await expect(page.get_by_role("rowheader", name="ben@ifaxin.com")).to_be_visible()
    await page.get_by_role("button", name="Lift ben@ifaxin.com").click()
    await expect(page.get_by_text("None: every address is sent to.")).to_be_visible()


async def test_code_is_copied(server: RunningServer, browser: Browser) -> None:
    """With this server's port; what was copied is what is shown."""
    page = await browser.page(
        f"{server.http_url}/ui/help", permissions=["clipboard-read", "clipboard-write"]
    )
    await page.get_by_role("button", name="Copy: Python smtplib").click()
    await expect(page.get_by_role("button", name="Copy: Python smtplib")).to_have_text("Copied")
    copied = await page.evaluate("navigator.clipboard.readText()")
    assert f'smtplib.SMTP("127.0.0.1", {server.smtp[1]})' in copied
