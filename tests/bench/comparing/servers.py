"""Servers under load: ours as people run it, and the peers, each in a folder of its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

from tests.bench.comparing import generator, processes
from tests.bench.comparing.cache import NotThereError
from tests.launching import started
from tests.processes import ProgramProcess

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.bench.comparing.loads import Load
    from tests.bench.comparing.peers import Starter

OURS = "ours"
PATIENCE_S = 120
_LOOK_S = 0.002
# A benchmark sends more than 20,000 messages a minute, which is an API_USER's limit (S18).
_ACCOUNT: dict[str, Any] = {
    "api_user": "sandbox_user",
    "api_key": "sandbox_key",
    "rate_limit_per_minute": 0,
}


@dataclass(frozen=True)
class Server:
    """A running server."""

    name: str
    pid: int
    port: int
    login: tuple[str, ...] = ()
    program: ProgramProcess | None = None
    """Ours."""

    def settle(self) -> float:
        """Let it finish what it took; return the CPU seconds of its processes until then.

        Ours is waited for until every message has its emails; then it forgets what it was sent, so
        that it writes no search index, as it does in pauses, while others have their turn.
        """
        if self.program is None:
            return processes.cpu_seconds(self.pid)
        self.program.wait_until_expanded(PATIENCE_S)
        used = processes.cpu_seconds(self.pid)
        url = "http://{}:{}/sandbox/v1/messages".format(*self.program.addresses["http"])
        sent = {"api_user": _ACCOUNT["api_user"]}
        httpx.delete(url, params=sent, timeout=PATIENCE_S).raise_for_status()
        processes.wait_for_rest(self.pid)
        return used


def wait_for_banner(port: int, process: subprocess.Popen[bytes]) -> None:
    """Return once a 220 is read.

    Raises:
        NotThereError: the process ended, or nobody answered in time.
    """
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as connection:
            if connection.recv(512).startswith(b"220"):
                return
        time.sleep(_LOOK_S)
    raise NotThereError(f"nobody answers at port {port}")


def free_port() -> int:
    """Return a port that nobody has at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def ours(folder: Path, **settings: str) -> Iterator[Server]:
    """Run sendcloud-inbound through the block, all of it, on the store in that folder."""
    folder.mkdir(parents=True, exist_ok=True)
    program = ProgramProcess(folder, ACCOUNTS=json.dumps([_ACCOUNT]), **settings)
    try:
        program.start(PATIENCE_S, started)
        port = program.addresses["smtp"][1]
        yield Server(OURS, program.process.pid, port, generator.LOGIN, program)
    finally:
        program.stop()


@contextmanager
def peer(name: str, starter: Starter, folder: Path, load: Load) -> Iterator[Server]:
    """Run a peer through the block.

    Raises:
        NotThereError: it does not start; with the end of what it said.
    """
    folder.mkdir(parents=True)
    port, log = free_port(), folder / "log"
    command = starter(folder, port, load)
    with log.open("wb") as into:
        env = os.environ | command.env
        try:
            process = subprocess.Popen(command.words, stdout=into, stderr=into, env=env, cwd=folder)
        except OSError as error:
            raise NotThereError(f"{command.words[0]}: {error.strerror}") from error
    try:
        wait_for_banner(port, process)
        yield Server(name, process.pid, port)
    except NotThereError as error:
        said = log.read_text(errors="replace").strip().splitlines()
        raise NotThereError(f"{error}; it said: {said[-1]}" if said else str(error)) from error
    finally:
        process.kill()
        process.wait(PATIENCE_S)
