"""What holds for tracked copies of any HTML in any charset and transfer encoding."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest
from hypothesis import given, strategies as st

from sendcloud_inbound.rules.links import of_html
from sendcloud_inbound.rules.tracking import Kind
from tests.rules.rendered import bodies, fields, tree
from tests.rules.test_rendering import divided, hostile, messages
from tests.rules.tracking.mails import (
    ALL,
    BEN,
    CLICK,
    HOST,
    OFF,
    copies,
    copy,
    html_mail,
    plain,
    tracked,
    undone,
)

pieces = st.sampled_from(
    ["<a href=", "<A\tHREF = ", "<area\r\nhref=", "'", '"', "http://a.example/x", "text 你好",
     " http://你好.example/?x=1&amp;y=张#z ", "HTTPS://b.example", "mailto:a@b.example", "#", "/x",
     ">", " ", "</a>", "\r\n", "<!--", "-->", "<p title=", "=", "&quot;", "<", "</body>", "é",
     "<script>", "</script>", "&", "%", "x" * 200, "-", "--b", "<a href='http://c.example/%a%'>",
     "%a%", "%%", "<a href='%a%'>", "<a href='%a%/x'>"]
)  # fmt: skip
htmls = st.lists(pieces, max_size=30).map("".join)
values = st.one_of(
    st.text(), hostile, st.sampled_from(["http://v.example", "https://v.example/张"])
)
encodings = st.sampled_from(["7bit", "8bit", "quoted-printable", "base64"])
charsets = st.sampled_from(["us-ascii", "utf-8", "gb2312", "shift_jis", "iso-2022-jp", "utf-16"])


def mail(html: str, charset: str, encoding: str, *column: str) -> bytes:
    """Return a mail of HTML, as far as its charset can hold it, with values for %a%."""
    if charset == "utf-16":
        encoding = "base64"
    kept = html.encode(charset, "xmlcharrefreplace").decode(charset)
    keys: dict[str, Any] = {"sub": {"%a%": [*column]}} if column else {}
    return html_mail(kept, charset=charset, encoding=encoding, **keys)


def lines(html: str) -> str:
    """Return HTML whose line ends are no matter, nor a mark of byte order."""
    return html.removeprefix("\ufeff").replace("\r\n", "\n")


@given(htmls, charsets, encodings)
def test_what_tracking_put_in_can_be_taken_out(html: str, charset: str, encoding: str) -> None:
    """With each link as its token has it, and without pixel and button, it is the mail as sent."""
    content = mail(html, charset, encoding)
    (before,), (after,) = bodies(copy(content, **OFF)), bodies(copy(content))
    assert lines(undone(after)) == lines(plain(before))
    assert [mark.kind for mark in tracked(after)].count(Kind.OPEN) == 1
    assert copies(content).links(0, BEN) == [
        link for link in of_html(before) if link in {mark.link for mark in tracked(after)}
    ]


@given(htmls, charsets, encodings, values, st.sampled_from([ALL, CLICK]))
def test_the_same_holds_with_values_in_links(
    html: str, charset: str, encoding: str, value: str, on: dict[str, Any]
) -> None:
    """Values are replaced first, and whatever they hold, no link leads elsewhere."""
    content = mail(html, charset, encoding, value)
    (before,), (after,) = bodies(copy(content, **OFF)), bodies(copy(content, **on))
    leading = {mark.link for mark in tracked(after) if mark.kind is Kind.CLICK}
    assert leading == set(copies(content, **on).links(0, BEN))
    if not set(value) & set("\"'<> \t\r\n\f/=-"):
        assert lines(undone(after)) == lines(plain(before))


@given(messages)
def test_any_message_can_be_tracked(content: bytes) -> None:
    """Nothing is raised, and no part and no field but List-Unsubscribe-Post comes in."""
    before, after = copy(content, None), copy(content)
    added = {"List-Unsubscribe-Post", "Content-Type", "Content-Transfer-Encoding", "MIME-Version"}
    names = [name for name, _ in fields(after) if name not in added]
    assert names == [name for name, _ in fields(before) if name not in added]
    assert copy(content, **OFF) == copy(content, None, **OFF)


@given(st.lists(pieces.filter(lambda piece: "href" not in piece.lower()), max_size=30))
def test_what_has_nothing_to_track_stays_octet_for_octet(parts: list[str]) -> None:
    """Without a link and a variable a part is not touched, however it is encoded."""
    html = "".join(parts)
    for encoding in ("8bit", "base64", "quoted-printable"):
        content = html_mail(html, encoding=encoding)
        assert copy(content, **CLICK) == copy(content, **OFF)


@given(encodings, charsets, htmls, st.text() | hostile)
def test_tracking_changes_no_tree(encoding: str, charset: str, html: str, value: str) -> None:
    """Boundaries stay what they are, whatever stands beside a link in a line."""
    kept = html.encode(charset, "xmlcharrefreplace").decode(charset)
    content = divided(encoding, charset, kept).replace(b"text/plain", b"text/html")
    given_api = b64encode(json.dumps({"sub": {"%a%": [value]}}).encode())
    content = b"X-SMTPAPI: %b\r\n%b" % (given_api, content)
    assert tree(copy(content)) == tree(copy(content, **OFF))


@pytest.mark.parametrize("encoding", ["7bit", "quoted-printable", "base64"])
def test_the_email_package_agrees(encoding: str) -> None:
    """A page with many links, in lines as mail has them, comes back whole."""
    html = "".join(f'<p>{n} <a href="http://a.example/{n}">x</a>\r\n' for n in range(100))
    content = html_mail(html, charset="us-ascii", encoding=encoding)
    after = copy(content, **CLICK)
    (got,) = bodies(after)
    assert lines(undone(got)) == lines(html)
    assert f"Content-Transfer-Encoding: {encoding}\r\n".encode() in after
    assert max(map(len, after.partition(b"\r\n\r\n")[2].split(b"\r\n"))) <= 998
    assert copy(content, HOST, **CLICK) == after
