"""Keeps the orders true: other processes may have changed them, and some run out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from sendcloud_inbound.rounds import Rounds

if TYPE_CHECKING:
    from sendcloud_inbound.ports import Clock
    from sendcloud_inbound.store import Store

_log = structlog.get_logger()

_WATCH_S = 1.0
"""So soon an order counts that was given to another process."""
_LONGEST_WAIT_S = 5.0
"""So soon it counts at the latest when the store is back."""


class Watch:
    """Looks every second, from `run` to `stop`."""

    def __init__(self, store: Store, clock: Clock, *, watch_s: float = _WATCH_S) -> None:
        self._store = store
        self._clock = clock
        self._watch_s = watch_s
        self._rounds = Rounds("orders", first_wait_s=watch_s, longest_wait_s=_LONGEST_WAIT_S)

    def stop(self) -> None:
        """Let `run` end after what it does now."""
        self._rounds.stop()

    async def run(self) -> None:
        """Look until stopped; the store was read a moment ago when it was opened."""
        await self._rounds.pause(self._watch_s)
        await self._rounds.run(self._round)

    async def _round(self) -> None:
        await self._store.refresh()
        await self._remove_expired()
        await self._rounds.pause(self._watch_s)

    async def _remove_expired(self) -> None:
        """Remove the API_USERs whose time is over, with all that is theirs."""
        now_ms = self._clock.now_ms()
        for name, made in [*self._store.orders.api_users().items()]:
            if made.expires_at_ms is not None and made.expires_at_ms <= now_ms:
                await self._store.orders.retire_api_user(name)
                messages = await self._store.eraser.erase_api_user(name)
                _log.info("api_user_expired", api_user=name, messages=messages)
