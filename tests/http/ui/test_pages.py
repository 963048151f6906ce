"""What all pages have in common: policy, languages, switches, problems."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sendcloud_inbound.http.ui.navigation import NAVIGATION
from tests import builders
from tests.http.serving import take

if TYPE_CHECKING:
    import httpx

    from sendcloud_inbound.store import Store

PATHS = [*(path for path, _ in NAVIGATION), "/ui/fidelity"]
ENGLISH = {"Accept-Language": "en"}


@pytest.mark.parametrize("path", [*PATHS, "/ui/nope", "/?limit=0"])
async def test_a_page_runs_and_loads_nothing_but_ours(client: httpx.AsyncClient, path: str) -> None:
    """Whatever a mail gets onto it; and nobody frames it."""
    answer = await client.get(path)
    policy = dict(
        each.strip().split(" ", 1) for each in answer.headers["content-security-policy"].split(";")
    )
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "frame-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("headers", "lang"),
    [
        ({"Accept-Language": "zh-CN,en;q=0.5"}, "zh"),
        ({"Accept-Language": "en-US"}, "en"),
        ({"Accept-Language": "zh", "Cookie": "sendcloud_inbound_language=en"}, "en"),
        ({"Accept-Language": "zh", "Cookie": "sendcloud_inbound_language=xx"}, "zh"),
    ],
)
async def test_a_page_speaks_its_readers_language(
    client: httpx.AsyncClient, path: str, headers: dict[str, str], lang: str
) -> None:
    """That of the switch, else that of the browser."""
    assert f'<html lang="{lang}"' in (await client.get(path, headers=headers)).text


async def test_the_switches_lead_back(client: httpx.AsyncClient) -> None:
    """To the page that they stood on, with what was chosen."""
    given = {"theme": "dark", "back": "/?api_user=a"}
    answer = await client.post("/ui/preferences", data=given)
    assert (answer.status_code, answer.headers["location"]) == (303, "/?api_user=a")
    assert 'data-theme="dark"' in (await client.get("/")).text


@pytest.mark.parametrize("back", ["//evil.example", "/\\evil.example", "https://evil.example", ""])
async def test_the_switches_lead_nowhere_else(client: httpx.AsyncClient, back: str) -> None:
    """What is no path of ours is the inbox; what is no language or theme is not kept."""
    given = {"back": back, "theme": "pink", "language": "xx"}
    answer = await client.post("/ui/preferences", data=given)
    assert answer.headers["location"] == "/"
    assert "set-cookie" not in answer.headers


async def test_another_site_switches_nothing(client: httpx.AsyncClient) -> None:
    """Its forms are refused as all that changes something is."""
    origin = {"Origin": "https://evil.example"}
    answer = await client.post("/ui/preferences", data={"theme": "dark"}, headers=origin)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/ui/nope", 404, "/ui/nope"),
        ("/?limit=0", 400, "limit"),
        ("/?cursor=x", 400, "cursor"),
        ("/?%3Cb%3E=1", 400, "&lt;b&gt;"),
    ],
)
async def test_a_problem_is_a_page(
    client: httpx.AsyncClient, path: str, status: int, said: str
) -> None:
    """For people, with what is wrong, as text."""
    answer = await client.get(path, headers=ENGLISH)
    assert (answer.status_code, answer.headers["content-type"]) == (
        status,
        "text/html; charset=utf-8",
    )
    assert said in answer.text
    assert "That did not work" in answer.text


async def test_a_store_that_is_gone_is_told(client: httpx.AsyncClient, store: Store) -> None:
    """With when to try again."""
    await store.close()
    answer = await client.get("/", headers=ENGLISH)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")


async def test_what_a_mail_says_is_text(client: httpx.AsyncClient, store: Store) -> None:
    """Its subject runs nothing."""
    await take(store, builders.expansion(subject="<script>x</script>"))
    assert "&lt;script&gt;x&lt;/script&gt;" in (await client.get("/")).text
