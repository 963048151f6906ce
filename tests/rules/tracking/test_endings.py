"""The open pixel and the unsubscribe link (SENDCLOUD.md 6.4, 6.5)."""

from __future__ import annotations

import re
from base64 import b85encode
from hashlib import shake_256

import pytest

from sendcloud_inbound.rules.links import of_html
from sendcloud_inbound.rules.model import NO_PAGE
from sendcloud_inbound.rules.substitution.mentions import UNSUBSCRIBE_LINK
from sendcloud_inbound.rules.tracking import Kind, read_url
from tests.rules.rendered import bodies, fields, octets_of, parsed, subject, tree
from tests.rules.tracking.mails import (
    BEN,
    CLICK,
    HOST,
    OFF,
    OPEN,
    SUBSCRIPTION,
    copy,
    html_mail,
    shown,
    tracked,
    undone,
)


def kinds(text: str) -> list[Kind]:
    """Return the kinds of the tracking URLs in a text, in order."""
    return [mark.kind for mark in tracked(text)]


def test_the_pixel_is_the_one_that_was_seen() -> None:
    """Octet for octet, on a line of its own."""
    got = shown("<p>x</p>", **OPEN)
    (mark,) = tracked(got)
    assert (mark.kind, mark.recipient) == (Kind.OPEN, BEN)
    assert re.fullmatch(
        r'<p>x</p>\r\n<br><br><div style="width:1px;height:0px;overflow:hidden">'
        r'<img style="width:0;height:0" src="http://127\.0\.0\.1:8025/track/open2/[^"]*\.gif">'
        r"</div>",
        got,
    )


@pytest.mark.parametrize(
    ("html", "begin", "end"),
    [
        ("<body>x</body></html>", "<body>x", "</body></html>"),
        ("<BODY>x</BoDy >\r\n", "<BODY>x", "</BoDy >\r\n"),
        ("x</body>y</body>z", "x</body>y", "</body>z"),
        ("x</body><!-- </body> -->", "x", "</body><!-- </body> -->"),
        ("x<p title='</body>'>", "x<p title='</body>'>", ""),
        ("x</bodyguard>", "x</bodyguard>", ""),
        ("x</body", "x</body", ""),
        ("", "", ""),
        ("你</body>好", "你", "</body>好"),
    ],
)
def test_it_stands_before_the_end_of_the_body(html: str, begin: str, end: str) -> None:
    """The last one that is a tag, else at the end."""
    got = shown(html, **OPEN)
    assert kinds(got) == [Kind.OPEN]
    assert got.startswith(f"{begin}\r\n<br><br>")
    assert got.endswith(f"</div>{end}")
    assert undone(got) == html


def test_a_variable_around_the_end_is_not_cut() -> None:
    """Its value stands behind the pixel."""
    html = "a%x</body>%b"
    (got,) = bodies(copy(html_mail(html, sub={"%x</body>%": ["v"]}), **OPEN))
    assert undone(got) == "avb"
    assert got.startswith("a\r\n")
    assert got.endswith("</div>vb")


@pytest.mark.parametrize("encoding", ["7bit", "8bit", "quoted-printable", "base64"])
@pytest.mark.parametrize("html", ["", "x", "x\r\n", "x=", "%a%", "%a%</body>%a%", "x\r\n-"])
def test_at_the_end_of_any_encoding(encoding: str, html: str) -> None:
    """Behind the last character, and behind a variable at the end."""
    (got,) = bodies(copy(html_mail(html, encoding=encoding, sub={"%a%": ["你="]})))
    assert undone(got).rstrip("\r\n") == html.replace("%a%", "你=").rstrip("\r\n")
    assert kinds(got) == [Kind.UNSUBSCRIBE, Kind.OPEN]


def test_malformed_quoted_printable_at_the_end() -> None:
    """A lone equals sign does not swallow what follows it."""
    content = html_mail("", encoding="quoted-printable") + b"x=41=\r\ny="
    (got,) = bodies(copy(content))
    assert undone(got) == "xAy"


