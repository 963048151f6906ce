"""Tokens of tracking URLs: SendCloud's shapes, and nothing read that was not signed (S24)."""

from __future__ import annotations

import base64
import json
import zlib
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, strategies as st

from sendcloud_inbound.rules.model import NO_PAGE
from sendcloud_inbound.rules.tracking import Host, Kind, Mailing, Tracked, Urls, read, read_url

EMAIL_ID = "1426390015358_15_6484_8661.sc-10_10_127_51-inbound0$ben@ifaxin.com"
KEY = b"a key of the test"
FIRST = Host("http://127.0.0.1:8025", KEY, 1)
SECOND = Host("https://sctrack.example.com", KEY)
BOTH = (FIRST, SECOND)
MAILING = Mailing(user_id=15, api_user_number=123456, label_id="9")

hosts = st.sampled_from(BOTH)
labels = st.one_of(st.just("0"), st.integers(1, 10**17).map(str), st.text(max_size=8))
mailings = st.builds(
    Mailing,
    user_id=st.integers(0, 10**9),
    api_user_number=st.integers(100_000, 999_999),
    label_id=labels,
    user_headers=st.dictionaries(st.text(max_size=12), st.text(max_size=12), max_size=3),
)
email_ids = st.text().map(lambda recipient: f"{EMAIL_ID.partition('$')[0]}${recipient}")
marks = st.one_of(
    st.builds(partial(Tracked, Kind.OPEN, link="", page_id=NO_PAGE), email_ids, mailings),
    st.builds(partial(Tracked, Kind.CLICK, page_id=NO_PAGE), email_ids, mailings, st.text()),
    st.builds(
        Tracked,
        st.just(Kind.UNSUBSCRIBE),
        email_ids,
        mailings,
        st.just(""),
        st.integers(-1, 10**18 - 1),
    ),
)


def token(url: str) -> str:
    """Return what stands for the token in a URL."""
    parts = urlsplit(url)
    if parts.query:
        return parse_qs(parts.query, strict_parsing=True)["p"][0]
    _, _, rest = parts.path.removeprefix("/track/").partition("/")
    return rest.rpartition(".")[0]


def payload(url: str, generation: int) -> Any:
    """Return the JSON in a URL, by the recipe of the documents."""
    if generation == 1:
        text = base64.b64decode(token(url)).decode()
        assert text == json.dumps(json.loads(text))
        return json.loads(text)
    text = zlib.decompress(base64.urlsafe_b64decode(token(url))).decode()
    assert text == json.dumps(json.loads(text), separators=(",", ":"))
    return json.loads(text)


def test_the_arrays_of_the_second_generation() -> None:
    """URL and array of each kind, as SENDCLOUD.md 6.3 prints them."""
    urls = Urls(SECOND, MAILING)
    click = urls.click(EMAIL_ID, "http://a.example/?x=1&y=你")
    assert click.startswith("https://sctrack.example.com/track/click2/")
    assert click.endswith(".html")
    array = payload(click, 2)
    link = "http%3A//a.example/%3Fx%3D1%26y%3D%E4%BD%A0"
    assert array.pop(11) == sign(click)
    assert array == [
        123456, 0, EMAIL_ID, "9", link, 0, "false", "", "false", "", "", "",
        "sctrack.example.com", {}, 15,
    ]  # fmt: skip
    opened = urls.open(EMAIL_ID)
    assert opened.startswith("https://sctrack.example.com/track/open2/")
    assert opened.endswith(".gif")
    array = payload(opened, 2)
    assert array.pop(9) == sign(opened)
    assert array == [
        123456, "", EMAIL_ID, 9, 0, "false", "", "false", "", "", "sctrack.example.com", {}, 15, 0,
        "ben@ifaxin.com",
    ]  # fmt: skip
    left = urls.unsubscribe(EMAIL_ID, -1)
    assert left.startswith("https://sctrack.example.com/track/unsubscribe2.do?p=")
    array = payload(left, 2)
    assert array.pop(11) == sign(left)
    assert array == [
        123456, "", EMAIL_ID, "9", 0, "false", "", "false", "", "", "ben@ifaxin.com", "",
        "sctrack.example.com", {}, 15, "",
    ]  # fmt: skip
    assert payload(urls.unsubscribe(EMAIL_ID, 562), 2)[-1] == 562


def sign(url: str) -> str:
    """Return the 32 hexadecimal digits that stand in a second-generation URL."""
    (found,) = [
        each
        for each in payload(url, 2)
        if isinstance(each, str) and len(each) == 32 and set(each) <= set("0123456789abcdef")
    ]
    return str(found)


def test_the_objects_of_the_first_generation() -> None:
    """URL and object of each kind, as SENDCLOUD.md 6.2 prints them."""
    urls = Urls(FIRST, MAILING._replace(user_headers={"SC-Custom-k": "v"}))
    common = {
        "task_id": "",
        "email_id": EMAIL_ID,
        "user_headers": {"SC-Custom-k": "v"},
        "label": 9,
        "user_id": 15,
        "category_id": 123456,
        "maillist_id": 0,
    }
    opened, clicked = urls.open(EMAIL_ID), urls.click(EMAIL_ID, "http://a.example")
    assert opened.startswith("http://127.0.0.1:8025/track/open/")
    assert clicked.startswith("http://127.0.0.1:8025/track/click/")
    assert without_sign(payload(opened, 1)) == common
    link = "http%3A//a.example"
    assert without_sign(payload(clicked, 1)) == common | {"label": "9", "link": link}
    left = urls.unsubscribe(EMAIL_ID, -1)
    assert left.startswith("http://127.0.0.1:8025/track/unsubscribe.do?p=")
    assert without_sign(payload(left, 1)) == common | {
        "receiver": "ben@ifaxin.com",
        "track_domain": "127.0.0.1:8025",
        "real_type": "",
        "netease": "false",
        "out_ip": "",
        "content_type": "",
        "overseas": "false",
        "page_id": -1,
    }


