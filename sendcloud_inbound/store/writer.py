"""The writer: the one thread of the process that changes the store, a group at a time.

While one commit runs, the next operations gather; then they all go into one transaction with one
fsync. So a single client pays for one commit per message, and a hundred share one.
"""

from __future__ import annotations

import queue
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from sendcloud_inbound.errors import StoreUnavailable
from sendcloud_inbound.store.commits import Committer
from sendcloud_inbound.store.database import TROUBLE
from sendcloud_inbound.store.operations import Put

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from sendcloud_inbound.store.commits import Operations, Outcome
    from sendcloud_inbound.store.database import Database
    from sendcloud_inbound.store.operations import Operation

Result = TypeVar("Result")

_MAX_GROUP = 1000
_MAX_GROUP_OCTETS = 4 * 1024 * 1024
"""Together some 50 ms of writing: whoever comes meanwhile should not wait much longer."""
_IDLE_S = 1.0
_GATHER_STEP_S = 0.0001
_GATHER_STEPS = 50
"""A group that shares its commit is waited for while it grows, 5 ms at the most."""


class Writer:
    """Takes operations from the event loop, commits them in groups, and tells their futures."""

    def __init__(
        self, database: Database, loop: asyncio.AbstractEventLoop, on_put: Callable[[Put], None]
    ) -> None:
        self._database = database
        self._committer = Committer(database)
        self._loop = loop
        self._on_put = on_put
        # All that the event loop does is to append; the thread is woken only when it sleeps.
        self._queue: queue.SimpleQueue[Operation[Any] | None] = queue.SimpleQueue()
        self._is_closed = False
        self._was_shared = False
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    @property
    def last_error(self) -> StoreUnavailable | None:
        """Why something of the latest group could not be written; None when all was."""
        return self._committer.last_error

    def submit(self, operation: Operation[Result]) -> asyncio.Future[Result]:
        """Have `operation` done; its future is done once that is committed."""
        if self._is_closed:
            error = StoreUnavailable(f"{self._database.place} is closed.")
            operation.future.set_exception(error)
        else:
            self._queue.put(operation)
        return operation.future

    def close(self) -> None:
        """Commit what was submitted, and stop; blocks until then. Submit nothing meanwhile."""
        self._is_closed = True
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        goes_on = True
        while goes_on:
            group, goes_on = self._next_group()
            self._was_shared = len(group) > 1
            outcomes = self._committer.commit(group)
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                self._loop.call_soon_threadsafe(self._tell, outcomes)
            with suppress(*TROUBLE):
                self._database.wrote(sum(operation.octets for operation in group))

    def _next_group(self) -> tuple[Operations, bool]:
        """Wait for operations and take all there are, within bounds; False after the last."""
        group: Operations = []
        octets = 0
        operation = self._first()
        if self._was_shared:
            self._gather()
        while operation is not None:
            group.append(operation)
            octets += operation.octets
            if len(group) >= _MAX_GROUP or octets >= _MAX_GROUP_OCTETS or self._queue.empty():
                return group, True
            operation = self._queue.get()
        return group, False

    def _gather(self) -> None:
        """Let those come who are about to; who is alone is never held up.

        Their work and ours would only be in each other's way: there is one interpreter lock.
        """
        seen = -1
        for _ in range(_GATHER_STEPS):
            if self._queue.qsize() <= seen:
                return
            seen = self._queue.qsize()
            time.sleep(_GATHER_STEP_S)

    def _first(self) -> Operation[Any] | None:
        try:
            return self._queue.get(timeout=_IDLE_S)
        except queue.Empty:
            self._database.idle()
            return self._queue.get()

    def _tell(self, outcomes: list[Outcome]) -> None:
        """Settle the futures, in their loop."""
        for operation, error in outcomes:
            if error is None and isinstance(operation, Put):
                self._on_put(operation)
            if operation.future.done():  # its caller gave up
                continue
            if error is None:
                operation.future.set_result(operation.result)
            else:
                operation.future.set_exception(error)