@pytest.mark.parametrize("end", [b"", b"\r\n", b"\r\njunk", b"\nX: y\r\n"])
def test_a_header_that_does_not_end_is_no_body(end: bytes) -> None:
    """Nothing is put behind it, for it would become a part of it."""
    content = b"From: a@b.example\r\nContent-Type: text/html" + end
    assert copy(content, **OPEN) == copy(content, **OFF)
    assert kinds(copy(content + b"\r\n\r\n", **OPEN).decode()) == [Kind.OPEN]


def test_every_html_part_and_nothing_else_has_one() -> None:
    """A part in a charset that nobody knows too, for its octets are ASCII's; no attachment."""
    parts = [
        "text/html\r\n\r\n<p>1</p>",
        "text/plain\r\n\r\n2</body>",
        "text/html; charset=x-unknown\r\n\r\n3",
        "text/html\r\nContent-Disposition: attachment\r\n\r\n4",
        "text/html\r\nContent-Disposition: inline\r\n\r\n5",
        "text/html; charset=utf-16\r\n\r\nodd",
        "application/xhtml+xml\r\n\r\n<p>6</p>",
    ]
    joined = "".join(f"--b\r\nContent-Type: {part}\r\n" for part in parts)
    content = f"Content-Type: multipart/mixed; boundary=b\r\n\r\n{joined}--b--\r\n".encode()
    got = copy(content, **OPEN)
    payloads = [octets_of(part).decode() for part in parsed(got).iter_parts()]
    assert [kinds(each) for each in payloads] == [
        [Kind.OPEN],
        [],
        [Kind.OPEN],
        [],
        [Kind.OPEN],
        [],
        [],
    ]
    assert tree(got) == tree(content)


def test_the_placeholder_becomes_the_unsubscribe_link() -> None:
    """In HTML and in plain text, wherever it stands; then no button is added, no click tracked."""
    content = (
        b"Subject: %b\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\nunsubscribe: %b\r\n"
        b"--b\r\nContent-Type: text/html\r\n\r\n<a href='%b'>x</a> %b\r\n--b--\r\n"
    ).replace(b"%b", UNSUBSCRIBE_LINK.encode())
    got = copy(content)
    text, html = bodies(got)
    assert kinds(text) == [Kind.UNSUBSCRIBE]
    assert kinds(html) == [Kind.UNSUBSCRIBE, Kind.UNSUBSCRIBE, Kind.OPEN]
    assert text.strip().removeprefix("unsubscribe: ") == of_html(html)[0]
    assert subject(got) == UNSUBSCRIBE_LINK
    assert UNSUBSCRIBE_LINK in bodies(copy(content, **OPEN))[0]


def test_without_a_placeholder_a_button_is_added() -> None:
    """A centred block with SendCloud's words in front of the pixel, in any charset."""
    for charset in ("us-ascii", "gb2312", "utf-16"):
        (got,) = bodies(copy(html_mail("<p>x", charset=charset, encoding="base64")))
        assert kinds(got) == [Kind.UNSUBSCRIBE, Kind.OPEN]
        assert "&#28857;&#20987;&#36825;&#37324;&#21462;&#28040;&#35746;&#38405;</a></div>" in got
        assert undone(got).removeprefix("\ufeff") == "<p>x"
    assert kinds(shown("<p>x", **SUBSCRIPTION)) == [Kind.UNSUBSCRIBE]
    assert shown("<p>x", **CLICK) == "<p>x"


def test_a_placeholder_in_plain_text_does_not_spare_the_button() -> None:
    """Who reads the HTML would have none."""
    content = (
        b"Content-Type: multipart/alternative; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\n%b\r\n"
        b"--b\r\nContent-Type: text/html\r\n\r\nx\r\n--b--\r\n"
    ).replace(b"%b", UNSUBSCRIBE_LINK.encode())
    text, html = bodies(copy(content, **SUBSCRIPTION))
    assert kinds(text) == kinds(html) == [Kind.UNSUBSCRIBE]
    assert "</a></div>" in html


