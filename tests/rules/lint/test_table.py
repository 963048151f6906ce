"""The table of findings."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import given, strategies as st

from sendcloud_inbound.rules.lint import TABLE, Rule, finding, refused_in_strict
from sendcloud_inbound.rules.model import Level

SOURCE = re.compile(r"(SENDCLOUD|HARAKA|CLIENTS)\.md( \d+(\.\d+)?)?|RFC \d+ \d+|[DSG]\d+")

every_rule = pytest.mark.parametrize(("code", "rule"), TABLE.items(), ids=TABLE)


def blanks(rule: Rule) -> set[str]:
    """Return the names of a row's blanks."""
    texts = string.Formatter().parse(rule.message + rule.remedy)
    return {name for _, name, _, _ in texts if name}


@every_rule
def test_a_row_is_complete(code: str, rule: Rule) -> None:
    """Each row has a kebab-case code, a message, a remedy and a source that can be looked up."""
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", code)
    assert rule.message
    assert rule.remedy
    assert all(SOURCE.fullmatch(source) for source in rule.source.split(", "))


@every_rule
def test_a_row_is_one_sentence_without_a_full_stop(code: str, rule: Rule) -> None:
    """Messages and the lines of remedies end alike, so that they can stand in a table."""
    assert "\n" not in rule.message
    for text in (rule.message, *rule.remedy.split("\n")):
        assert text
        assert not text.endswith((".", "\n", " "))
        assert "  " not in text


@every_rule
def test_what_fails_is_refused_in_strict_mode(code: str, rule: Rule) -> None:
    """All of level refused and invalid is refused in strict mode, and what D12 adds."""
    fails = rule.level in (Level.REFUSED, Level.INVALID)
    reported = code in ("xsmtpapi-folded", "xsmtpapi-encoded-words", "xsmtpapi-wrapped")
    found = finding(code, "X", **dict.fromkeys(blanks(rule), "x"))
    assert refused_in_strict(found) == rule.refused_in_strict == (fails or reported)


@every_rule
@given(st.text())
def test_any_text_can_be_filled_in(code: str, rule: Rule, fill: str) -> None:
    """What a client wrote can neither break a template nor leave a blank unfilled."""
    found = finding(code, fill, **dict.fromkeys(blanks(rule), fill))
    assert (found.code, found.level, found.source) == (code, rule.level, rule.source)
    assert not set("\r\n\x00") & set(found.message + found.where)
    assert found.remedy.count("\n") == rule.remedy.count("\n")


def test_a_finding_tells_what_and_where() -> None:
    """A finding is its row with the blanks filled in."""
    found = finding("xsmtpapi-to-too-many", "X-SMTPAPI to", count=101, limit=100)
    assert found.where == "X-SMTPAPI to"
    assert found.message == "to has 101 addresses, at most 100 are taken; 552 xsmtpapi error"
    assert found.remedy.startswith("Send one message per 100 addresses")


def test_braces_for_the_reader_are_single() -> None:
    """Braces in a remedy come out as they are to be typed."""
    assert '{"to": ["ben@ifaxin.com"]}' in finding("xsmtpapi-not-object", "X", got="null").remedy


def test_long_text_of_a_client_is_cut() -> None:
    """A megabyte of address does not become a megabyte of finding; control characters go."""
    found = finding("xsmtpapi-bad-recipient", "w" * 500, address="a\x00\n" + "b" * 10**6)
    assert len(found.message) < 200
    assert len(found.where) < 100
    assert found.message.startswith("a\ufffd bbb")
