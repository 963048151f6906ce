"""Links of delivered mail become tracked ones (SENDCLOUD.md 6.1, 6.3)."""

from __future__ import annotations

import pytest

from sendcloud_inbound.errors import CopyTooLarge
from sendcloud_inbound.rules.links import of_html
from sendcloud_inbound.rules.model import NO_PAGE
from sendcloud_inbound.rules.tracking import Host, Kind, Mailing, Tracked, read_url
from tests.builders import account
from tests.rules.rendered import MESSAGE_ID, bodies, subject
from tests.rules.tracking.mails import (
    ALL,
    BEN,
    CLICK,
    HOST,
    OFF,
    copies,
    copy,
    html_mail,
    shown,
    tracked,
    undone,
)


def test_a_link_becomes_a_tracked_one() -> None:
    """The token says whose mail it is and where the link leads; nothing else changes."""
    html = "<p><A CLASS=x HREF='http://a.example/?x=1&amp;y=2' >a</A>\r\n"
    got = shown(html, **CLICK)
    (mark,) = tracked(got)
    assert mark == Tracked(
        kind=Kind.CLICK,
        email_id=f"{MESSAGE_ID}0${BEN}",
        mailing=Mailing(15, account().number),
        link="http://a.example/?x=1&y=2",
        page_id=NO_PAGE,
    )
    assert undone(got) == html.replace("&amp;", "&")


@pytest.mark.parametrize(
    "value",
    [
        "mailto:a@b.example", "tel:1", "#top", "", " ", "/shop", "shop.html", "//a.example/x",
        "ftp://a.example", "weixin://dl/business", "httpx://a", "http:", "http://", "http:///x",
        "javascript:void(0)", "?x=http://a.example",
        "http://127.0.0.1:8025/track/click2/x.html", "HTTP://127.0.0.1:8025/track/open",
        "https://sctrack.sendcloud.net/track/click/e30=.html", "http://scu.sohu.com/track/click/x",
        "https://track2.sendcloud.net:443/track/click2/x", "http://etrack05.com/track/click2/x",
        "https://sctrack.customer.example/track/unsubscribe2.do?p=x",
    ],
)  # fmt: skip
def test_what_leads_nowhere_or_is_tracked_already_stays(value: str) -> None:
    """Other schemes, anchors, relative links, SendCloud's own hosts and ours."""
    html = f'<a href="{value}">x</a><area href="{value}">'
    assert shown(html, **CLICK) == html


@pytest.mark.parametrize(
    "value",
    [
        "HTTPS://A.example", "http://a", " \r\n http://a.example/ ", "http://127.0.0.1:8025/shop",
        "http://a.example/track/click/x", "http://sctrack.sendcloud.net/", "https://你好.example/",
        "&#104;ttp://a.example", "http://a.example/%41%zz?%name", "http://[::1]/", "http://a?b",
    ],
)  # fmt: skip
def test_what_leads_out_is_tracked(value: str) -> None:
    """Whatever its case or spelling."""
    (mark,) = tracked(shown(f'<area href="{value}">', **CLICK))
    assert [mark.link] == of_html(f'<area href="{value}">')


@pytest.mark.parametrize(
    ("html", "links"),
    [
        ("<a href=http://a.example/x>", ["http://a.example/x"]),
        ("<a href=http://a.example/'x\"y>", ["http://a.example/'x\"y"]),
        ("<a href='http://a.example/\"x'>", ['http://a.example/"x']),
        ("<a\nhref\t=\r\n'http://a.example'/>", ["http://a.example"]),
        ("<a title='>' href=http://a.example>", ["http://a.example"]),
        ("<a href=http://a.example href=http://b.example>", ["http://a.example"]),
        ("<a href=\"http://a.example\"href='http://b.example'>", ["http://a.example"]),
        ("<!-- <a href=http://a.example> --><a href=http://b.example>", ["http://b.example"]),
        ("<img alt='<a href=http://a.example>'><link href=http://b.example>", []),
        ("<script><a href=http://a.example></script><a href='http://b.example>", []),
        ("<a href=http://a.example", []),
        ("<a href='http://a.example\r\n/b'>", ["http://a.example/b"]),
    ],
)
def test_only_the_value_changes_however_it_is_written(html: str, links: list[str]) -> None:
    """What is rewritten is what browsers follow and the API lists."""
    got = shown(html, **CLICK)
    assert [mark.link for mark in tracked(got)] == links == of_html(html)
    assert copies(html_mail(html), **CLICK).links(0, BEN) == links
    assert len(of_html(got)) == len(links)
    if all(link in html for link in links):
        assert undone(got) == html


def test_plain_text_and_attachments_stay() -> None:
    """No rewriting of bare URLs is documented; an attached page is no part of the mail's text."""
    page = b"Content-Type: text/html\r\n%b\r\n<a href=http://a.example>\r\n"
    attached = page % b"Content-Disposition: attachment\r\n"
    content = b"".join(
        (
            b"Content-Type: multipart/mixed; boundary=b\r\n\r\n",
            b"--b\r\nContent-Type: text/plain\r\n\r\nhttp://a.example <a href=http://a.example>\r\n",
            b"--b\r\n" + attached + b"--b\r\n" + page % b"" + b"--b--\r\n",
        )
    )
    got = copy(content, **CLICK)
    assert attached in got
    assert b"\r\nhttp://a.example <a href=http://a.example>\r\n" in got
    assert [mark.link for mark in tracked(got.decode())] == ["http://a.example"]


