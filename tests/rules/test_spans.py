"""Days and spans of UTC+8 (SENDCLOUD.md 7.6, 7.11)."""

from __future__ import annotations

from datetime import date

import pytest

from sendcloud_inbound.rules import spans
from tests.builders import NOW_MS

# NOW_MS is 2015-03-17 13:45:13 in UTC+8.
MIDNIGHT_MS = 1_426_521_600_000
"""The beginning of that day: 2015-03-16T16:00:00Z."""


def test_one_day_is_today() -> None:
    """It is that of UTC+8, from its midnight to the next."""
    assert spans.last_days(1, NOW_MS) == (MIDNIGHT_MS, MIDNIGHT_MS + spans.DAY_MS)


def test_several_days_end_today() -> None:
    """Those before are counted back from it."""
    span = spans.last_days(30, NOW_MS)
    assert span == (MIDNIGHT_MS - 29 * spans.DAY_MS, MIDNIGHT_MS + spans.DAY_MS)
    assert spans.days_in(span) == 30


@pytest.mark.parametrize(("before_ms", "days"), [(0, 0), (1, -1)])
def test_the_day_changes_at_midnight_of_utc_8(before_ms: int, days: int) -> None:
    """The last millisecond of a day is in it, the next one is not."""
    assert spans.day_of(MIDNIGHT_MS - before_ms) == spans.day_of(NOW_MS) + days


def test_both_dates_are_in_the_span() -> None:
    """From the first midnight to the one after the last day."""
    assert spans.between(date(2015, 3, 17), date(2015, 3, 17)) == spans.last_days(1, NOW_MS)
    assert spans.days_in(spans.between(date(2015, 3, 17), date(2015, 3, 31))) == 15
    assert spans.days_in(spans.between(date(2015, 3, 17), date(2015, 3, 16))) == 0


@pytest.mark.parametrize("day", [date.min, date(1970, 1, 1), date.max])
def test_any_date_makes_a_span(day: date) -> None:
    """The first and the last that there are, too."""
    assert spans.days_in(spans.between(day, day)) == 1


def test_times_are_printed_in_utc_8() -> None:
    """As the printed answers have them."""
    assert spans.time_text(NOW_MS) == "2015-03-17 13:45:13"
    assert spans.date_text(spans.day_of(NOW_MS)) == "2015-03-17"
