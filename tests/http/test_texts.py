"""The pure parts: times, transcripts, X-SMTPAPI back to JSON; any input gives a value or error."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, strategies as st

from sendcloud_inbound.http.sandbox.transcript import transcript_text
from sendcloud_inbound.http.times import to_iso, to_ms
from sendcloud_inbound.ports import StoredMessage
from sendcloud_inbound.rules.model import MessageStatus, SessionFacts, Source
from sendcloud_inbound.rules.xsmtpapi.showing import to_json

MESSAGE = StoredMessage(
    message_id="M",
    api_user="u",
    label_id=None,
    source=Source.SMTP,
    session=SessionFacts("p", "h"),
    received_at_ms=0,
    size=0,
    mail_from="",
    rcpt_to=(),
    subject="",
    status=MessageStatus.QUEUED,
    reason=None,
    findings=(),
)
LAST = "1970-01-01T00:00:00.000Z S: 250 #M#Queued\n"

values = st.recursive(
    st.none() | st.booleans() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(st.datetimes(datetime(1970, 1, 1), datetime(5000, 1, 1)))  # noqa: DTZ001 - hypothesis wants it so
def test_times_survive_the_round_trip(at: datetime) -> None:
    """A time that we write is read back to the millisecond."""
    ms = int(at.replace(tzinfo=UTC).timestamp()) * 1000 + at.microsecond // 1000
    assert to_ms(to_iso(ms)) == ms
    assert to_ms(str(ms)) == ms


@given(st.text())
def test_any_text_is_a_time_or_an_error(text: str) -> None:
    """Reading a time gives a number that a column holds, or a ValueError."""
    with suppress(ValueError):
        assert abs(to_ms(text)) < 2**63


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("0", 0),
        ("1970-01-01", 0),
        ("1970-01-01T00:00:01", 1000),
        ("1970-01-01T08:00:00+08:00", 0),
        ("0001-01-01T00:00:00+14:00", -62_135_647_200_000),
        ("99999999999999", 99_999_999_999_999),
    ],
)
def test_times_of_all_spellings(text: str, ms: int) -> None:
    """ISO 8601 without a zone is UTC; digits are milliseconds."""
    assert to_ms(text) == ms


@given(st.binary())
def test_any_transcript_is_lines_fit_for_a_terminal(transcript: bytes) -> None:
    """Whatever was stored, no control character but the line ends comes out."""
    text = transcript_text(MESSAGE, transcript)
    assert text.endswith(LAST)
    assert all(char in "\n\t" or ord(char) >= 32 for char in text)
    text.encode()


def test_transcript_escapes_what_is_no_text() -> None:
    """Octets that are not UTF-8 and controls are written as their numbers."""
    text = transcript_text(MESSAGE, b"@0\nC: \xff\x1b[2J\r\nS: 250 \xe6\x82\xa8\x7f")
    assert text == (
        "1970-01-01T00:00:00.000Z C: \\xff\\x1b[2J\n"
        "1970-01-01T00:00:00.000Z S: 250 您\\x7f\n" + LAST
    )


@given(st.dictionaries(st.text(), values, max_size=3))
def test_json_of_the_model_is_the_json_it_came_from(value: dict[str, Any]) -> None:
    """Any JSON is written so that it reads the same."""
    assert json.loads(to_json(value)) == value