def without_sign(document: dict[str, Any]) -> dict[str, Any]:
    """Return an object without its sign, once that was seen to be one."""
    assert len(document.pop("sign")) == 32
    return document


@given(hosts, marks)
def test_what_is_written_is_read(host: Host, tracked: Tracked) -> None:
    """Whatever the values are, each URL gives them back, and its token alone as well."""
    url = host.url_of(tracked)
    assert url.isascii()
    assert url.isprintable()
    assert not set(url) & set(" \"'<>&`")
    assert read_url(url, host.key) == tracked
    assert read_url(url.removeprefix(host.url), host.key) == tracked
    assert read(token(url), tracked.kind, host.key) == tracked
    assert tracked.recipient == tracked.email_id.partition("$")[2]


@given(hosts, marks, st.data())
def test_one_other_character_and_nothing_is_read(
    host: Host, tracked: Tracked, data: st.DataObject
) -> None:
    """Changed, lost or put in anywhere in the token."""
    signed = token(host.url_of(tracked))
    at = data.draw(st.integers(0, len(signed) - 1))
    put = data.draw(st.sampled_from([*"ABab09+/-_=.\n é", ""]))
    for other in (signed[:at] + put + signed[at + 1 :], signed[:at] + (put or "A") + signed[at:]):
        assert other == signed or read(other, tracked.kind, host.key) is None


@pytest.mark.parametrize("host", BOTH)
def test_no_character_of_a_token_can_be_another(host: Host) -> None:
    """Not even one whose bits mean nothing to base64 or zlib."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_="
    mailing = MAILING._replace(user_headers={"SC-Custom-k": "aaaaaaaaaaaaaaaaaaaa"})
    signed = token(Urls(host, mailing).click(EMAIL_ID, "http://a.example/"))
    for at, right in enumerate(signed):
        for other in alphabet.replace(right, "")[at % 4 :: 4]:
            assert read(signed[:at] + other + signed[at + 1 :], Kind.CLICK, KEY) is None
    assert read(signed + "=", Kind.CLICK, KEY) is None
    assert read(signed.rstrip("=") + "A", Kind.CLICK, KEY) is None


@given(hosts, marks)
def test_a_token_is_of_one_kind_and_one_key(host: Host, tracked: Tracked) -> None:
    """Under another kind or another key it is nothing."""
    signed = token(host.url_of(tracked))
    for kind in Kind:
        assert kind is tracked.kind or read(signed, kind, host.key) is None
    assert read(signed, tracked.kind, b"another key") is None


documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=18) | st.dictionaries(st.text(max_size=5), inner),
)


@given(st.sampled_from(Kind), documents, st.text())
def test_junk_is_nothing(kind: Kind, document: Any, text: str) -> None:
    """Any text, and any JSON packed as ours is."""
    octets = json.dumps(document).encode()
    packed = base64.urlsafe_b64encode(zlib.compress(octets)).decode()
    for junk in (text, packed, base64.b64encode(octets).decode(), f"eyJ{text}"):
        assert read(junk, kind, KEY) is None
        assert read_url(f"http://h/track/{kind}2/{junk}.html", KEY) is None
        assert read_url(junk, KEY) is None


@pytest.mark.parametrize("depth", [b"[" * 20_000, b'{"a":' * 4_000])
def test_deep_json_is_nothing(depth: bytes) -> None:
    """Brackets in brackets do not break the reader."""
    packed = base64.urlsafe_b64encode(zlib.compress(depth)).decode()
    assert read(packed, Kind.OPEN, KEY) is None
    assert read(base64.b64encode(b'{"a":' + depth).decode(), Kind.OPEN, KEY) is None


def test_a_bomb_is_nothing() -> None:
    """What would unpack to megabytes is not unpacked; what is long is not looked at."""
    bomb = base64.urlsafe_b64encode(zlib.compress(b"[" + b" " * 20_000_000 + b"]")).decode()
    assert len(bomb) < 32_000
    assert read(bomb, Kind.CLICK, KEY) is None
    long = Urls(SECOND, MAILING).click(EMAIL_ID, "http://a.example/" + "é" * 1_000_000)
    assert read_url(long, KEY) is None


def test_the_longest_that_is_made_is_read() -> None:
    """A link of 8,192 characters, 1,024 octets of headers, an address of 320 characters."""
    link = "http://a.example/" + "".join(chr(65 + number * 7919 % 26) for number in range(8175))
    mailing = MAILING._replace(user_headers={"SC-Custom-k": "é" * 500})
    email_id = f"{EMAIL_ID.partition('$')[0]}${'😀' * 320}"
    for host in BOTH:
        assert read_url(Urls(host, mailing).click(email_id, link), KEY) is not None
        assert read_url(Urls(host, mailing).unsubscribe(email_id, 7), KEY) is not None


@pytest.mark.parametrize("url", ["", "ftp://x", "http://", "http://x/", 'http://x"', "http://x y"])
def test_a_host_is_the_base_of_a_url(url: str) -> None:
    """Anything else could not stand in a mail."""
    with pytest.raises(ValueError, match="not the base of a URL"):
        Host(url, KEY)
