"""The inbox as the server makes it: filters, pages, counts, and what a newcomer needs."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING

import pytest

from sendcloud_inbound.http.ui import inbox
from sendcloud_inbound.http.ui.inbox import size
from sendcloud_inbound.rules import replies
from sendcloud_inbound.rules.history import Event, EventKind
from sendcloud_inbound.rules.model import Level, MessageStatus
from sendcloud_inbound.rules.refusals import Attempt, Attempts, Refusal
from tests import builders
from tests.http.serving import application, serving, take

if TYPE_CHECKING:
    import httpx

    from sendcloud_inbound.store import Store

ENGLISH = {"Accept-Language": "en"}


async def page(client: httpx.AsyncClient, path: str) -> str:
    """Return a page in English."""
    answer = await client.get(path, headers=ENGLISH)
    assert answer.status_code == 200, answer.text
    return answer.text


def link(text: str, rel: str) -> str | None:
    """Return where a page leads to."""
    _, found, rest = text.partition(f'rel="{rel}" href="')
    return unescape(rest.partition('"')[0]) if found else None


def shown(text: str) -> list[int]:
    """Return the numbers of the mails on a page."""
    return [number for number in range(30) if f"<bdi>mail {number}</bdi>" in text]


async def numbered(store: Store, count: int) -> None:
    """Put mails with numbers, the newest with the highest."""
    for number in range(count):
        await take(store, builders.expansion(subject=f"mail {number}"))


async def test_pages_lead_to_older_and_back_to_newer_ones(
    client: httpx.AsyncClient, store: Store
) -> None:
    """One by one, and keep to the filters."""
    await numbered(store, 5)
    texts = [await page(client, "/?limit=2&status=expanded")]
    while older := link(texts[-1], "next"):
        assert "status=expanded" in older
        assert "limit=2" in older
        texts.append(await page(client, older))
    assert [shown(text) for text in texts] == [[3, 4], [1, 2], [0]]
    back = [texts[-1]]
    while newer := link(back[-1], "prev"):
        back.append(await page(client, newer))
    assert [shown(text) for text in back] == [[0], [1, 2], [3, 4]]
    assert "Newest" not in back[-1]


async def test_the_way_back_is_not_endless(
    client: httpx.AsyncClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After so many pages only the newest is led to."""
    monkeypatch.setattr(inbox, "_MOST_BACK", 2)
    await numbered(store, 4)
    text = await page(client, "/?limit=1")
    for _ in range(3):
        text = await page(client, link(text, "next") or "")
    for expected in ([1], [2]):
        text = await page(client, link(text, "prev") or "")
        assert shown(text) == expected
    assert link(text, "prev") is None
    assert "Newest" in text


async def test_mail_is_filtered(client: httpx.AsyncClient, store: Store) -> None:
    """By status, finding, event, recipient, label and words; each filter is told, and lifted."""
    opened = Event(EventKind.OPEN, "sandbox_user", builders.NOW_MS)
    await numbered(store, 1)
    await take(
        store,
        builders.expansion(
            "ben@ifaxin.com",
            status=MessageStatus.INVALID,
            subject="mail 1",
            findings=(builders.finding(level=Level.ADVICE),),
            events=(opened,),
        ),
        label_id="77",
        content=b"Subject: x\r\n\r\nneedle\r\n",
    )
    for query in (
        "status=invalid",
        "finding=advice",
        "event=open",
        "recipient=BEN@ifaxin.com",
        "label_id=77",
        "q=NEEDLE",
        "status=invalid&q=needle&event=open",
    ):
        text = await page(client, f"/?{query}")
        assert shown(text) == [1], query
        assert "Clear filters" in text
    text = await page(client, "/?status=invalid")
    chosen = text.partition('aria-current="true">')[2]
    assert chosen.split("<")[0].strip() == "Invalid"
    assert "No mail matches." in await page(client, "/?event=click")


