"""Ways to run the program in a process of its own.

`started` is how people start it. `forked` saves what is the same at every start, a second or two of
importing: one process has imported all, and every program is forked off it. What then runs is the
same `main`, with its own environment, streams, signals and end.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from multiprocessing.context import ForkServerProcess
    from pathlib import Path
    from typing import Self


class Running(Protocol):
    """A process, as `subprocess.Popen` has it."""

    @property
    def pid(self) -> int:
        """Its number."""

    def poll(self) -> int | None:
        """Return its exit status, None while it runs."""

    def wait(self, timeout: float | None = None) -> int:
        """Return its exit status once it has ended."""

    def send_signal(self, sig: int) -> None:
        """Send it a signal, if it still runs."""


class Launch(Protocol):
    """Starts the program."""

    def __call__(self, arguments: Sequence[str], log: Path, env: Mapping[str, str]) -> Running:
        """Start it with an environment; what it writes is added to a file."""


def started(arguments: Sequence[str], log: Path, env: Mapping[str, str]) -> Running:
    """Start it as people do."""
    command = [sys.executable, "-m", "sendcloud_inbound", *arguments]
    with log.open("ab") as into:
        return subprocess.Popen(command, stdout=into, stderr=into, env=env)


def forked(arguments: Sequence[str], log: Path, env: Mapping[str, str]) -> Running:
    """Start it where all is imported."""
    return _Forked.start(_FORKS.Process(target=_run, args=(arguments, log, {**env})))


_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(
    [
        "sendcloud_inbound.app.processes.fleet",
        "sendcloud_inbound.app.serving",
        "sendcloud_inbound.app.web",
        "sendcloud_inbound.cli",
        "sendcloud_inbound.store.postgres",
        "sendcloud_inbound.store.sqlite_open",
        "uvloop",
    ]
)


def _run(arguments: Sequence[str], log: Path, env: Mapping[str, str]) -> None:
    """Be the program."""
    os.environ.clear()
    os.environ.update(env)
    into = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    for stream in (1, 2):
        os.dup2(into, stream)
    os.close(into)
    from sendcloud_inbound.cli import main  # noqa: PLC0415 - not in the process of the tests

    sys.exit(main(arguments))


class _Forked:
    """A forked process as a `Running`."""

    def __init__(self, process: ForkServerProcess, pid: int) -> None:
        self._process = process
        self.pid = pid

    @classmethod
    def start(cls, process: ForkServerProcess) -> Self:
        process.start()
        assert process.pid
        return cls(process, process.pid)

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        status = self._process.exitcode
        if status is None:
            raise subprocess.TimeoutExpired("sendcloud-inbound", timeout or 0)
        return status

    def send_signal(self, sig: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, signal.Signals(sig))
