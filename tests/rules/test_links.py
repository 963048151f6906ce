"""The links of a mail (rules/links.py)."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from sendcloud_inbound.rules import links


def test_targets_in_order_each_once() -> None:
    """The targets of `a` and `area` count, entities decoded, white space around them not."""
    html = """<A HREF=' http://a.cn/?x=1&amp;y=2 '>1</A><area href="tel:1"><a name="n">2</a>
    <a href="#top">3</a><a href="http://a.cn/?x=1&amp;y=2">4</a><a href="">5</a>
    <!-- <a href="http://no.cn">6</a> --><link href="http://no.cn"><a href=mailto:a@b.cn>7"""
    assert links.of_html(html) == ["http://a.cn/?x=1&y=2", "tel:1", "mailto:a@b.cn"]


def test_bare_urls_end_before_the_sentence_does() -> None:
    """Punctuation, Chinese as well, is no part of a URL."""
    text = "See http://a.cn/b?c=d, (https://e.cn/f). 或 https://g.cn/h。 <http://i.cn> ftp://no"
    assert links.of_text(text) == [
        "http://a.cn/b?c=d",
        "https://e.cn/f",
        "https://g.cn/h",
        "http://i.cn",
    ]


def test_an_href_is_an_attribute_of_its_own() -> None:
    """Not within another one's value, not as a part of a name; the first one counts."""
    html = """<a title=' href="http://no.cn"' data-href="http://no.cn" href = "http://a.cn/ b"
    href="http://no.cn">1</a><a/href='http://b.cn'><abbr href="http://no.cn"><a href>"""
    assert links.of_html(html) == ["http://a.cn/ b", "http://b.cn"]


@pytest.mark.parametrize(
    ("value", "target"),
    [
        ("?a=1&amp;copy=2", "?a=1&copy=2"),
        ("?a=1&copy=2&region=cn&lt", "?a=1&copy=2&region=cn<"),
        ("?a=&#38;&#x26&#65;&nosuch;&amp", "?a=&&A&nosuch;&"),
        ("\r\n http://a.cn/\r\n\tb c ", "http://a.cn/b c"),
        ("&", "&"),
    ],
)
def test_a_target_is_what_browsers_make_of_the_value(value: str, target: str) -> None:
    """A reference without a semicolon is one only where nothing goes on; line ends are none."""
    assert links.target(value) == target


@pytest.mark.parametrize(
    "html",
    [
        """<img alt="<a href='http://no.cn'>">""",
        "<script>'<a href=http://no.cn>'</scripts></script >",
        "<STYLE a=b><a href=http://no.cn></style>",
        "<title><a href=http://no.cn>",
        "<!-- <a href=http://no.cn> --",
        "<!<a href=http://no.cn>",
        "</ <a href=http://no.cn>",
        "<a href=http://no.cn",
        "<a href='http://no.cn>",
        "<a =href=http://no.cn>",
        "< a href=http://no.cn>",
        "<a\u3000href=http://no.cn>",
        "<base href=http://no.cn></a href=http://no.cn>",
    ],
)
def test_what_browsers_take_for_no_link(html: str) -> None:
    """Within other attributes, scripts, comments; unfinished; not the tag or attribute."""
    assert links.of_html(html) == []


@pytest.mark.parametrize(
    "html",
    [
        "<!--><a href=http://a.cn>",
        "<!---><a href=http://a.cn>",
        "<!-- --!><a href=http://a.cn>",
        "<![endif]--><a href=http://a.cn>",
        "<script/></script><a href=http://a.cn>",
        """<p title=it's><a href=http://a.cn><p title=it's>""",
        """<a title="x"href=http://a.cn>""",
        """<a "quoted" href=http://a.cn>""",
        "<a <b href=http://a.cn>",
        "<a\fhref=\n'http://a.cn'>",
        "<area / href=http://a.cn>",
    ],
)
def test_what_browsers_take_for_a_link(html: str) -> None:
    """Comments that end at once, quotes where they mean nothing, odd spaces."""
    assert links.of_html(html) == ["http://a.cn"]


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<a ",
        "<a href='",
        '<a href="&a',
        "<!--",
        "<!",
        "<?",
        "</",
        "<![CDATA[",
        "<area/x=' ",
        "<a x",
        "<script>",
        "<!-- -",
        "<p =",
        "<style></styl",
        "=",
        "&#",
        "<a href=&#",
    ],
)
def test_hostile_html_is_read_in_one_pass(piece: str) -> None:
    """A megabyte of it is done long before a test may take; looked at again and again, never."""
    assert len(links.of_html(piece * (1_000_000 // len(piece)))) <= 1


@given(st.text())
def test_any_text_has_links_or_none(text: str) -> None:
    """Whatever a mail holds, looking for links ends."""
    assert isinstance(links.of_html(f"<a href={text}"), list)
    assert all(url in text for url in links.of_text(text))
