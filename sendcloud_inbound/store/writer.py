"""The writer: the one thread of the process that changes the store, a group at a time.

While one commit runs, the next operations gather; then they all go into one transaction with one
fsync. So a single client pays for one commit per message, and a hundred share one.

Which operations make a group is decided in the event loop. It holds one back, for a millisecond or
two, when more are about to come: as many new messages as were under way a moment ago. For twenty
clients that take turns, this makes groups of twenty, while the loop and the thread, which have one
interpreter lock between them, keep out of each other's way.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from sendcloud_inbound.errors import StoreUnavailable
from sendcloud_inbound.store.commits import Committer
from sendcloud_inbound.store.database import TROUBLE
from sendcloud_inbound.store.operations import Put

if TYPE_CHECKING:
    from collections.abc import Callable

    from sendcloud_inbound.store.commits import Operations, Outcome
    from sendcloud_inbound.store.database import Database
    from sendcloud_inbound.store.operations import Operation

Result = TypeVar("Result")

_MAX_GROUP = 1000
_MAX_GROUP_OCTETS = 4 * 1024 * 1024
"""Together some 50 ms of writing: whoever comes meanwhile should not wait much longer."""
_IDLE_S = 1.0
_HELD_S = 0.003
"""How long a group waits for those that are expected; about as long as a commit takes."""


class Writer:
    """Takes operations from the event loop, commits them in groups, and tells their futures."""

    def __init__(
        self, database: Database, loop: asyncio.AbstractEventLoop, on_put: Callable[[Put], None]
    ) -> None:
        self._database = database
        self._committer = Committer(database)
        self._loop = loop
        self._on_put = on_put
        self._waiting: Operations = []
        self._puts = self._puts_in_group = 0
        """New messages among those that wait, and among those that are being committed."""
        self._expected = 0
        """New messages that a group should have: those under way when the last one was done."""
        self._is_committing = self._is_closed = False
        self._handing_over: asyncio.Handle | None = None
        self._is_held = False
        self._rest = asyncio.Event()
        self._groups: queue.SimpleQueue[Operations | None] = queue.SimpleQueue()
        """For the thread: one group at a time, or the end."""
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
            self._waiting.append(operation)
            self._puts += isinstance(operation, Put)
            if not self._is_committing:
                self._prepare()
        return operation.future

    async def close(self) -> None:
        """Commit what was submitted, and stop."""
        self._is_closed = True
        while self._waiting or self._is_committing:
            self._rest.clear()
            self._prepare()
            await self._rest.wait()
        self._groups.put(None)
        await asyncio.to_thread(self._thread.join)

    # In the event loop: which operations go together

    def _prepare(self) -> None:
        """Have the group handed over: after this turn of the loop, or when it was held enough."""
        is_full = self._is_closed or self._puts >= self._expected
        if self._handing_over is not None:
            if self._is_held is not is_full:
                return
            self._handing_over.cancel()
        self._is_held = not is_full
        if is_full:
            self._handing_over = self._loop.call_soon(self._hand_over)
        else:
            self._handing_over = self._loop.call_later(_HELD_S, self._hand_over)

    def _hand_over(self) -> None:
        """Give the thread its next group."""
        self._handing_over = None
        if self._is_committing or not self._waiting:
            return
        group, self._waiting = _within_bounds(self._waiting)
        self._puts_in_group = self._puts
        if self._waiting:
            self._puts = _puts(self._waiting)
            self._puts_in_group -= self._puts
        else:
            self._puts = 0
        self._is_committing = True
        self._groups.put(group)

    def _tell(self, outcomes: list[Outcome]) -> None:
        """Settle the futures of a group, and prepare the next."""
        self._is_committing = False
        for operation, error in outcomes:
            if operation.future.done():  # its caller gave up
                continue
            if error is None:
                operation.future.set_result(operation.result)
            else:
                operation.future.set_exception(error)
        # Their callers come first: clients wait for them.
        self._loop.call_soon(self._pass_on, outcomes)
        self._expected = self._puts_in_group + self._puts
        if self._waiting:
            self._prepare()
        self._rest.set()

    def _pass_on(self, outcomes: list[Outcome]) -> None:
        """Tell of the new messages that are stored."""
        for operation, error in outcomes:
            if error is None and isinstance(operation, Put):
                self._on_put(operation)

    # In the thread

    def _run(self) -> None:
        while (group := self._next_group()) is not None:
            outcomes = self._committer.commit(group)
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                self._loop.call_soon_threadsafe(self._tell, outcomes)
            with suppress(*TROUBLE):
                self._database.wrote(sum(operation.octets for operation in group))

    def _next_group(self) -> Operations | None:
        try:
            return self._groups.get(timeout=_IDLE_S)
        except queue.Empty:
            self._database.idle()
            return self._groups.get()


def _within_bounds(operations: Operations) -> tuple[Operations, Operations]:
    """Return those that may be one group, and the rest."""
    octets = 0
    for count, operation in enumerate(operations, 1):
        octets += operation.octets
        if octets >= _MAX_GROUP_OCTETS or count >= _MAX_GROUP:
            return operations[:count], operations[count:]
    return operations, []


def _puts(operations: Operations) -> int:
    return sum(isinstance(operation, Put) for operation in operations)
