"""How long to wait before the next attempt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CHINA: Final = (60.0, 120.0, 240.0, 480.0, 960.0)
"""At most 5 more attempts, "at the fastest" after 1, 2, 4, 8, 16 minutes (SENDCLOUD.md 4.1, D1)."""
AURORA: Final = (180.0, 360.0, 720.0, 1440.0, 2880.0, 5760.0)
"""At most 6 more, the first after 3 minutes (D1); that the wait doubles then is S23."""
SCHEDULES: Final[Mapping[str, tuple[float, ...]]] = {"china": CHINA, "aurora": AURORA}
"""What SendCloud waits between the attempts at a webhook call, in seconds."""


def delay_s(failures: int, first_s: float, longest_s: float) -> float:
    """Return the wait after the n-th failure: the first, then twice as long each time."""
    return min(first_s * 2.0 ** min(max(failures - 1, 0), 62), longest_s)


def next_wait_s(
    schedule: Sequence[float], attempts_made: int, time_scale: float = 1.0
) -> float | None:
    """Return the wait after so many attempts, None when that was the last.

    `time_scale` divides all waits: with 60, minutes pass as seconds.
    """
    if attempts_made < 1:
        return 0.0
    if attempts_made > len(schedule):
        return None
    return schedule[attempts_made - 1] / time_scale
