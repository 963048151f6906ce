"""How long to wait before the next attempt."""

from __future__ import annotations


def delay_s(failures: int, first_s: float, longest_s: float) -> float:
    """Return the wait after the n-th failure: the first, then twice as long each time."""
    return min(first_s * 2.0 ** min(max(failures - 1, 0), 62), longest_s)
