"""All SMTP processes of a program."""

from __future__ import annotations

import asyncio
import pickle
from itertools import count
from typing import TYPE_CHECKING, Any

from sendcloud_inbound import metrics
from sendcloud_inbound.app.processes.member import Member, look_all
from sendcloud_inbound.ports import Notice, What

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sendcloud_inbound.app.clock import SandboxClock
    from sendcloud_inbound.app.processes.link import Report
    from sendcloud_inbound.config import Settings
    from sendcloud_inbound.store import Store

_LOOK_S = 2.0
"""How long an order may wait until all processes know of it; they look every second anyway."""
_KILL_S = 5.0
"""How much longer than its own time a process gets to stop."""


class Fleet:
    """Starts them and stops them, hears what they store, tells them of clock and orders."""

    def __init__(
        self,
        settings: Settings,
        addresses: Mapping[str, tuple[str, int]],
        store_url: str,
        *,
        store: Store,
        clock: SandboxClock,
    ) -> None:
        """Make them for the settings of the whole; `addresses` are those that they share."""
        self._store = store
        self._clock = clock
        self._timeout_s = settings.shutdown_timeout_s + _KILL_S
        self._looks = count(1)
        told = pickle.dumps(_of_each(settings, addresses, store_url))
        self.members = {
            f"smtp process {number}": Member(number, told, self._hear, self._greeting)
            for number in range(1, settings.smtp.processes + 1)
        }

    async def start(self) -> None:
        """Return when all take connections; `StartupError` when one cannot."""
        try:
            await asyncio.gather(*(member.start() for member in self.members.values()))
        except BaseException:
            await self.stop()
            raise
        self._clock.on_change(self._tell_time)
        self._store.orders.listeners.append(self._look)

    async def stop(self) -> None:
        """Let all of them finish what is under way, at the same time."""
        await asyncio.gather(*(each.stop(self._timeout_s) for each in self.members.values()))

    def _hear(self, report: Report) -> None:
        metrics.add(report.counts)
        if report.queued:
            self._store.came_from_elsewhere(report.queued)
        self._store.news.tell(Notice(What.NEW, name, recipients=()) for name in report.refused)

    def _greeting(self) -> dict[str, Any]:
        return {"clock": self._clock.shift}

    def _tell_time(self) -> None:
        for member in self.members.values():
            member.tell(self._greeting())

    async def _look(self) -> None:
        await look_all(self.members.values(), next(self._looks), _LOOK_S)


def _of_each(
    settings: Settings, addresses: Mapping[str, tuple[str, int]], store_url: str
) -> Settings:
    """Return what is set in one process: the role smtp, the real ports, its share of the bounds."""
    smtp = settings.smtp
    implicit = addresses.get("smtps")
    share = {
        "processes": 1,
        "port": addresses["smtp"][1],
        "implicit_tls_port": None if implicit is None else implicit[1],
        "max_connections": -(-smtp.max_connections // smtp.processes),
    }
    return settings.model_copy(
        update={
            "roles": ("smtp",),
            "smtp": smtp.model_copy(update=share),
            "store": settings.store.model_copy(update={"url": store_url}),
        }
    )
