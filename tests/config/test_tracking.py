"""The settings of tracking links: where they lead to, their shape, the language of pages."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from sendcloud_inbound.config import Settings, load, masked
from sendcloud_inbound.config.urls import with_host
from sendcloud_inbound.errors import ConfigError
from sendcloud_inbound.rules.tracking import Host

PUBLIC = "http://localhost:8025"
URL_FORM = (
    "is not the URL of a server; give scheme, host and port such as https://mail.example.com:8025"
)
PAGES_FORM = "give numbers such as [562, 563] (in the environment with commas between)"


def base(public_url: str = PUBLIC, **tracking: Any) -> str | None:
    """Return what tracking URLs begin with."""
    return Settings.from_mapping({"tracking": tracking}).tracking.base(public_url)


def complaint(**sections: Any) -> str:
    """Return what is said of settings that are wrong."""
    with pytest.raises(ConfigError) as refusal:
        Settings.from_mapping(sections)
    return str(refusal.value)


def public_url(text: str) -> str:
    """Return the URL as it is read."""
    return Settings.from_mapping({"http": {"public_url": text}}).http.public_url


@pytest.mark.parametrize(
    ("given_domain", "begins"),
    [
        ({}, PUBLIC),
        ({"domain": ""}, PUBLIC),
        ({"domain": "sctrack.Example.com."}, "http://sctrack.example.com:8025"),
        ({"domain": "none"}, None),
        ({"domain": "NONE"}, None),
    ],
)
def test_links_lead_here_unless_a_name_or_none_is_given(
    given_domain: dict[str, str], begins: str | None
) -> None:
    """Tracking is configured by default; `none` takes it away (D45)."""
    assert base(**given_domain) == begins


@pytest.mark.parametrize(
    ("public", "begins"),
    [
        ("http://h:8025", "http://t.example:8025"),
        ("https://h:8443", "https://t.example:8443"),
        ("http://[::1]:80", "http://t.example"),
        ("https://h:443", "https://t.example"),
        ("https://h", "https://t.example"),
        ("https://h:80", "https://t.example:80"),
    ],
)
def test_a_name_keeps_scheme_and_port(public: str, begins: str) -> None:
    """A port that its scheme has anyway is left out."""
    assert base(public, domain="t.example") == begins


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("", ""),
        ("http://127.0.0.1:8025", "http://127.0.0.1:8025"),
        ("HTTPS://Mail.Example.com/", "https://mail.example.com"),
        ("http://[::1]:1", "http://[::1]:1"),
    ],
)
def test_public_url_is_scheme_host_and_port(text: str, read: str) -> None:
    """It is read in lower case, without a slash at its end."""
    assert public_url(text) == read


@pytest.mark.parametrize(
    "wrong",
    [
        "localhost:8025",
        "ftp://h",
        "http://",
        "http:///",
        "http://h:0",
        "http://h:65536",
        "http://h/path",
        "http://h?q",
        "http://h#f",
        "http://me:secret@h",
        "http://10.0.0.256",
        "http://[h]:1",
        "http://::1",
        "http://[fe80::1%eth0]",
        "http://h\n",
        "http://h//",
    ],
)
def test_other_urls_are_refused(wrong: str) -> None:
    """A path, a login or a port that cannot be is told when the program starts."""
    assert complaint(http={"public_url": wrong}).endswith(URL_FORM)


@given(st.from_regex(r"https?://[0-9A-Za-z._:\[\]%/-]{1,40}", fullmatch=True) | st.text())
def test_whatever_is_taken_can_stand_in_mail(text: str) -> None:
    """Every URL that is read makes the base of tracking links, with its own host or another."""
    try:
        url = public_url(text)
    except ConfigError:
        return
    if url:
        assert Host(url, b"key").url == url
        assert Host(with_host(url, "t.example"), b"key").track_domain.startswith("t.example")


def test_only_urls_of_servers_get_another_host() -> None:
    """Anything else is a mistake of the caller's."""
    with pytest.raises(ValueError, match="not the URL of a server"):
        with_host("nothing", "t.example")


def test_wrong_values_have_their_words() -> None:
    """The line names the setting, what is wrong and what to give."""
    assert complaint(tracking={"domain": "a b"}) == (
        'tracking.domain: "a b" is not a domain; give a name such as sctrack.example.com, or none'
    )
    for wrong, shown in ((3, "3"), ("x", '"x"'), (True, "true")):
        assert complaint(tracking={"generation": wrong}) == (
            f"tracking.generation: {shown} is not a generation; give 1 or 2"
        )
    assert complaint(tracking={"chinese_pages": 5}) == (
        f"tracking.chinese_pages: 5 is not a list of pages; {PAGES_FORM}"
    )
    assert complaint(tracking={"english_pages": [1, -1]}) == (
        f"tracking.english_pages[1]: -1 is not a page; {PAGES_FORM}"
    )


def test_a_page_has_one_language() -> None:
    """One that is in both lists is told."""
    assert complaint(tracking={"chinese_pages": [562], "english_pages": [7, 562]}) == (
        "tracking.english_pages: 562 is in chinese_pages too; keep it in one"
    )


def test_none_is_a_word_because_an_empty_variable_counts_as_absent() -> None:
    """In the environment an empty domain is the default, and `none` is none."""
    name = "SENDCLOUD_INBOUND_TRACKING__DOMAIN"
    assert load(environ={name: ""}).settings.tracking.base(PUBLIC) == PUBLIC
    assert load(environ={name: "none"}).settings.tracking.base(PUBLIC) is None
    rows = masked(load(environ={name: "sctrack.example.com"}))
    assert ("tracking.domain", "sctrack.example.com", f"environment {name}") in rows
