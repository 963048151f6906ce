"""How fast messages are taken, beside a bare aiosmtpd that throws them away.

    .venv/bin/python tests/bench/accept.py [--rounds 7]

Both servers are up at once and take turns under the same load; ours has every message on disk by
fsync before its 250, its worker and its log on. What counts is the ratio, pair by pair: machines
are noisy. One generator on a core of its own where there are two.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
CPUS = sorted(os.sched_getaffinity(0))
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Load:
    """One kind of load."""

    name: str
    message: bytes
    sessions: int
    messages: int
    wanted: float
    """The least ratio to bare aiosmtpd."""


@dataclass(frozen=True)
class Server:
    """A server under load."""

    name: str
    process: subprocess.Popen[bytes]
    port: int
    login: bool


@dataclass(frozen=True)
class Run:
    """What one load on one server took."""

    rate: float
    """Messages a second."""
    cpu_ms: float
    """Of the server, per message."""


def mail(size: int) -> bytes:
    """Return a message of about that size, its body in base64 lines."""
    head = b"From: bench@example.com\r\nTo: user@example.com\r\nSubject: bench\r\n\r\n"
    line = b"VGhlIHF1aWNrIGJyb3duIGZveCBqdW1wcyBvdmVyIHRoZSBsYXp5IGRvZy4gMDEyMzQ1Njc4OQ==\r\n"
    return head + line * max(1, (size - len(head)) // len(line))


LOADS = [
    Load("2 kB, 20 sessions, keep-alive", mail(2_000), 20, 100, 2.0),
    Load("1 MB, 4 sessions", mail(1_000_000), 4, 10, 4.0),
]


@contextmanager
def started(name: str, command: list[str], ports: Path, *, login: bool) -> Iterator[Server]:
    """Start a server, wait for its ports file, stop it at the end."""
    with Path(ports.with_suffix(".log")).open("wb") as log:
        process = subprocess.Popen([sys.executable, *command], stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 30
        while not ports.exists():
            if process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"{name} did not start: see {ports.with_suffix('.log')}")
            time.sleep(0.05)
        told = json.loads(ports.read_text())
        yield Server(name, process, told if isinstance(told, int) else told["smtp"]["port"], login)
    finally:
        process.terminate()
        process.wait(30)


def measure(server: Server, load: Load, folder: Path, messages: int) -> Run:
    """Put the load on the server once."""
    path = folder / f"{len(load.message)}.eml"
    path.write_bytes(load.message)
    command = [sys.executable, str(HERE / "load.py"), "--port", str(server.port), str(path)]
    command += ["--sessions", str(load.sessions), "--messages", str(messages)]
    command += ["--login"] if server.login else []
    command += ["--cpu", str(CPUS[-1])] if len(CPUS) > 1 else []
    before = cpu_seconds(server.process.pid)
    told = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    used = cpu_seconds(server.process.pid) - before
    return Run(told["messages"] / told["seconds"], 1000 * used / told["messages"])


def cpu_seconds(pid: int) -> float:
    """Return user and system time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def compare(load: Load, ours: Server, peer: Server, folder: Path, rounds: int) -> list[list[Run]]:
    """Warm both up, then let them take turns."""
    runs: list[list[Run]] = [[], []]
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(load.name, total=2 * (rounds + 1))
        for number in range(rounds + 1):
            for server, into in zip((ours, peer), runs, strict=True):
                run = measure(server, load, folder, load.messages if number else load.messages // 5)
                if number:
                    into.append(run)
                progress.advance(task)
    return runs


def main() -> None:
    """Run all loads and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    table = Table("load", "ours, /s", "bare aiosmtpd, /s", "ratio (min to max)", "wanted", "CPU")
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        ours = ["-m", "sendcloud_inbound", "serve", "--smtp", "127.0.0.1:0"]
        ours += ["--http", "127.0.0.1:0", "--store", f"sqlite:///{folder / 'store.db'}"]
        ours += ["--ports-file", str(folder / "ours.json")]
        # A benchmark sends more than 20,000 messages a minute, which is an API_USER's limit (S18).
        account = {"api_user": "sandbox_user", "api_key": "sandbox_key", "rate_limit_per_minute": 0}
        os.environ["SENDCLOUD_INBOUND_ACCOUNTS"] = json.dumps([account])
        bare = [str(HERE / "bare_aiosmtpd.py"), str(folder / "bare.json")]
        us = stack.enter_context(started("ours", ours, folder / "ours.json", login=True))
        peer = stack.enter_context(started("bare", bare, folder / "bare.json", login=False))
        for load in LOADS:
            mine, theirs = compare(load, us, peer, folder, rounds)
            table.add_row(*row(load, mine, theirs))
    Console().print(table)


def row(load: Load, ours: list[Run], peer: list[Run]) -> list[str]:
    """Return a line of the table: medians, and the ratios' spread."""
    ratios = [a.rate / b.rate for a, b in zip(ours, peer, strict=True)]
    cpu = [a.cpu_ms / b.cpu_ms for a, b in zip(ours, peer, strict=True) if b.cpu_ms]
    return [
        load.name,
        f"{statistics.median(run.rate for run in ours):,.0f}",
        f"{statistics.median(run.rate for run in peer):,.0f}",
        f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})",
        f"{load.wanted:.1f}",
        f"{statistics.median(cpu):.2f}" if cpu else "",
    ]


if __name__ == "__main__":
    main()
