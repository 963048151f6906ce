"""Foreign text reaches a terminal as text."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, strategies as st

from sendcloud_inbound.cli.text import as_json, visible

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
ANY_TEXT = st.text(st.characters())


@given(ANY_TEXT)
def test_whatever_is_written_prints(text: str) -> None:
    """Nothing is left that a terminal would obey."""
    assert visible(text).isprintable()


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E)))
def test_plain_text_stays_as_it_is(text: str) -> None:
    """What prints is not touched."""
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x07", r"\x1b[31mred\x07"),
        ("a\r\nb\tc", r"a\r\nb\tc"),
        ("\x9b2J", r"\x9b2J"),
        ("abc\u202ecba", r"abc\u202ecba"),
        ("\udcff", r"\udcff"),
        ("订单 café", "订单 café"),
    ],
)
def test_controls_are_escaped(text: str, shown: str) -> None:
    """An escape says which control it was; Chinese and accents stay."""
    assert visible(text) == shown


@given(st.recursive(ANY_TEXT | st.integers() | st.none(), st.lists))
def test_json_means_the_same_and_prints(value: object) -> None:
    """Escaping what does not print changes nothing for a reader of JSON."""
    written = as_json(value)
    assert json.loads(written) == value
    assert not _CONTROL.search(written)


def test_json_leaves_chinese_readable() -> None:
    """People read JSON too."""
    assert as_json({"subject": "订单\x9b"}) == '{"subject": "订单\\u009b"}'
