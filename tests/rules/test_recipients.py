"""Patterns of recipients: which addresses each speaks of."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, strategies as st

from sendcloud_inbound.rules.recipients import matches, matches_any

ADDRESSES = st.text("aAb.@*-é", max_size=12)


@pytest.mark.parametrize(
    ("pattern", "addresses", "others"),
    [
        ("ben@example.com", ["ben@example.com", "BEN@Example.COM"], ["ben@example.com.evil.org"]),
        ("*@example.com", ["ben@example.com", "a@b@example.com"], ["ben@sub.example.com"]),
        ("example.com", ["ben@example.com"], ["ben@sub.example.com", "ben@anexample.com"]),
        ("@example.com", ["ben@example.com"], ["ben@sub.example.com", "example.com@evil.org"]),
        ("*.example.com", ["ben@a.b.example.com"], ["ben@example.com", "a.example.com@evil.org"]),
        ("test-*@*", ["test-1@evil.org", "Test-@x"], ["atest-1@evil.org", "test-1"]),
        ("*", ["ben@example.com", "postmaster", '"a@b"@c'], []),
        ("*@*", ["ben@example.com"], ["postmaster"]),
        ("b[e]n?@example.com", ["b[e]n?@example.com"], ["ben@example.com", "b[e]nx@example.com"]),
    ],
)
def test_a_pattern_speaks_of_these_and_not_of_those(
    pattern: str, addresses: list[str], others: list[str]
) -> None:
    """Each form that the module tells of, with addresses that only look alike."""
    assert [address for address in addresses if not matches(pattern, address)] == []
    assert [address for address in others if matches(pattern, address)] == []


@given(st.text("aAb.*-é", max_size=8), ADDRESSES, ADDRESSES)
def test_a_pattern_is_a_regular_expression_of_one_operator(
    local: str, domain: str, address: str
) -> None:
    """With a local part, it fits what the expression fits that has `.*` for each star."""
    pattern = f"x{local}@{domain}"
    expression = ".*".join(re.escape(piece.lower()) for piece in pattern.split("*"))
    fits = re.fullmatch(expression, address.lower(), re.DOTALL) is not None
    assert matches(pattern, address) == fits
    assert matches(pattern, pattern)


def test_stars_cost_no_more_than_letters() -> None:
    """A pattern that takes a backtracking search for ever is answered within the time-out."""
    assert not matches("*a" * 500 + "b@x", "a" * 20_000 + "@x")
    assert matches("*a" * 500 + "@x", "a" * 20_000 + "@x")


def test_a_list_speaks_of_what_one_of_its_patterns_speaks_of() -> None:
    """An empty list speaks of nobody."""
    assert matches_any(["joe@example.com", "example.com"], "ben@example.com")
    assert not matches_any(["joe@example.com"], "ben@example.com")
    assert not matches_any([], "ben@example.com")
