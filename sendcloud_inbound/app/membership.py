"""One node among others: lives, tells what it has taken of each API_USER, hears what they have."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sendcloud_inbound.errors import StoreUnavailable
from sendcloud_inbound.rounds import Rounds
from sendcloud_inbound.store.nodes import BEAT_S

if TYPE_CHECKING:
    from sendcloud_inbound.ports import Clock
    from sendcloud_inbound.rules.limits import Usage
    from sendcloud_inbound.store.nodes import StoredNodes

TELL_S = 0.25
"""So late, and a commit later, other nodes know what was taken here: limits of an API_USER hold
across nodes up to what they take in that time."""


class Membership:
    """Takes part from `run` to `stop`."""

    def __init__(self, nodes: StoredNodes, usage: Usage, clock: Clock) -> None:
        self._nodes = nodes
        self._usage = usage
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._beats_at = self._loop.time() + BEAT_S
        self._rounds = Rounds("nodes", longest_wait_s=BEAT_S)

    def stop(self) -> None:
        """Let `run` end."""
        self._rounds.stop()

    async def run(self) -> None:
        """Take part until stopped; then its part is left to the others."""
        await self._rounds.run(self._round)
        try:
            await self._nodes.leave()
        except StoreUnavailable as error:  # it is found out in time
            self._rounds.log(error)

    async def _round(self) -> None:
        await self._tell()
        if self._loop.time() >= self._beats_at:
            self._beats_at = self._loop.time() + BEAT_S
            await self._nodes.beat()
            self._nodes.noted()  # what was told may not have come here
        if self._nodes.has_news:
            await self._hear()
        await self._rounds.pause(TELL_S)

    async def _tell(self) -> None:
        shares = self._usage.shares(self._clock.now_ms())
        if not shares:
            return
        try:
            await self._nodes.tell(shares)
        except BaseException:
            self._usage.tell_again(shares)
            raise

    async def _hear(self) -> None:
        try:
            heard = await self._nodes.heard()
        except BaseException:
            self._nodes.noted()
            raise
        for node, share in heard:
            self._usage.hear(node, share)