def test_half_a_character_is_no_tag() -> None:
    """In Johab the second octet of some is that of `<`."""
    letter = b"\xdd<".decode("johab")
    html = f"{letter}a href=http://no.example>x</a><a href=http://a.example>{letter}</a>"
    content = html_mail(html, charset="johab")
    (got,) = bodies(copy(content, **CLICK))
    assert [mark.link for mark in tracked(got)] == ["http://a.example"]
    assert undone(got) == html


def test_variables_in_a_link_are_replaced_first() -> None:
    """Each recipient's token holds the URL that is theirs, decoded as browsers do."""
    html = '<a href="%scheme%://a.example/?u=%u%&amp;v=%none%&amp;w=%short%">'
    sub = {"%scheme%": ["http", "ftp"], "%u%": ["1&amp;2", "x"], "%short%": ["s"]}
    made = copies(html_mail(html, to=[BEN, "b@x.example"], sub=sub), **CLICK)
    (got,) = bodies(made.copy(0, BEN))
    link = "http://a.example/?u=1&2&v=%none%&w=s"
    assert [mark.link for mark in tracked(got)] == [link] == made.links(0, BEN)
    (got,) = bodies(made.copy(1, "b@x.example"))
    assert got == '<a href="ftp://a.example/?u=x&amp;v=%none%&amp;w=%short%">'
    assert made.links(1, "b@x.example") == []


@pytest.mark.parametrize("charset", ["us-ascii", "utf-8", "gb2312", "iso-8859-1", "utf-16"])
@pytest.mark.parametrize("encoding", ["7bit", "8bit", "quoted-printable", "base64"])
@pytest.mark.parametrize(
    "value", ["http://a.example/张?\"'>", "weixin://张", "#", "", "mailto:é@x.example\r\n--b\r\n"]
)
def test_a_link_may_be_a_variable(charset: str, encoding: str, value: str) -> None:
    """It is tracked when it leads out, whatever characters it has; else it stands as it is."""
    if charset == "utf-16" and encoding != "base64":
        encoding = "base64"
    content = html_mail(
        "<p><a href='%u%'>-</a>%u%", charset=charset, encoding=encoding, sub={"%u%": [value]}
    )
    (got,) = bodies(copy(content, **CLICK))
    href = got[got.index("href='") + 6 : got.index("'>-</a>")]
    if value.startswith("http"):
        assert [mark.link for mark in tracked(href)] == [value]
    else:
        assert href.replace("\r\n", "\n") == value.replace("\r\n", "\n")
    assert got.endswith("-</a>" + value) or "\n" in value


def test_a_value_is_one_place_with_the_variables_in_it() -> None:
    """A name that reaches beyond the value is none of it, and that link stays."""
    html = """<a href="http://a.example/%x" title="y%">1</a><a href='http://b.example/%z%'>"""
    content = html_mail(html, sub={'%x" title="y%': ["v"], "%z%": ["w"]})
    (got,) = bodies(copy(content, **CLICK))
    assert [mark.link for mark in tracked(got)] == ["http://b.example/w"]
    assert got.startswith('<a href="http://a.example/v">')


def test_links_in_order_each_once() -> None:
    """Those of all parts; a link that stands twice has one URL."""
    html = "<a href=http://b.example><a href=http://a.example/%v%><a href=http://b.example>"
    content = html_mail(html + "<a href=http://a.example/1>", sub={"%v%": ["1"]})
    assert copies(content, **CLICK).links(0, BEN) == ["http://b.example", "http://a.example/1"]
    (got,) = bodies(copy(content, **CLICK))
    assert [mark.link[7] for mark in tracked(got)] == ["b", "a", "b", "a"]
    assert len(set(of_html(got))) == 2
    assert copies(content, None, **CLICK).links(0, BEN) == []


def test_custom_headers_and_label_are_in_the_token() -> None:
    """SC-Custom-* by name as it was sent (4.6); too many of them and there are none."""
    html = "<a href=http://a.example>"
    content = html_mail(html, "SC-Custom-Key: =?utf-8?q?v=C3=A9?=", "sc-custom-b: 2")
    (mark,) = tracked(bodies(copy(content, **CLICK))[0])
    assert mark.mailing.user_headers == {"SC-Custom-Key": "vé", "sc-custom-b": "2"}
    content = html_mail(html, f"SC-Custom-Key: {'x' * 1024}")
    (mark,) = tracked(bodies(copy(content, **CLICK))[0])
    assert mark.mailing.user_headers == {}


