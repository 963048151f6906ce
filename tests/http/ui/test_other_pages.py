"""The pages beside the inbox, as a reader without scripts gets them."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import pytest

from sendcloud_inbound.rules.fidelity import MATRIX
from sendcloud_inbound.rules.history import EventKind, Post, PostState
from sendcloud_inbound.rules.orders import Webhook
from sendcloud_inbound.rules.simulation import outcomes, read_rules
from tests import builders
from tests.http.serving import application, serving, take

if TYPE_CHECKING:
    import httpx

    from sendcloud_inbound.store import Store

ENGLISH = {"Accept-Language": "en"}


async def shown(client: httpx.AsyncClient, path: str) -> str:
    """Return the text of a page in English."""
    answer = await client.get(path, headers=ENGLISH)
    assert answer.status_code == 200, answer.text
    return html.unescape(answer.text)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/ui/rules?api_user=nobody", 404),
        ("/ui/lists/no@maillist.sendcloud.org?api_user=sandbox_user", 404),
        ("/ui/templates/no?api_user=sandbox_user", 404),
        ("/ui/templates/no", 400),
        ("/ui/webhooks/deliveries/7", 404),
        ("/ui/webhooks?state=no", 400),
        ("/ui/statistics?range=year", 400),
        ("/ui/fidelity?status=no", 400),
        ("/ui/help?what=1", 400),
        ("/ui/suppressions?cursor=x", 400),
    ],
)
async def test_what_is_not_there_is_a_page_too(
    client: httpx.AsyncClient, path: str, status: int
) -> None:
    """And what cannot be asked for."""
    answer = await client.get(path, headers=ENGLISH)
    assert answer.status_code == status
    assert "That did not work" in answer.text


async def test_settings_are_shown_with_their_origin(store: Store) -> None:
    """One that nobody has told has none."""
    rows = [
        ("http.port", "8025", "default"),
        ("smtp.port", "25", "environment X"),
        ("a", "b", None),
    ]
    async with serving(application(store, settings=rows)) as client:
        page = await shown(client, "/ui/settings")
    assert page.index("http.port") < page.index("smtp.port") < page.index("environment X")
    assert '<tr role="row" class="given">' in page
    assert page.count('class="given"') == 1


async def test_a_clock_that_others_share_cannot_be_set(store: Store) -> None:
    """The page says so, and has no button for it."""
    async with serving(application(store, sees_all=False)) as client:
        page = await shown(client, "/ui/settings")
    assert "cannot be changed here" in page
    assert "/sandbox/v1/clock" not in page


async def test_magic_addresses_are_told_from_what_they_do(store: Store) -> None:
    """Every outcome there is has one; without a domain there is none."""
    async with serving(application(store, magic_domain="sandbox.test")) as client:
        page = await shown(client, "/ui/rules")
    for outcome in outcomes.Outcome:
        assert f"<code>{outcome.value}" in page
    assert "404 address format error" in page
    async with serving(application(store)) as client:
        assert "switched off" in await shown(client, "/ui/rules")


async def test_examples_of_rules_are_rules(client: httpx.AsyncClient) -> None:
    """As they would be put in."""
    page = (await client.get("/ui/rules", headers=ENGLISH)).text
    examples = [part.partition('"')[0] for part in page.split('data-rule="')[1:]]
    assert len(examples) == 6
    read_rules(f'{{"rules": [{", ".join(map(html.unescape, examples))}]}}')


async def test_rules_are_shown_as_they_can_be_put(client: httpx.AsyncClient) -> None:
    """In the table, and as JSON; a recipient is text on the page."""
    rules = {"rules": [{"recipient": "</textarea>@b.cn", "outcome": "slow", "delay_s": 5}]}
    params = {"api_user": "sandbox_user"}
    put = await client.put("/sandbox/v1/rules", params=params, json=rules)
    page = (await client.get("/ui/rules", headers=ENGLISH)).text
    assert "&lt;/textarea&gt;@b.cn" in page
    assert page.count("</textarea>") == 1
    text = html.unescape(page.partition("<textarea")[2].partition(">")[2].partition("</text")[0])
    again = await client.put("/sandbox/v1/rules", params=params, content=text.encode())
    assert again.json() == put.json()


async def test_the_matrix_is_shown_whole_or_by_status(client: httpx.AsyncClient) -> None:
    """Each row once."""
    assert (await shown(client, "/ui/fidelity")).count('<tr role="row" id=') == len(MATRIX)
    unknown = sum(row.status == "unknown" for row in MATRIX)
    page = await shown(client, "/ui/fidelity?status=unknown")
    assert page.count('<tr role="row" id=') == unknown


async def test_a_call_about_many_tells_the_first(client: httpx.AsyncClient, store: Store) -> None:
    """And how many more; the filters stay in what is replayed."""
    hook = await store.orders.add_webhook(Webhook(0, None, "http://127.0.0.1:9/"))
    fields = '{"event": "request", "recipientArray": "[\\"a@x.cn\\", \\"b@x.cn\\", \\"c@x.cn\\"]"}'
    now_ms = builders.NOW_MS
    post = Post(
        hook.key, "sandbox_user", hook.url, EventKind.REQUEST, 0, fields, now_ms, now_ms,
        state=PostState.DROPPED,
    )  # fmt: skip
    await take(store, builders.expansion(posts=(post,)))
    page = await shown(client, "/ui/webhooks?state=dropped")
    assert "a@x.cn +2" in page
    assert "POST /sandbox/v1/webhook-deliveries/replay?state=dropped" in page
    assert "a@x.cn +2" not in await shown(client, "/ui/webhooks?state=waiting")


async def test_statistics_have_their_numbers_in_a_table(
    client: httpx.AsyncClient, store: Store
) -> None:
    """Beside the drawing, which says them in words."""
    await take(store, builders.expansion(), received_at_ms=2 * builders.NOW_MS)
    page = await shown(client, "/ui/statistics?range=day")
    assert 'role="img" aria-label="Messages that came: Expanded 1, Queued 0' in page
    assert "<caption" in page
    assert "No mail in this time." in await shown(client, "/ui/statistics?api_user=another")
