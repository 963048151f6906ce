"""How fast the worker makes emails while mail comes in: `python tests/bench/expansion.py`.

A queue of messages of 27 kB, each for 100 recipients with 10 variables by X-SMTPAPI, stands in the
store when the program starts; at once small messages (L1) come in, half as many a second as it took
with nothing else to do. Counted are the emails of the queue, each with its events, from the first
look at it until it is empty or the small messages end.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import track

sys.path.insert(0, str(Path(__file__).parents[2]))

from sendcloud_inbound.app.clock import SandboxClock
from sendcloud_inbound.store import open_store
from tests.bench import rendering
from tests.bench.comparing import generator, loads
from tests.bench.comparing.cache import NotThereError, cache
from tests.bench.comparing.options import at_least
from tests.bench.comparing.servers import PATIENCE_S, ours
from tests.builders import record
from tests.processes import wait_until

WANTED = 50_000
_PEAK_S = 2.0
_AT_ONCE = 200
_LOOK_S = 0.02
_LEFT = "SELECT count(*) FROM messages WHERE key <= ? AND status = 'queued'"
_MADE = (
    "SELECT (SELECT count(*) FROM emails), "
    "(SELECT sum(count) FROM events WHERE kind = 'deliver'), "
    "(SELECT count(*) FROM events WHERE kind = 'request')"
)


@dataclass(frozen=True)
class Found:
    """What one round told."""

    emails: float
    """A second."""
    small: float
    """Messages of L1 a second, meanwhile."""
    p99_ms: float
    """Of their wait for the 250."""


def peak(folder: Path, small: Path) -> float:
    """Return how many messages of L1 it takes a second with nothing else to do."""
    with ours(folder) as server:
        options = (*server.login, "--messages", "100000000", "--seconds", str(_PEAK_S))
        generator.shoot(server.port, small, *options)
        server.settle()
        return generator.shoot(server.port, small, *options).rate


async def fill(store_path: Path, messages: int) -> None:
    """Queue the messages."""
    content = rendering.mail(("base64", "quoted-printable"))
    store = await open_store(f"sqlite:///{store_path}", clock=SandboxClock())
    for first in range(0, messages, _AT_ONCE):
        count = min(_AT_ONCE, messages - first)
        await asyncio.gather(*(store.put(record(content=content)) for _ in range(count)))
    await store.close()


def measure(folder: Path, small: Path, messages: int, rate: float) -> Found:
    """Fill a store, start the program on it and load it until the queue is empty."""
    folder.mkdir()
    store_path = folder / "store.db"
    asyncio.run(fill(store_path, messages))
    with ours(folder) as server:
        shots: list[generator.Shot] = []
        seconds = str(3 * messages * rendering.RECIPIENTS / WANTED)
        options = (*server.login, "--messages", "100000000", "--seconds", seconds)
        load = threading.Thread(
            target=lambda: shots.append(
                generator.shoot(server.port, small, *options, "--rate", str(rate))
            )
        )
        load.start()
        with sqlite3.connect(f"file:{store_path}?mode=ro", uri=True) as looking:
            emails = _watch(looking, messages, load)
            load.join()
            assert server.program
            # However slow the machine is: at that rate the rest of the queue takes so long.
            rest_s = messages * rendering.RECIPIENTS / emails
            server.program.wait_until_expanded(PATIENCE_S + 3 * rest_s)
            _check(looking, messages, shots)
    return Found(emails, shots[0].rate, shots[0].p99_ms)


def _watch(looking: sqlite3.Connection, messages: int, load: threading.Thread) -> float:
    """Return the emails a second, from the first look to the last."""
    began, first = time.perf_counter(), _left(looking, messages)
    now, left = began, first
    while left and load.is_alive():
        time.sleep(_LOOK_S)
        now, left = time.perf_counter(), _left(looking, messages)
    if left == first:
        raise NotThereError("the queue was empty at once, or did not move: give more --messages")
    return (first - left) * rendering.RECIPIENTS / (now - began)


def _left(looking: sqlite3.Connection, messages: int) -> int:
    count: int = looking.execute(_LEFT, (messages,)).fetchone()[0]
    return count


def _check(looking: sqlite3.Connection, messages: int, shots: list[generator.Shot]) -> None:
    """Make sure that all emails are there, one delivery of each, one request of each message."""
    if not shots:
        raise NotThereError("the small messages were not taken")
    small = shots[0].messages
    emails = messages * rendering.RECIPIENTS + small
    wanted = (emails, emails, messages + small)
    wait_until(lambda: looking.execute(_MADE).fetchone() == wanted, f"{wanted} in the store")


def main() -> None:
    """Measure, and print each round and the median."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "--messages", type=at_least(1), default=1_000, help="of 100 recipients (1000)"
    )
    parser.add_argument("--rounds", type=at_least(1), default=5, help="(5)")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(dir=cache("runs")))
    try:
        small = folder / "small"
        small.write_bytes(loads.small())
        most = peak(folder / "peak", small)
        print(f"L1 alone: {most:,.0f} messages a second; half of it goes on beside the worker")
        numbers = track(range(given.rounds), "rounds", console=Console(stderr=True))
        rounds = [measure(folder / str(n), small, given.messages, most / 2) for n in numbers]
    except NotThereError as error:
        sys.exit(f"expansion.py: {error}")
    finally:
        shutil.rmtree(folder)
    for each in rounds:
        print(
            f"{each.emails:,.0f} emails a second, with their events; "
            f"{each.small:,.0f} small messages a second, 99 of 100 within {each.p99_ms:.1f} ms"
        )
    median = statistics.median(each.emails for each in rounds)
    reached = "reached" if median >= WANTED else "not reached"
    print(f"median {median:,.0f} emails a second; {WANTED:,} wanted: {reached}")


if __name__ == "__main__":
    main()
