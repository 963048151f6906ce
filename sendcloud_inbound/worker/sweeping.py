"""Keeps the mail within the bounds of the settings, and says so."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import structlog

from sendcloud_inbound import metrics
from sendcloud_inbound.rounds import Rounds

if TYPE_CHECKING:
    from collections.abc import Callable

    from sendcloud_inbound.ports import Bounds, Retention

_log = structlog.get_logger()

_SWEEP_S = 5.0


class Sweeper:
    """Evicts every few seconds what is beyond the bounds."""

    def __init__(
        self,
        retention: Retention,
        bounds: Bounds,
        *,
        sweep_s: float = _SWEEP_S,
        part_of: Callable[[int], int] = int,
    ) -> None:
        """Sweep every `sweep_s` seconds.

        `part_of` tells which worker of a store does what one alone can do.
        """
        self._part_of = part_of
        self._retention = retention
        self._bounds = bounds
        self._sweep_s = sweep_s
        self._rounds = Rounds("retention", first_wait_s=sweep_s)

    def stop(self) -> None:
        """Let `run` end after what it does now."""
        self._rounds.stop()

    async def run(self) -> None:
        """Sweep until it is stopped; a store that is away is swept when it is back."""
        await self._rounds.run(self._round)

    async def _round(self) -> None:
        if self._part_of(1):
            await self.sweep()
        await self._rounds.pause(self._sweep_s)

    async def sweep(self) -> None:
        """Evict all that is beyond the bounds now."""
        gone: Counter[str] = Counter()
        try:
            while not self._rounds.is_stopped and (
                some := await self._retention.evict(self._bounds)
            ):
                gone.update(some)
        finally:
            for reason, count in gone.items():
                metrics.EVICTED.add(reason, count=count)
                _log.info("messages_evicted", count=count, reason=reason)
