"""What is searched of a message, and how a query is compared with it."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, strategies as st

from sendcloud_inbound.rules import search
from sendcloud_inbound.rules.searchable import MAX_TEXTS, Searched, strip, text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

TEXTS = st.text(max_size=40)
ALIKE = [("ORDER", "order"), ("ＡＢＣ１", "abc1"), ("Straße", "STRASSE"), ("ﬁn", "FIN")]


def text(content: bytes = b"", **facts: Any) -> str:
    """Return what is searched of a message."""
    values: dict[str, Any] = {"api_user": "u", "subject": "", "addresses": ()} | facts
    return text_of(Searched(content=content, **values))


def finds(query: str, content: bytes = b"", **facts: Any) -> bool:
    """Tell whether a query finds a message."""
    return search.matches(text(content, **facts), search.words(query))


@given(TEXTS, TEXTS)
def test_a_text_is_folded_piece_by_piece(one: str, other: str) -> None:
    """So a part of a text is found, wherever it begins and ends."""
    assert search.fold(one + other) == search.fold(one) + search.fold(other)


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_case_and_width_do_not_count(one: str, other: str) -> None:
    """Either finds the other."""
    assert search.fold(one) == search.fold(other)


@given(TEXTS, st.data())
def test_a_text_has_the_grams_of_its_parts(whole: str, data: st.DataObject) -> None:
    """The index never hides what is there, however short or long the query is."""
    begin = data.draw(st.integers(0, len(whole)))
    part = whole[begin : data.draw(st.integers(begin, len(whole)))]
    sought = search.words(part)
    assert search.matches(search.fold(whole), sought)
    assert search.grams(search.fold(whole)).issuperset(search.sought_grams(sought))


@pytest.mark.parametrize(
    ("word", "grams"),
    [("账", ["账"]), ("账单", ["账单"]), ("order", ["ord", "der"]), ("abcdef", ["abc", "def"])],
)
def test_a_word_is_sought_by_its_longest_grams(word: str, grams: Sequence[str]) -> None:
    """Side by side, and up to its end."""
    assert search.sought_grams([word]) == grams


def test_a_long_query_has_few_grams() -> None:
    """The rest of it is compared, not looked up."""
    assert len(search.sought_grams([*map(str, range(100, 300)), "x" * 9])) == 32


def test_all_words_must_be_there() -> None:
    """In any order, in any line; none at all finds everything."""
    facts: dict[str, Any] = {"subject": "Your bill", "addresses": ("ben@ifaxin.com",)}
    assert finds("IFAXIN your", **facts)
    assert not finds("ifaxin order", **facts)
    assert finds(" \t", **facts)


def test_an_api_user_is_no_text() -> None:
    """Its own words stand in the text, but nobody finds it by its name alone."""
    assert search.matches(text(api_user="Some One"), search.owner("some one"))
    assert not search.matches(text(api_user="another"), search.owner("other"))
    assert not finds("\x01u\x01")


@given(TEXTS)
def test_an_owner_is_sought_by_the_end_of_its_name(api_user: str) -> None:
    """Where names of API_USERs differ; what all texts have rules none out."""
    sought = search.sought_grams(search.owner(api_user))
    assert search.grams(text(api_user=api_user)).issuperset(sought)
    assert search.sought_grams(search.owner("user_40")) == ["40\x01", "_40"]


def test_header_values_are_found_decoded() -> None:
    """RFC 2047 undone and folds too; X-SMTPAPI is left out."""
    encoded = base64.b64encode("发票".encode()).decode()
    content = f"X-Kind: =?utf-8?b?{encoded}?=\r\n X 7\r\nX-SMTPAPI: eyJ0byI6W119\r\n\r\n".encode()
    assert finds("发票 x", content)
    assert not finds("eyJ0byI6W119", content)


def test_texts_are_found_decoded() -> None:
    """Transfer encoding, charset and markup are undone; attachments are none of it."""
    html = base64.b64encode("<p>您的<b>账</b>单</p><style>.red{}</style>".encode("gb18030"))
    content = (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/html; charset=gb18030\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + html + b"\r\n"
        b"--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment\r\n\r\nsecret\r\n"
        b"--b--\r\n"
    )
    assert finds("您的账单", content)
    assert not finds("red", content)
    assert not finds("secret", content)


@pytest.mark.parametrize(
    ("html", "left"),
    [
        ("<p>one</p><p>two</p>", " one  two "),
        ("wo<B class='x'>r</B>d", "word"),
        ("a &lt; b &amp; c", "a < b & c"),
        ("a<!-- <b>x</b> -->b", "a b"),
        ("a<script>if (x < 1) y()</script>b", "a b"),
        ("1 < 2", "1 < 2"),
        ("a<b", "a"),
        ("a<!-- never closed", "a "),
    ],
)
def test_markup_is_no_text(html: str, left: str) -> None:
    """What people read is left; elements within a word do not part it."""
    assert strip(html) == left


@pytest.mark.parametrize("html", ["<a" * 100_000, "<!-" * 100_000, "<script" * 50_000])
def test_odd_markup_takes_no_longer(html: str) -> None:
    """Time is linear in the octets, else this would not end."""
    assert len(strip(html)) <= len(html)


def test_a_huge_message_is_searched_as_far_as_a_long_one() -> None:
    """What lies behind the bound is not found."""
    content = b"\r\n" + b"x" * (MAX_TEXTS - 3) + b"abc" + b"end" + b"y" * 100_000
    assert finds("abc", content)
    assert not finds("end", content)


@given(st.binary(max_size=200))
def test_any_octets_have_a_text(content: bytes) -> None:
    """Made of lines, without what no column can hold."""
    found = text(content)
    assert found.startswith("\n")
    assert found.endswith("\n")
    assert "\0" not in found
    found.encode()
