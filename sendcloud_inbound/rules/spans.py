"""Days, hours and spans of time as SendCloud counts them: in UTC+8 (SENDCLOUD.md 7.6, 7.11)."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Final, NamedTuple

DAY_MS: Final = 86_400_000
HOUR_MS: Final = 3_600_000
AHEAD_MS: Final = 8 * HOUR_MS
"""How much earlier than in UTC a day begins."""

_UTC_8 = timezone(timedelta(hours=8))
_EPOCH_DAY = date(1970, 1, 1).toordinal()


class Span(NamedTuple):
    """A time from `since_ms` until just before `until_ms`, milliseconds since the epoch."""

    since_ms: int
    until_ms: int


def last_days(days: int, now_ms: int) -> Span:
    """Return the last so many days, today included: one day is today (7.9, 7.11)."""
    tomorrow = day_of(now_ms) + 1
    return Span(_begin_ms(tomorrow - days), _begin_ms(tomorrow))


def between(first: date, last: date) -> Span:
    """Return the days from one to another, both included."""
    return Span(_begin_ms(_number(first)), _begin_ms(_number(last) + 1))


def days_in(span: Span) -> int:
    """Return how many days a span of whole days has; 0 or less when it ends before it begins."""
    return (span.until_ms - span.since_ms) // DAY_MS


def day_of(at_ms: int) -> int:
    """Return the number of the day that a time is in, counted from 1970-01-01."""
    return (at_ms + AHEAD_MS) // DAY_MS


def date_text(day: int) -> str:
    """Return a day, by its number, as answers print it: `yyyy-MM-dd`."""
    return date.fromordinal(_EPOCH_DAY + day).isoformat()


def time_text(at_ms: int) -> str:
    """Return a time as answers print it: `yyyy-MM-dd HH:mm:ss`, UTC+8 (7.6)."""
    return datetime.fromtimestamp(at_ms // 1000, _UTC_8).strftime("%Y-%m-%d %H:%M:%S")


def _number(day: date) -> int:
    return day.toordinal() - _EPOCH_DAY


def _begin_ms(day: int) -> int:
    return day * DAY_MS - AHEAD_MS
