"""The waits between attempts (D1, S23)."""

from __future__ import annotations

from itertools import count, takewhile

import pytest

from sendcloud_inbound.rules.backoff import SCHEDULES, delay_s, next_wait_s


def waits(schedule: str, time_scale: float = 1) -> list[float]:
    """Return all waits of a schedule."""
    each = (next_wait_s(SCHEDULES[schedule], made, time_scale) for made in count(1))
    return [wait for wait in takewhile(lambda wait: wait is not None, each) if wait is not None]


def test_china_tries_five_times_more() -> None:
    """After 1, 2, 4, 8 and 16 minutes: half an hour to repair the URL."""
    assert waits("china") == [60, 120, 240, 480, 960]


def test_aurora_tries_six_times_more() -> None:
    """After 3 minutes, then twice as long each time."""
    assert waits("aurora") == [180, 360, 720, 1440, 2880, 5760]


def test_time_scale_divides_every_wait() -> None:
    """With 600, a minute is a tenth of a second."""
    assert waits("china", 600) == [0.1, 0.2, 0.4, 0.8, 1.6]


def test_the_first_attempt_waits_for_nothing() -> None:
    """And a schedule without waits has no second one."""
    assert next_wait_s((60.0,), 0) == 0
    assert next_wait_s((), 1) is None


@pytest.mark.parametrize(
    ("failures", "wait_s"), [(0, 1), (1, 1), (2, 2), (3, 4), (9, 60), (999, 60)]
)
def test_a_delay_doubles_up_to_the_longest(failures: int, wait_s: float) -> None:
    """However often it fails."""
    assert delay_s(failures, 1, 60) == wait_s