@pytest.mark.parametrize(("most", "told"), [(5, "Messages: 3"), (2, "Messages: 2+")])
async def test_mail_is_counted_up_to_a_bound(
    client: httpx.AsyncClient, store: Store, monkeypatch: pytest.MonkeyPatch, most: int, told: str
) -> None:
    """Beyond, only that there is more; words are not counted at all."""
    monkeypatch.setattr(inbox, "_MOST_COUNTED", most)
    monkeypatch.setattr(inbox, "_MOST_FILTERED", 1)
    await numbered(store, 3)
    assert f">{told}<" in await page(client, "/?limit=1")
    assert ">Messages: 3<" in await page(client, "/")
    assert ">Messages on this page: 1<" in await page(client, "/?limit=1&q=hello")
    assert ">Messages: 3<" in await page(client, "/?q=hello")
    assert ">Messages: 1+<" in await page(client, "/?limit=1&status=expanded")


async def test_a_newcomer_is_told_where_to_send(store: Store) -> None:
    """Host as the page was asked for, port and keys; nothing of the kind in a filtered page."""
    async with serving(application(store, smtp=("::", 2525))) as client:
        text = await page(client, "/")
        for value in ("127.0.0.1", "2525", "sandbox_user", "sandbox_key"):
            assert f'data-copies="{value}"' in text
        assert "sandbox_key" not in await page(client, "/?status=invalid")
        assert "sandbox_key" not in await page(client, "/?api_user=nobody")
        await numbered(store, 1)
        assert "sandbox_key" not in await page(client, "/")
    async with serving(application(store, smtp=("mail.example", 2525))) as client:
        await store.eraser.erase(builders.ANY_MAIL)
        assert 'data-copies="mail.example"' in await page(client, "/")


async def test_where_no_smtp_is_no_port_is_told(client: httpx.AsyncClient) -> None:
    """Another process takes the mail."""
    assert "This process takes no SMTP" in await page(client, "/")


def attempts(*times: int) -> Attempts:
    """Return refusals of somebody who did not log in."""
    kept = Attempts()
    for at_ms in times:
        dialogue = b"C: MAIL FROM:<\xe2\x80\xae<b>>\nS: 550 Authentication required\n"
        refusal = Refusal(replies.AUTH_REQUIRED, dialogue)
        kept.add(Attempt(at_ms, builders.session(), None, False, refusal))
    return kept


async def test_a_refused_attempt_is_told_until_mail_comes(store: Store) -> None:
    """On the first page alone: it is where the mail would have been."""
    before, after = attempts(builders.NOW_MS - 1), attempts(builders.NOW_MS + 1)
    async with serving(application(store, attempts=before)) as client:
        assert "Log in before MAIL" in await page(client, "/")
        assert "Log in before MAIL" not in await page(client, "/?status=refused")
        await numbered(store, 1)
        assert "Log in before MAIL" not in await page(client, "/")
    async with serving(application(store, attempts=after)) as client:
        assert "Log in before MAIL" in await page(client, "/")


async def test_refused_attempts_have_a_page(store: Store) -> None:
    """With reason, remedy and dialogue, as text, in the reader's language."""
    async with serving(application(store, attempts=attempts(builders.NOW_MS))) as client:
        text = await page(client, "/ui/refused")
        for said in ("550 Authentication required", "Log in before MAIL", "127.0.0.1:40000"):
            assert said in text
        assert "MAIL FROM:&lt;\u202e&lt;b&gt;&gt;" in text
        assert "先登录" in (await client.get("/ui/refused", headers={"Accept-Language": "zh"})).text
        limited = await page(client, "/ui/refused?api_user=sandbox_user")
        assert "Nothing was refused" in limited


@pytest.mark.parametrize(
    ("octets", "told"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (27_400, "27 kB"),
        (1_400_000, "1.4 MB"),
        (2_500_000_000, "2.5 GB"),
    ],
)
def test_a_size_is_told_briefly(octets: int, told: str) -> None:
    """In units of 1,000 octets."""
    assert size(octets) == told


async def test_what_would_turn_a_subject_round_is_written_out(
    client: httpx.AsyncClient, store: Store
) -> None:
    """As on the message's own page."""
    await take(store, builders.expansion(subject="invoice\u202efdp.exe"))
    text = await page(client, "/")
    assert "\u202e" not in text
    assert "invoice[U+202E]fdp.exe" in text