def test_a_line_that_would_get_too_long_is_written_in_base64() -> None:
    """Octets beyond 998 on a line would not pass every server (RFC 5322 2.1.1)."""
    html = "<p>" + "".join(f"<a href=http://a{n}.example>x</a>" for n in range(9))
    for encoding in ("7bit", "8bit"):
        got = copy(html_mail(html, encoding=encoding), **CLICK)
        assert max(map(len, got.split(b"\r\n"))) <= 998
        assert b"Content-Transfer-Encoding: base64\r\n" in got
        assert undone(bodies(got)[0]) == html
    lines = html.replace("<a", "\r\n<a")
    got = copy(html_mail(lines, encoding="7bit"), **CLICK)
    assert b"Content-Transfer-Encoding: 7bit\r\n" in got


def test_first_generation_urls_stand_in_quoted_printable() -> None:
    """With their plus signs, slashes and equals signs."""
    first = Host("http://track.example", HOST.key, 1)
    html = "".join(f"<a href=http://a.example/{n}>" for n in range(50))
    content = html_mail(html, "SC-Custom-k: >>>>~~~~????", encoding="quoted-printable")
    (got,) = bodies(copy(content, first, **CLICK))
    urls = of_html(got)
    read = [read_url(url, HOST.key) for url in urls]
    assert [mark and mark.link for mark in read] == of_html(html)
    assert {"+", "/", "="} <= {each for url in urls for each in url.partition("/click/")[2]}


@pytest.mark.parametrize(
    "piece", ["<a ", "<a href='", "<a href=http://x", "<!--", "</body>", "<a%"]
)
def test_hostile_html_is_tracked_in_one_pass(piece: str) -> None:
    """A megabyte of it is done long before a test may take."""
    html = piece * (1_000_000 // len(piece))
    assert len(tracked(shown(html))) == 2


def test_no_more_places_than_variables_may_have() -> None:
    """What comes after the first 100,000 stays as written."""
    html = "<a href=http://a.example>" * 100_100
    got = shown(html, **CLICK)
    assert got.count("http://127.0.0.1:8025/track/click2/") == 100_000
    assert got.endswith("<a href=http://a.example>" * 100)


def test_links_that_blow_a_copy_up_are_told() -> None:
    """`CopyTooLarge` before they fill the memory; one that is too long by itself stays."""
    html = "".join(f"<a href=http://a{n}.example/%v%>" for n in range(6000))
    first = Host("http://track.example", HOST.key, 1)
    made = copies(html_mail(html, sub={"%v%": ["x" * 8000, "x" * 9000, "x"]}), first, **CLICK)
    with pytest.raises(CopyTooLarge):
        made.copy(0, BEN)
    assert b"/track/click/" not in made.copy(1, BEN)
    assert len(made.links(2, BEN)) == 6000


def test_one_link_in_many_places_counts_as_often() -> None:
    """Its URL is made once, and not even once joined too often."""
    html = "<a href=http://a.example/%v%>" * 10_000
    first = Host("http://track.example", HOST.key, 1)
    made = copies(html_mail(html, sub={"%v%": ["x" * 5000]}), first, **CLICK)
    with pytest.raises(CopyTooLarge, match="tracked links"):
        made.copy(0, BEN)


@pytest.mark.parametrize("encoding", ["8bit", "quoted-printable", "base64"])
@pytest.mark.parametrize("value", ["%v%/x", "x%v%", "%v%", "x%v%%v%x"])
def test_a_value_ends_where_it_ends(encoding: str, value: str) -> None:
    """Not where the variable does with which it begins or ends."""
    html = f"<a href='http://a.example/'>1</a><a href='http:{value}'>2</a>"
    content = html_mail(html, encoding=encoding, sub={"%v%": ["//b.example"]})
    (got,) = bodies(copy(content, **CLICK))
    resolved = value.replace("%v%", "//b.example")
    marks = [mark.link for mark in tracked(got)]
    assert marks == ["http://a.example/", f"http:{resolved}"][: 2 if resolved[0] == "/" else 1]
    assert undone(got).strip() == html.replace("%v%", "//b.example")
    alone = f"<a href='{value}'>"
    content = html_mail(alone, encoding=encoding, sub={"%v%": ["http://b.example"]})
    (got,) = bodies(copy(content, **CLICK))
    assert undone(got).strip() == alone.replace("%v%", "http://b.example")
    assert len(tracked(got)) == (value[0] == "%")


def test_the_subject_is_not_html() -> None:
    """Nothing in it is a link."""
    content = html_mail("x", "Subject: <a href=http://a.example>%%user_defined_unsubscribe_link%%")
    expected = "<a href=http://a.example>%%user_defined_unsubscribe_link%%"
    assert subject(copy(content)) == expected


def test_with_everything_off_the_octets_are_those_without_a_host() -> None:
    """And they are so without a tracking domain, whatever the account has on."""
    content = html_mail("<a href=http://a.example>%%user_defined_unsubscribe_link%%</body>")
    untracked = copy(content, None, **OFF)
    assert copy(content, **OFF) == untracked
    for of in (OFF, ALL):
        (html,) = bodies(copy(content, tracking_domain=None, **of))
        assert tracked(html) == []
        assert copy(content, tracking_domain=None, **of) == copy(content, None, **of)
    assert copy(content, None, **CLICK) == untracked