@pytest.mark.parametrize("more", [0, 40])
def test_our_link_outranks_a_variable_of_that_name(more: int) -> None:
    """A client passes the placeholder as a key of `sub`; in the Subject its value stands."""
    html = f"<a href='{UNSUBSCRIBE_LINK}'>%a%{UNSUBSCRIBE_LINK}"
    sub = {UNSUBSCRIBE_LINK: ["theirs"], "%a%": ["A"], "%user_defined_unsubscribe_link%": ["no"]}
    sub |= {f"%more{number}%": ["x"] for number in range(more)}
    content = html_mail(html, f"Subject: %a%{UNSUBSCRIBE_LINK}", sub=sub)
    (got,) = bodies(copy(content, **SUBSCRIPTION))
    assert kinds(got) == [Kind.UNSUBSCRIBE] * 2
    assert "A" in got
    assert subject(copy(content, **SUBSCRIPTION)) == "Atheirs"
    (untracked,) = bodies(copy(content, **OFF))
    assert untracked == "<a href='theirs'>Atheirs"


def test_an_unsubscribe_link_within_another_link() -> None:
    """It is a part of where that one leads; one that begins with it is tracked already."""
    html = shown(f"<a href='http://a.example/?u={UNSUBSCRIBE_LINK}'>")
    clicked = next(mark for mark in tracked(html) if mark.kind is Kind.CLICK)
    inner = read_url(clicked.link.partition("?u=")[2], HOST.key)
    assert inner is not None
    assert inner.kind is Kind.UNSUBSCRIBE
    html = shown(f"<a href='{UNSUBSCRIBE_LINK}&amp;x=1'><a href='{UNSUBSCRIBE_LINK} '>")
    assert kinds(html) == [Kind.UNSUBSCRIBE, Kind.UNSUBSCRIBE, Kind.OPEN]


def test_without_a_page_of_ones_own_there_is_none_in_the_token() -> None:
    """SendCloud's own page, as in the links that were seen (SENDCLOUD.md 6.2, 6.3)."""
    (mark,) = tracked(shown("x", **SUBSCRIPTION))
    assert mark.page_id == NO_PAGE
    (mark,) = tracked(shown("x", **SUBSCRIPTION, default_page_id=3))
    assert mark.page_id == 3


def test_each_kind_can_be_had_alone() -> None:
    """One switch, one kind."""
    html = "<a href=http://a.example>"
    one = [kinds(shown(html, **of)) for of in (OPEN, CLICK, SUBSCRIPTION, OFF)]
    assert one == [[Kind.OPEN], [Kind.CLICK], [Kind.UNSUBSCRIBE], []]


def test_list_unsubscribe_has_both_forms() -> None:
    """The mailto form and our URL, and that one POST is enough (6.5, RFC 8058)."""
    header = dict(fields(copy(html_mail("x"), **SUBSCRIPTION)))
    mailto, url = header["List-Unsubscribe"].split(", ")
    assert mailto.startswith("<mailto:0_")
    mark = read_url(url.strip("<>"), HOST.key)
    assert mark is not None
    assert (mark.kind, mark.recipient) == (Kind.UNSUBSCRIBE, BEN)
    assert header["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "List-Unsubscribe-Post" not in dict(fields(copy(html_mail("x"), **OPEN)))
    assert "List-Unsubscribe-Post" not in dict(fields(copy(html_mail("x"), None)))
    for own in ("List-Unsubscribe: <mailto:x@y.example>", "List-Unsubscribe-Post: x"):
        names = [name for name, _ in fields(copy(html_mail("x", own), **SUBSCRIPTION))]
        assert names.count(own.partition(":")[0]) == 1
        assert ("List-Unsubscribe-Post" in names) == own.startswith("List-Unsubscribe-Post")


@pytest.mark.parametrize(
    ("octets", "form"), [(0, "> <"), (300, "> <"), (480, ">\r\n <"), (900, "")]
)
def test_no_header_line_is_too_long(octets: int, form: str) -> None:
    """A long URL gets a line of its own, or is left out; it is never broken."""
    noise = b85encode(shake_256(b"").digest(octets)).decode()[:octets]
    copied = copy(html_mail("x", f"SC-Custom-k: {noise}"), **SUBSCRIPTION)
    head, _, _ = copied.partition(b"\r\n\r\n")
    assert max(map(len, head.split(b"\r\n"))) <= 998
    urls = re.findall(r"<(http[^>]*)>", dict(fields(copied))["List-Unsubscribe"])
    assert [read_url(url, HOST.key) is not None for url in urls] == [True] * bool(form)
    assert (b"List-Unsubscribe-Post" in head) == bool(form)
    assert re.search(form.replace("> ", ">, ").replace(">\r", ">,\r"), head.decode())
