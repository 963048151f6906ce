"""Patterns of addresses."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, strategies as st

from sendcloud_inbound.rules.patterns import matches

texts = st.text(alphabet="aAb*@.", max_size=12)


@pytest.mark.parametrize(
    ("pattern", "address"),
    [
        ("ben@ifaxin.com", "ben@ifaxin.com"),
        ("BEN@iFaxin.com", "ben@IFAXIN.com"),
        ("*", ""),
        ("*@ifaxin.com", "@ifaxin.com"),
        ("*@*.example", "ben@mail.slow.example"),
        ("ben+*@ifaxin.com", "ben+news@ifaxin.com"),
        ("*ü*", "JÜRGEN@ifaxin.com"),
    ],
)
def test_a_star_stands_for_anything(pattern: str, address: str) -> None:
    """A star takes any run of characters, and case does not count."""
    assert matches(pattern, address)


@pytest.mark.parametrize(
    ("pattern", "address"),
    [
        ("ben@ifaxin.com", "ben@ifaxin.com.example"),
        ("*@ifaxin.com", "ben@mail.ifaxin.com"),
        ("ab*ba", "aba"),
        ("b?n@ifaxin.com", "ben@ifaxin.com"),
        ("b.n@ifaxin.com", "ben@ifaxin.com"),
        ("", "ben@ifaxin.com"),
    ],
)
def test_all_else_is_itself(pattern: str, address: str) -> None:
    """Nothing but the star is special, and the whole address has to fit."""
    assert not matches(pattern, address)


@given(texts, texts)
def test_it_is_as_a_regular_expression_says(pattern: str, address: str) -> None:
    """What fits is what fits when each star is read as `.*`."""
    expression = ".*".join(re.escape(piece) for piece in pattern.split("*"))
    fits = re.fullmatch(expression, address, re.IGNORECASE | re.DOTALL) is not None
    assert matches(pattern, address) == fits


def test_a_hostile_pattern_takes_no_longer_than_a_kind_one() -> None:
    """Many stars before something that is not there are no search without an end."""
    assert not matches("*a" * 5_000 + "*b*", "a" * 100_000)
