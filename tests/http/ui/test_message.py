"""The page of a message, as it is answered: its list of recipients, its tabs, its frame."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING

import pytest

from sendcloud_inbound.http.ui.message.query import OF_A_COPY, Tab
from tests import builders
from tests.http.serving import get, take
from tests.http.test_email import API_OBJECT, content, stored

if TYPE_CHECKING:
    import httpx

    from sendcloud_inbound.store import Store

ENGLISH = {"Accept-Language": "en"}
TO = [f"u{n}@ifaxin.com" for n in range(130)]


async def page(client: httpx.AsyncClient, query: str = "", *, status: int = 200) -> str:
    """Return the page of the newest message."""
    (newest, *_) = (await get(client, "messages"))["items"]
    answer = await client.get(f"/ui/messages/{newest['message_id']}{query}", headers=ENGLISH)
    assert answer.status_code == status, answer.text
    return unescape(answer.text)


@pytest.mark.parametrize("tab", Tab)
async def test_every_tab_is_there(client: httpx.AsyncClient, store: Store, tab: Tab) -> None:
    """Of the first recipient, without scripts of the page's own or styles in it."""
    await stored(store, content())
    text = await page(client, f"?tab={tab}")
    assert f'tab={tab}" aria-current="true"' in text
    assert '<h2 id="whose"><bdi>ben@ifaxin.com</bdi>' in text
    assert "<style" not in text
    assert " style=" not in text
    assert "<script>" not in text


@pytest.mark.parametrize("tab", Tab)
async def test_a_message_without_emails_is_shown(
    client: httpx.AsyncClient, store: Store, tab: Tab
) -> None:
    """What only a copy has is left out; the findings take its place."""
    await take(store, content=content())
    text = await page(client, f"?tab={tab}")
    shown = Tab.FINDINGS if tab in OF_A_COPY else tab
    assert f'tab={shown}" aria-current="true"' in text
    assert "Queued; its emails come soon." in text
    assert ">Variables</a>" not in text


async def test_the_copy_of_the_chosen_one_is_shown(client: httpx.AsyncClient, store: Store) -> None:
    """With what its variables are for it."""
    api = API_OBJECT | {"sub": {"%name%": ["本"], "%money%": [288, 497], "%spare%": ["a", "b"]}}
    await stored(store, content(api))
    text = await page(client, "?recipient=1&tab=text")
    assert "Dear %name%: 497 ." in text
    text = await page(client, "?recipient=1&tab=variables")
    for state, name in (("used", "%money%"), ("unused", "%spare%"), ("missing", "%name%")):
        _, _, row = text.partition(f"<bdi>{name}</bdi>")
        assert f'class="mark {state}"' in row.partition("</tr>")[0]


async def test_the_difference_of_two_is_shown(client: httpx.AsyncClient, store: Store) -> None:
    """Of the HTML or of the text, with the next one or with another."""
    await stored(store, content())
    text = await page(client, "?tab=compare")
    assert '<del><p><mark>本 <a href="https://ifaxin.com/288</mark>">pay</a></del>' in text
    text = await page(client, "?tab=compare&recipient=1&other=0&of=text")
    assert "<del>Dear <mark>Joe: 497 . See https://ifaxin.com/a?b=497</mark>.</del>" in text


async def test_many_recipients_are_listed_by_parts(client: httpx.AsyncClient, store: Store) -> None:
    """A hundred at a time; one is found by its address or status, and kept to on the way."""
    await take(store, builders.expansion(*TO), content=content({}))
    text = await page(client)
    assert ("u99@" in text, "u100@" in text, "More recipients" in text) == (True, False, True)
    older = text.partition("cursor=")[2].partition('"')[0]
    text = await page(client, f"?cursor={older}")
    assert ("u99@" in text, "u100@" in text, "More recipients" in text) == (False, True, False)
    text = await page(client, "?address=U120@ifaxin.com")
    assert '<h2 id="whose"><bdi>u120@ifaxin.com' in text
    assert "recipient=119" in text
    assert "No recipient matches." in await page(client, "?status=invalid")
    text = await page(client, "?recipient=129")
    assert ("recipient=128" in text, "recipient=130" in text) == (True, False)


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("?recipient=2", 404, "no recipient number 2"),
        ("?recipient=-1", 400, "recipient"),
        ("?recipent=1", 400, "Did you mean recipient?"),
        ("?tab=nope", 400, "tab"),
        ("?scheme=xdark", 400, "scheme"),
        ("?cursor=nope", 400, "cursor"),
        ("?recipient=99999999999999999999", 404, "no recipient"),
    ],
)
async def test_what_cannot_be_is_told(
    client: httpx.AsyncClient, store: Store, query: str, status: int, said: str
) -> None:
    """On a page of its own."""
    await stored(store, content())
    assert said in await page(client, query, status=status)


