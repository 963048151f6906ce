"""What stands in for the outer world in tests."""

from __future__ import annotations

from tests.builders import NOW_MS


class FakeClock:
    """A clock that stands still until it is told otherwise."""

    def __init__(self, now_ms: int = NOW_MS) -> None:
        self._now_ms = now_ms

    def now_ms(self) -> int:
        """Return the time set."""
        return self._now_ms

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._now_ms += round(seconds * 1000)
