"""What may be the URL of a webhook."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, strategies as st

from sendcloud_inbound.rules.orders import receiver_url


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000/hook",
        "https://example.com",
        "http://[::1]:80/?a=b&c=%20",
        "HTTPS://例え.jp/路?x=您",
    ],
)
def test_what_can_be_called_is_taken_as_it_is(url: str) -> None:
    """With any host, port, path and query."""
    assert receiver_url(url) == url


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", "such as https://example.com/hook"),
        ("example.com/hook", "such as"),
        ("ftp://example.com/", "such as"),
        ("http:///hook", "such as"),
        ("http://a:0/", "such as"),
        ("http://a:99999/", "it is no URL"),
        ("http://[::1/", "it is no URL"),
        ("http://a/ b", "no blank"),
        ("http://a/\r\nX: y", "no control character"),
        ("http://me:secret@a/", "no user and password"),
        ("http://a/#b", "no fragment"),
        ("http://a/" + "b" * 2048, "at most 2048"),
    ],
)
def test_the_rest_is_refused(url: str, why: str) -> None:
    """With the reason."""
    with pytest.raises(ValueError, match=why):
        receiver_url(url)


@given(st.text() | st.text().map("http://{}".format))
def test_any_text_is_a_url_or_refused(text: str) -> None:
    """Nothing else comes of it."""
    with suppress(ValueError):
        assert receiver_url(text) == text
