"""What stands in for the outer world in tests."""

from __future__ import annotations

from tests.builders import NOW_MS


class FakeClock:
    """A clock that stands still until it is told otherwise."""

    is_frozen = False

    def __init__(self, now_ms: int = NOW_MS) -> None:
        self._now_ms = now_ms

    def now_ms(self) -> int:
        """Return the time set."""
        return self._now_ms

    def left_s(self, at_ms: int) -> float:
        """Return the seconds until then, as if it went on."""
        return max(at_ms - self._now_ms, 0) / 1000

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._now_ms += round(seconds * 1000)

    def set(self, at_ms: int, *, is_frozen: bool) -> None:
        """Let it be another time."""
        self._now_ms, self.is_frozen = at_ms, is_frozen

    def reset(self) -> None:
        """Have no other time to tell."""
