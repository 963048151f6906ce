"""A mail's HTML, made fit to be opened from a file."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given, strategies as st

from sendcloud_inbound.cli.report.copies import guarded


class FirstTags(HTMLParser):
    """Notes tags and texts in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.seen.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Note a text that would begin the body."""
        if data.strip(" \t\n\f\r"):
            self.seen.append(("(text)", {}))


@pytest.mark.parametrize(
    "html",
    [
        "<p>Hello</p>",
        "<!DOCTYPE html><html><head><meta charset=gbk></head></html>",
        '\r\n<!doctype HTML PUBLIC "-//W3C//DTD HTML 4.01//EN">\n<script>1</script>',
        "\x0b<!doctype html><script>1</script>",
        "\u3000<!doctype html><script>1</script>",
        "<!-- <!doctype html> --><script>1</script>",
        "",
    ],
)
def test_the_policy_comes_before_all_that_counts(html: str) -> None:
    """First the charset, then that nothing runs or is loaded; no text before them."""
    (first, charset), (second, policy) = FirstTags(guarded(html)).seen[:2]
    assert (first, charset) == ("meta", {"charset": "utf-8"})
    assert (second, policy["http-equiv"]) == ("meta", "Content-Security-Policy")
    assert (policy["content"] or "").startswith("default-src 'none';")


def test_the_doctype_stays_the_first_thing() -> None:
    """Else a browser would draw the mail as those of the last century did."""
    assert guarded("\n<!DOCTYPE html>\n<p>Hello").startswith("\n<!DOCTYPE html><meta")


@given(st.text())
def test_nothing_of_the_mail_is_changed(html: str) -> None:
    """The policy is put in, once, and that is all."""
    shown = guarded(html)
    policy = guarded("")
    before, _, after = shown.partition(policy)
    assert before + after == html
