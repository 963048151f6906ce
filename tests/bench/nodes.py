"""One smtp node on PostgreSQL beside the same on SQLite, and one worker beside two.

    .venv/bin/python tests/bench/nodes.py [--rounds 5] [--messages 2000] [--recipients 100]

Accepting: both servers are up at once and take turns under the same load (2 kB, 20 sessions), each
with its role `smtp` alone, so that nothing but accepting is measured; at least 0.8 is asked for.
Expanding: messages with X-SMTPAPI for many recipients are accepted and held back until one worker
is up, or two; then all are due at once. The database is PostgreSQL from the wheel of the test
extra, with fsync.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from sqlalchemy import text

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.bench.comparing import generator
from tests.looking import looking
from tests.own_postgres import own_postgres

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WANTED = 0.8
ACCOUNT = {"api_user": "sandbox_user", "api_key": "sandbox_key", "rate_limit_per_minute": 0}
BODY = b"VGhlIHF1aWNrIGJyb3duIGZveCBqdW1wcyBvdmVyIHRoZSBsYXp5IGRvZy4gMDEyMzQ1Njc4OQ==\r\n" * 24
HEAD = b"From: bench@example.com\r\nTo: user@example.com\r\nSubject: bench\r\n"
QUEUED = text("SELECT count(*) FROM messages WHERE status = 'queued'")
EMAILS = text("SELECT count(*) FROM emails")
HOLD = text("UPDATE messages SET due_at_ms = 9000000000000")
LET_GO = text("UPDATE messages SET due_at_ms = 0")
CLEAR = text("TRUNCATE messages, contents, emails, events")
PATIENCE_S = 300.0


@contextmanager
def serving(folder: Path, role: str, store: str) -> Iterator[int]:
    """Run a node of a role; yield its SMTP port, 0 where it has none."""
    folder.mkdir()
    ports = folder / "ports.json"
    command = [sys.executable, "-m", "sendcloud_inbound", "serve", "--role", role]
    command += ["--smtp", "127.0.0.1:0", "--http", "127.0.0.1:0", "--store", store]
    env = os.environ | {"SENDCLOUD_INBOUND_ACCOUNTS": json.dumps([ACCOUNT])}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--ports-file", str(ports)], stdout=log, stderr=log, env=env
        )
    try:
        wait(ports.exists, f"the {role} node: see {folder / 'log'}")
        yield json.loads(ports.read_text()).get("smtp", {}).get("port", 0)
    finally:
        process.terminate()
        process.wait(60)


def wait(holds: Callable[[], object], what: str) -> None:
    """Return once something holds."""
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > deadline:
            sys.exit(f"waited {PATIENCE_S:g} s for {what}")
        time.sleep(0.05)


def send(port: int, message: Path, sessions: int, messages: int) -> float:
    """Send so many messages in all; return how many were taken a second."""
    options = ("--sessions", str(sessions), "--messages", str(messages))
    return generator.shoot(port, message, *generator.LOGIN, *options).rate


def accepting(
    folder: Path, stores: dict[str, str], rounds: int, messages: int, done: Callable[[], None]
) -> dict[str, list[float]]:
    """Return messages a second of each store's node, round by round."""
    path = folder / "small.eml"
    path.write_bytes(HEAD + b"\r\n" + BODY)
    rates: dict[str, list[float]] = {name: [] for name in stores}
    with ExitStack() as stack:
        ports = {
            name: stack.enter_context(serving(folder / f"smtp-{name}", "smtp", url))
            for name, url in stores.items()
        }
        for number in range(rounds + 1):
            for name, port in ports.items():
                rate = send(port, path, 20, messages)
                done()
                if number:  # the first one warms up
                    rates[name].append(rate)
    return rates


def expanding(folder: Path, store: str, workers: int, messages: int, recipients: int) -> float:
    """Return how many emails a second so many workers make."""
    api = {"to": [f"user{number}@example.com" for number in range(recipients)]}
    value = base64.b64encode(json.dumps(api).encode())
    path = folder / "list.eml"
    path.write_bytes(HEAD + b"X-SMTPAPI: " + value + b"\r\n\r\n" + BODY)
    with looking(store) as conn:
        conn.execute(CLEAR)
        conn.commit()
        with serving(folder / f"smtp-for-{workers}", "smtp", store) as port:
            send(port, path, 20, messages)
        conn.execute(HOLD)
        conn.commit()
        with ExitStack() as stack:
            for number in range(workers):
                stack.enter_context(serving(folder / f"worker-{workers}-{number}", "worker", store))

            def is_done() -> bool:
                left: int = conn.execute(QUEUED).scalar_one()
                conn.rollback()
                return not left

            conn.execute(LET_GO)
            conn.commit()
            began = time.perf_counter()
            wait(is_done, "all to be expanded")
            took_s = time.perf_counter() - began
        emails: int = conn.execute(EMAILS).scalar_one()
    if emails != messages * recipients:
        sys.exit(f"{emails} emails of {messages} messages to {recipients} each")
    return emails / took_s


def main() -> None:
    """Measure, and print two tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--messages", type=int, default=2000, help="of each round")
    parser.add_argument("--recipients", type=int, default=100, help="of each to be expanded")
    given = parser.parse_args()
    console = Console()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = stack.enter_context(own_postgres())
        stores = {"SQLite": f"sqlite:///{folder}/store.db", "PostgreSQL": database.url}
        progress = stack.enter_context(Progress(console=Console(stderr=True), transient=True))
        task = progress.add_task("accepting", total=2 * (given.rounds + 1) + 2 * given.rounds)
        rates = accepting(
            folder, stores, given.rounds, given.messages, lambda: progress.advance(task)
        )
        made: dict[int, list[float]] = {1: [], 2: []}
        for number in range(given.rounds):
            for workers, into in made.items():
                progress.update(task, description=f"expanding, {workers}")
                place = folder / f"round-{number}-{workers}"
                place.mkdir()
                into.append(
                    expanding(place, database.url, workers, given.messages, given.recipients)
                )
                progress.advance(task)
    compared = [b / a for a, b in zip(rates["SQLite"], rates["PostgreSQL"], strict=True)]
    gained = [b / a for a, b in zip(made[1], made[2], strict=True)]
    table = Table("what", "first", "second", "second / first (min to max)", "wanted")
    table.add_row(
        "accepted /s: SQLite, PostgreSQL",
        *row(rates["SQLite"], rates["PostgreSQL"], compared),
        f"{WANTED}",
    )
    table.add_row("emails /s: one worker, two", *row(made[1], made[2], gained), "more than 1")
    console.print(table)


def row(first: list[float], second: list[float], ratios: list[float]) -> list[str]:
    """Return medians, and the ratios' spread."""
    spread = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
    return [f"{statistics.median(first):,.0f}", f"{statistics.median(second):,.0f}", spread]


if __name__ == "__main__":
    main()
