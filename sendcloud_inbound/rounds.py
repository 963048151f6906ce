"""Work that goes on in rounds until it is stopped, whatever happens in one of them.

A round that fails is logged, and the next one waits longer each time: a store that is away comes
back, and a mistake of ours in one round must not end what others wait for.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from sendcloud_inbound.errors import StoreUnavailable
from sendcloud_inbound.rules.backoff import delay_s

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any

_log = structlog.get_logger()

_FIRST_WAIT_S = 1.0
_LONGEST_WAIT_S = 60.0


async def is_set_within(event: asyncio.Event, most_s: float) -> bool:
    """Return when an event is set, at the latest after so long; tell whether it is."""
    with suppress(TimeoutError):
        async with asyncio.timeout(most_s):
            await event.wait()
    return event.is_set()


class Rounds:
    """The rounds of one worker, and all that it waits for, from `run` to `stop`."""

    def __init__(
        self,
        name: str,
        *,
        first_wait_s: float = _FIRST_WAIT_S,
        longest_wait_s: float = _LONGEST_WAIT_S,
    ) -> None:
        """Wait after failures for `first_wait_s`, then twice as long each time.

        Failures are logged as `<name>_waiting` while the store is away, else as `<name>_failed`.
        """
        self._name = name
        self._first_wait_s = first_wait_s
        self._longest_wait_s = longest_wait_s
        self._pauses: set[asyncio.Future[Any]] = set()
        self._is_stopped = False

    @property
    def is_stopped(self) -> bool:
        """Whether nothing new is to be taken up."""
        return self._is_stopped

    def stop(self) -> None:
        """Let `run` end after the round under way, and every pause at once."""
        self._is_stopped = True
        for pause in self._pauses:
            pause.cancel()

    async def run(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do `work` again and again until stopped; how long to wait in between is its matter."""
        failures = 0
        while not self._is_stopped:
            try:
                await work()
            except Exception as error:  # noqa: BLE001 - whatever it is, the work must go on
                failures += 1
                await self._wait_after(error, failures)
            else:
                failures = 0

    async def insist(
        self,
        write: Callable[[], Awaitable[object]],
        is_too_late: Callable[[], bool],
        **facts: object,
    ) -> bool:
        """Write something as soon as the store can; False when it was stopped or too late first.

        `facts` are logged with each failure.
        """
        failures = 0
        while True:
            try:
                await write()
            except StoreUnavailable as error:
                failures += 1
                if self._is_stopped or is_too_late():
                    self.log(error, failures=failures, **facts)
                    return False
                await self._wait_after(error, failures, **facts)
            else:
                return True

    async def pause(self, most_s: float) -> None:
        """Wait so long, or until a stop."""
        await self.until(asyncio.sleep(most_s))

    async def until(self, end: Awaitable[object]) -> None:
        """Wait for something, which is cancelled by a stop; raise what it raises."""
        pause = asyncio.ensure_future(end)
        self._pauses.add(pause)
        if self._is_stopped:
            pause.cancel()
        try:
            await asyncio.wait({pause})
        finally:
            self._pauses.discard(pause)
            pause.cancel()
        if not pause.cancelled():
            pause.result()

    def log(self, error: Exception, **facts: object) -> None:
        """Log a failure: with its traceback, unless the store is just away."""
        if isinstance(error, StoreUnavailable):
            _log.warning(f"{self._name}_waiting", error=str(error), **facts)
        else:
            _log.error(f"{self._name}_failed", exc_info=error, **facts)

    async def _wait_after(self, error: Exception, failures: int, **facts: object) -> None:
        self.log(error, failures=failures, **facts)
        await self.pause(delay_s(failures, self._first_wait_s, self._longest_wait_s))
