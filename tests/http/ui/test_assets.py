"""Stylesheet and scripts: kept for ever, small, and whole."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from sendcloud_inbound.http.ui.assets import path_of

if TYPE_CHECKING:
    import httpx

STATIC = {
    each.name: each.read_bytes()
    for each in files("sendcloud_inbound.http.ui").joinpath("static").iterdir()
}
LARGEST = 150_000
"""Octets of all that a page may weigh, with itself."""


@pytest.mark.parametrize("name", STATIC)
async def test_an_asset_is_kept_for_ever(client: httpx.AsyncClient, name: str) -> None:
    """Under the path that pages name; it comes compressed, and not again to who has it."""
    answer = await client.get(path_of(name))
    assert answer.content == STATIC[name]
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    plain = await client.get(path_of(name), headers={"Accept-Encoding": "identity"})
    assert plain.content == STATIC[name]
    assert plain.headers["etag"] != answer.headers["etag"]
    for each in (answer, plain):
        given = {"If-None-Match": each.headers["etag"]}
        assert (await client.get(path_of(name), headers=given)).status_code == 304


async def test_an_asset_of_another_version_is_not_kept(client: httpx.AsyncClient) -> None:
    """While one version takes the place of another, its pages get what is there."""
    answer = await client.get("/ui/static/0123456789abcdef/app.js")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")
    assert (await client.get("/ui/static/0123456789abcdef/nope.js")).status_code == 404


def test_a_page_weighs_little() -> None:
    """All of the assets, as they are, leave room for the page itself."""
    assert sum(map(len, STATIC.values())) < LARGEST // 2


@pytest.mark.parametrize("name", [name for name in STATIC if name.endswith((".js", ".css"))])
def test_an_asset_names_nobody_else(name: str) -> None:
    """Modules import their neighbours, and nothing names another host."""
    text = STATIC[name].decode()
    assert "//" not in re.sub(r"^//.*$|\s// .*$", "", text, flags=re.MULTILINE)
    for imported in re.findall(r'from "([^"]+)"', text):
        assert imported.removeprefix("./") in STATIC
