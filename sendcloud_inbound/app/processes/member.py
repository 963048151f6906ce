"""One SMTP process as it is seen from outside: started, listened to, started again, stopped."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import structlog

from sendcloud_inbound.app.processes.link import Link, Report
from sendcloud_inbound.errors import StartupError
from sendcloud_inbound.rounds import is_set_within
from sendcloud_inbound.rules.backoff import delay_s

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_log = structlog.get_logger()

_CHILD = "sendcloud_inbound.app.processes.child"
_FIRST_WAIT_S = 0.2
_LONGEST_WAIT_S = 30.0
_LONG_LIFE_S = 60.0
"""A process that lived so long is started again as if it had never failed."""
_SILENCE_S = 5.0
"""It reports every second; one that is silent for so long is stuck."""


class Member:
    """One process, whichever it is at the moment, from `start` to `stop`."""

    def __init__(
        self,
        number: int,
        settings: bytes,
        hear: Callable[[Report], None],
        greeting: Callable[[], dict[str, Any]],
    ) -> None:
        """Tell `hear` what the process reports; each new one is told `greeting` first."""
        self._number = number
        self._settings = settings
        self._hear = hear
        self._greeting = greeting
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        self._changed = asyncio.Event()
        self._lack: str | None = "it is starting"
        self._fault = ""
        self._failures = 0
        self._looked = 0
        self._heard_at = self._loop.time()
        self._link: Link | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Return when the first one takes connections; `StartupError` when it cannot."""
        self._running = self._loop.create_task(self._run())
        while self._lack is not None:
            if self._failures or self._running.done():
                raise StartupError(self._fault or f"smtp process {self._number}: {self._lack}")
            self._changed.clear()
            await self._changed.wait()

    async def stop(self, timeout_s: float) -> None:
        """Ask it to end; kill it when it does not within the time."""
        self._stopping.set()
        self._signal(signal.SIGTERM)
        if self._running is None:
            return
        _, late = await asyncio.wait({self._running}, timeout=timeout_s)
        if late:
            _log.error("process_killed", process=self._number, after_s=timeout_s)
            self._signal(signal.SIGKILL)
            await asyncio.wait({self._running})

    async def check(self) -> None:
        """Return when it takes connections, else raise `StartupError`."""
        silent_s = self._loop.time() - self._heard_at
        lack = self._lack
        if lack is None and silent_s > _SILENCE_S:
            lack = f"nothing was heard of it for {silent_s:.0f} s"
        if lack is not None:
            raise StartupError(lack)

    def tell(self, line: dict[str, Any]) -> None:
        """Tell it something, if there is one; the next is greeted anyway."""
        if self._link is not None:
            self._link.send(line)

    async def has_looked(self, number: int) -> None:
        """Return when it has done a `look`; one that starts later needs none."""
        while self._lack is None and self._looked < number:
            self._changed.clear()
            await self._changed.wait()

    async def _run(self) -> None:
        while not self._stopping.is_set():
            began = self._loop.time()
            how = await self._live()
            if self._stopping.is_set():
                break
            is_long = self._loop.time() - began >= _LONG_LIFE_S
            self._failures = 1 if is_long else self._failures + 1
            wait_s = delay_s(self._failures, _FIRST_WAIT_S, _LONGEST_WAIT_S)
            self._note(f"it {how}; another is on its way")
            reason = self._fault or how
            _log.error("process_ended", process=self._number, reason=reason, retry_s=wait_s)
            await is_set_within(self._stopping, wait_s)
        self._note("it has stopped")

    async def _live(self) -> str:
        """Let one process live; return how it ended."""
        self._fault = ""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                process = await _spawn(theirs, self._settings)
            except OSError as error:
                ours.close()
                return f"cannot be started: {error.strerror}"
        self._process, self._link = process, await Link.over(ours)
        self._link.send(self._greeting())
        if self._stopping.is_set():
            self._signal(signal.SIGTERM)
        async for line in self._link.lines():
            self._on(Report(**line), process.pid)
        await self._link.close()
        self._link = None
        return _ending(await process.wait())

    def _on(self, report: Report, pid: int) -> None:
        self._heard_at = self._loop.time()
        self._looked = max(self._looked, report.looked)
        if report.fault:
            self._fault = report.fault
        if report.is_up and self._lack is not None:
            _log.info("process_started", process=self._number, pid=pid)
            self._lack = None
        self._hear(report)
        self._changed.set()

    def _note(self, lack: str) -> None:
        self._lack = lack
        self._changed.set()

    def _signal(self, number: int) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.send_signal(number)


async def _spawn(theirs: socket.socket, settings: bytes) -> asyncio.subprocess.Process:
    """Start a process: the same interpreter with the same path, away from the terminal's Ctrl-C."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",  # the path is ours, whatever lies in the current directory
        "-m",
        _CHILD,
        str(theirs.fileno()),
        stdin=asyncio.subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        pass_fds=[theirs.fileno()],
        start_new_session=True,
    )
    assert process.stdin is not None  # noqa: S101 - tells the type checker
    process.stdin.write(settings)
    process.stdin.close()
    return process


def _ending(status: int) -> str:
    if status < 0:
        return f"was ended by {signal.Signals(-status).name}"
    return f"ended with status {status}"


async def look_all(members: Iterable[Member], number: int, timeout_s: float) -> None:
    """Let all of them look at the orders; return when they have, at the latest after so long."""
    for member in (members := [*members]):
        member.tell({"look": number})
    with suppress(TimeoutError):
        async with asyncio.timeout(timeout_s):
            await asyncio.gather(*(member.has_looked(number) for member in members))
