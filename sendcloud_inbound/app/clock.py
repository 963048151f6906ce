"""The clock that the whole program goes by, which people may set, stop and move on."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class SandboxClock:
    """The time of this machine, until somebody says otherwise; see `ports.AdjustableClock`."""

    def __init__(self) -> None:
        self._offset_ms = 0
        self._stands_at_ms: int | None = None
        self._listeners: list[Callable[[], None]] = []

    @property
    def is_frozen(self) -> bool:
        """Whether it stands still."""
        return self._stands_at_ms is not None

    def now_ms(self) -> int:
        """Return milliseconds since the epoch, UTC."""
        if self._stands_at_ms is not None:
            return self._stands_at_ms
        return time.time_ns() // 1_000_000 + self._offset_ms

    def left_s(self, at_ms: int) -> float:
        """Return how long it takes until it is `at_ms`, in seconds; infinite while it stands."""
        left_ms = at_ms - self.now_ms()
        if left_ms <= 0:
            return 0
        return math.inf if self.is_frozen else left_ms / 1000

    def set(self, at_ms: int, *, is_frozen: bool) -> None:
        """Go on from `at_ms`, or stand there."""
        self._stands_at_ms = at_ms if is_frozen else None
        self._offset_ms = 0 if is_frozen else at_ms - time.time_ns() // 1_000_000
        self._tell()

    def reset(self) -> None:
        """Tell the time of this machine again."""
        self._stands_at_ms, self._offset_ms = None, 0
        self._tell()

    @property
    def shift(self) -> tuple[int, int | None]:
        """How far it is ahead of this machine's, in ms, and where it stands if it does."""
        return self._offset_ms, self._stands_at_ms

    def adopt(self, offset_ms: int, stands_at_ms: int | None) -> None:
        """Go as another one does, by its `shift`."""
        self._offset_ms, self._stands_at_ms = offset_ms, stands_at_ms
        self._tell()

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call a listener whenever the time has been changed: what was to come may have come."""
        self._listeners.append(listener)

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()
