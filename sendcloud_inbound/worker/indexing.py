"""Keeps the index of full-text search up, in the pauses that the mail leaves.

Nobody waits for it: what is not indexed yet is found too. So it takes small steps, and hardly any
while much mail comes in, or until a moment ago did: senders pause and go on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendcloud_inbound.rounds import Rounds

if TYPE_CHECKING:
    from collections.abc import Callable

    from sendcloud_inbound.ports import SearchIndex

_IDLE_S = 1.0
_BETWEEN_S = 0.05
_AT_ONCE = 32
"""Some 40 ms of writing."""
_BUSY = 20
"""Messages since the last step: people are waiting for their 250."""
_AT_ONCE_WHEN_BUSY = 8
_QUIET_ROUNDS = 3
"""Without much mail, until it goes at full speed again."""


class Indexer:
    """Works from `run` to `stop`."""

    def __init__(
        self,
        index: SearchIndex,
        *,
        idle_s: float = _IDLE_S,
        part_of: Callable[[int], int] = int,
    ) -> None:
        """Look for work every `idle_s` seconds, as long as there is little to do.

        `part_of` tells which worker of a store does what one alone can do.
        """
        self._index = index
        self._part_of = part_of
        self._idle_s = idle_s
        self._quiet = _QUIET_ROUNDS
        self._rounds = Rounds("indexer", first_wait_s=idle_s)

    def stop(self) -> None:
        """Let `run` end after the step under way."""
        self._rounds.stop()

    async def run(self) -> None:
        """Index what there is and what comes; goes on when the store was in trouble."""
        await self._rounds.pause(_BETWEEN_S)
        await self._rounds.run(self._round)

    async def _round(self) -> None:
        await self._rounds.pause(await self._step())

    async def _step(self) -> float:
        """Take some in; return how long to pause then."""
        if not self._part_of(1):  # another one does it
            return self._idle_s
        self._quiet = 0 if self._index.came() > _BUSY else self._quiet + 1
        is_quiet = self._quiet >= _QUIET_ROUNDS
        limit = _AT_ONCE if is_quiet else _AT_ONCE_WHEN_BUSY
        added = await self._index.add(limit)
        return _BETWEEN_S if is_quiet and added == limit else self._idle_s
