"""Keeps the mail within the bounds of the settings, and says so."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from sendcloud_inbound.errors import StoreUnavailable

if TYPE_CHECKING:
    from sendcloud_inbound.ports import Bounds, Retention

_log = structlog.get_logger()

_SWEEP_S = 5.0


class Sweeper:
    """Evicts every few seconds what is beyond the bounds."""

    def __init__(self, retention: Retention, bounds: Bounds) -> None:
        self._retention = retention
        self._bounds = bounds
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Let `run` end after what it does now."""
        self._stopping.set()

    async def run(self) -> None:
        """Sweep until it is stopped; a store that is away is swept when it is back."""
        while not self._stopping.is_set():
            with suppress(StoreUnavailable):
                await self.sweep()
            with suppress(TimeoutError):
                async with asyncio.timeout(_SWEEP_S):
                    await self._stopping.wait()

    async def sweep(self) -> None:
        """Evict all that is beyond the bounds now."""
        gone: Counter[str] = Counter()
        try:
            while not self._stopping.is_set() and (
                some := await self._retention.evict(self._bounds)
            ):
                gone.update(some)
        finally:
            for reason, count in gone.items():
                _log.info("messages_evicted", count=count, reason=reason)