async def test_a_message_leads_to_those_beside_it(client: httpx.AsyncClient, store: Store) -> None:
    """Of all API_USERs, or of the one that is looked at."""
    ids = []
    for api_user in ("a", "b", "a"):
        record = await take(store, builders.expansion(), api_user=api_user)
        ids.append(record.message_id)
    text = await page(client)
    assert (f'href="/ui/messages/{ids[1]}"' in text, 'data-key="k"' in text) == (True, False)
    text = await page(client, "?api_user=a")
    assert f'href="/ui/messages/{ids[0]}?api_user=a"' in text
    answer = await client.get(f"/ui/messages/{ids[1]}", headers=ENGLISH)
    assert all(f'href="/ui/messages/{ids[n]}"' in answer.text for n in (0, 2))


async def test_the_frame_allows_nothing(client: httpx.AsyncClient, store: Store) -> None:
    """By its own headers, whoever opens it."""
    first, _ = await stored(store, content())
    answer = await client.get(f"/ui/frames/{first}?scheme=dark")
    policy = answer.headers["content-security-policy"]
    assert all(part in policy for part in ("default-src 'none'", "sandbox", "form-action 'none'"))
    assert "script-src" not in policy
    assert "allow-" not in policy
    assert answer.headers["x-dns-prefetch-control"] == "off"
    assert "本" in answer.text
    assert "color-scheme:dark" in answer.text


async def test_a_frame_of_no_html_is_a_problem(client: httpx.AsyncClient, store: Store) -> None:
    """As is one of no email."""
    first, _ = await stored(store, content(html=False))
    for path in (f"/ui/frames/{first}", "/ui/frames/nope"):
        assert (await client.get(path)).status_code == 404


async def test_x_smtpapi_is_shown_as_read(client: httpx.AsyncClient, store: Store) -> None:
    """Beside the field as it came; one that cannot be read is told."""
    await stored(store, content())
    text = await page(client, "?tab=xsmtpapi")
    assert '"%money%": [\n      288,\n      497\n    ]' in text
    assert "eyJ0byI6" in text
    head, _, body = content().partition(b"\r\nX-SMTPAPI: ")
    broken = head + b"\r\nX-SMTPAPI: e30x\r\n\r\n" + body.partition(b"\r\n\r\n")[2]
    await take(store, content=broken)
    assert "It cannot be read" in await page(client, "?tab=xsmtpapi")


async def test_a_click_is_offered_on_links_of_the_web(
    client: httpx.AsyncClient, store: Store
) -> None:
    """Others are listed, and nothing is offered that the API would refuse."""
    targets = ("https://ifaxin.com/a", "mailto:ben@ifaxin.com", "/pay", "https://a.b/" + "x" * 2000)
    body = "".join(f'<a href="{target}">x</a>' for target in targets)
    await stored(store, f"Content-Type: text/html\r\n\r\n{body}\r\n".encode())
    text = await page(client, "?tab=links")
    for target in targets:
        assert f"<bdi>{target}</bdi>" in text
        offered = f'"event": "click", "url": "{target}"' in text
        assert offered == (target == targets[0])


async def test_a_page_of_a_large_mail_stays_small(client: httpx.AsyncClient, store: Store) -> None:
    """Each tab shows a beginning, and says so."""
    body = b"".join(b'<a href="http://ifaxin.com/%d">%%v%d%%</a>\n' % (n, n) for n in range(5000))
    html = b"Subject: large\r\nContent-Type: text/html\r\n\r\n" + body
    await stored(store, html)
    for tab, told in (("links", True), ("source", True), ("variables", False), ("html", False)):
        text = await page(client, f"?tab={tab}")
        assert len(text) < 1_000_000
        assert ("Only the beginning is shown" in text) == told
    await stored(store, b"Subject: large\r\n\r\n" + b"x" * 300_000)
    assert "Only the beginning is shown" in await page(client, "?tab=text")
