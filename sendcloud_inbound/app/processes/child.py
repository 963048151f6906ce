"""What runs in each of the SMTP processes: `python -m sendcloud_inbound.app.processes.child FD`.

FD is its end of the link; the settings come on stdin.
"""

from __future__ import annotations

import asyncio
import pickle
import signal
import socket
import sys
from typing import TYPE_CHECKING

from sendcloud_inbound import metrics
from sendcloud_inbound.app.processes.link import Link, Report
from sendcloud_inbound.app.program import Program
from sendcloud_inbound.app.serving import prepared_runner
from sendcloud_inbound.errors import InboundError
from sendcloud_inbound.rounds import is_set_within
from sendcloud_inbound.rules.model import MessageStatus

if TYPE_CHECKING:
    from sendcloud_inbound.config import Settings
    from sendcloud_inbound.rules.model import Record

_BEAT_S = 1.0


def main() -> int:
    """Run until SIGTERM, or until the parent is gone; return the exit status.

    Its log is written line by line (no `logs.gathered`): several processes have one stderr, and a
    pipe keeps whole only what is short.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's Ctrl-C is the parent's to take
    settings: Settings = pickle.load(sys.stdin.buffer)  # noqa: S301 - it is the parent's
    with prepared_runner(settings) as runner:
        return runner.run(_run(settings, socket.socket(fileno=int(sys.argv[1]))))


async def _run(settings: Settings, end: socket.socket) -> int:
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    link = await Link.over(end)
    try:
        return await _Child(settings, link, stopping).run()
    finally:
        await link.close()


class _Child:
    """The program, and what it tells its parent."""

    def __init__(self, settings: Settings, link: Link, stopping: asyncio.Event) -> None:
        self._link = link
        self._stopping = stopping
        self._program = Program(settings, on_stored=self._on_stored)
        self._queued = 0
        self._refused: set[str] = set()
        self._looked = 0
        self._is_up = self._is_to_report = False

    async def run(self) -> int:
        try:
            await self._program.start()
        except InboundError as error:
            self._link.report(Report(fault=str(error)))
            return 1
        self._is_up = True
        obeying = asyncio.create_task(self._obey())
        while not self._stopping.is_set():
            self._report()
            await is_set_within(self._stopping, _BEAT_S)
        await self._program.stop()
        self._report()
        obeying.cancel()
        return 0

    async def _obey(self) -> None:
        """Do what the parent says until it is gone; then there is nobody to work for."""
        async for line in self._link.lines():
            if "clock" in line:
                self._program.clock.adopt(*line["clock"])
            elif "look" in line:
                await self._program.look()
                self._looked = line["look"]
                self._report()
        self._stopping.set()

    def _on_stored(self, record: Record) -> None:
        """Note that a message is on disk; all those of this turn are told in one line."""
        if record.status is MessageStatus.QUEUED:
            self._queued += 1
        else:
            self._refused.add(record.submission.api_user)
        if not self._is_to_report:
            self._is_to_report = True
            asyncio.get_running_loop().call_soon(self._report)

    def _report(self) -> None:
        self._link.report(
            Report(
                is_up=self._is_up,
                queued=self._queued,
                refused=sorted(self._refused),
                counts=metrics.take(),
                looked=self._looked,
            )
        )
        self._queued, self._is_to_report = 0, False
        self._refused.clear()


if __name__ == "__main__":
    sys.exit(main())
