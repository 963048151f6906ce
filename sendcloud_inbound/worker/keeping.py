"""Keeps what was claimed from running out while it is worked on: the heartbeat of leases.

A lease is short, so that what a dead worker had is soon taken up by another; one that is only slow
renews it in time.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Self

import structlog

from sendcloud_inbound.errors import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from types import TracebackType

_log = structlog.get_logger()


class Kept:
    """Renews again and again from the beginning of a block to its end.

    A block that is over before it is time costs a timer.
    """

    def __init__(self, renew: Callable[[], Awaitable[object]], every_s: float) -> None:
        self._renew = renew
        self._every_s = every_s
        self._task: asyncio.Task[None] | None = None

    def __enter__(self) -> Self:
        self._timer = asyncio.get_running_loop().call_later(self._every_s, self._begin)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        if self._task is not None:
            self._task.cancel()

    def _begin(self) -> None:
        self._task = asyncio.ensure_future(self._renew_on())

    async def _renew_on(self) -> None:
        while True:
            try:
                await self._renew()
            except StoreUnavailable as error:
                _log.warning("lease_not_renewed", error=str(error))
            await asyncio.sleep(self._every_s)
