"""A queue that says what was stored: for one of several processes, whose worker is elsewhere."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from sendcloud_inbound.ports import Queue, With
    from sendcloud_inbound.rules.model import Record


class TellingQueue:
    """Stands before a store, as `ports.Queue` says."""

    def __init__(self, queue: Queue, tell: Callable[[Record], None]) -> None:
        self._queue = queue
        self._tell = tell

    def put(self, record: Record, then: With | None = None) -> asyncio.Future[None]:
        """Store a record, and tell of it once it is on disk."""
        stored = self._queue.put(record, then)
        stored.add_done_callback(partial(self._on_done, record))
        return stored

    def _on_done(self, record: Record, stored: asyncio.Future[None]) -> None:
        if not stored.cancelled() and stored.exception() is None:
            self._tell(record)
