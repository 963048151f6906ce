"""Keeps SQLite's write-ahead log short without holding the writer up.

SQLite's own automatic checkpoints are off: they run inside a commit. Here a thread of its own
copies the log into the database file (PASSIVE: nobody waits for it) after every few MB and in
pauses. Under steady load there are always a few new pages behind it, and the log only starts over
when nothing is left to copy; so once the log is long, the writer itself copies that small rest.
"""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

PAGE_OCTETS = 8192
"""Two messages of usual size fit; with SQLite's 4096 the file would be half as large again."""

_EVERY_OCTETS = 64 * 1024 * 1024
"""By the writer's own count, which is half as much again as what really gets into the log. Commits
stand still while the file is synchronised, 10 ms and more; and the pages that every commit writes
anew, those of the indexes, are copied only once."""
_LONG_PAGES = 64 * 1024 * 1024 // PAGE_OCTETS


class Checkpoints:
    """When to copy the log, and the thread that does it. Called from the writer's thread."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._thread = ThreadPoolExecutor(1, "store-checkpoint")
        self._running: Future[int] | None = None
        self._octets = 0

    def wrote(self, octets: int, conn: sqlite3.Connection) -> None:
        """Note that `conn`, the writer's, committed about that much."""
        self._octets += octets
        if self._running is not None and self._running.done():
            if self._running.result() > _LONG_PAGES:
                _copy(conn)
            self._running = None
        if self._octets > _EVERY_OCTETS:
            self.start()

    def start(self) -> None:
        """Copy what there is, unless that is being done."""
        if self._running is None or self._running.done():
            self._octets = 0
            self._running = self._thread.submit(self._copy_beside)

    def close(self) -> None:
        """Wait for the copying to end."""
        self._thread.shutdown()

    def _copy_beside(self) -> int:
        try:
            with closing(self._connect()) as conn:
                return _copy(conn)
        except sqlite3.Error:
            return 0


def _copy(conn: sqlite3.Connection) -> int:
    """Return how many pages the log has; 0 when it cannot be copied now: a later try may."""
    try:
        return int(conn.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()[1])
    except sqlite3.Error:
        return 0
