"""What grows, and what it costs: `python tests/bench/soak.py memory` and `... stored`.

`memory` sends many small messages in a row, then some of 15 MB, with retention on, and tells the
resident memory of the server after each tenth. `stored` fills a store, puts L1 on the program with
that store and on one with an empty store by turns, and asks the full one: `wait`, lists page by
page, searches, and from a mail's 250 to the answer of `wait`.

The defaults end within minutes. What is wanted of the program is wanted at `memory --messages
1000000 --large 1000` and `stored --messages 1000000`, which take an hour and some 10 GB.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
from rich.console import Console
from rich.progress import Progress

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.bench import searching, visible
from tests.bench.comparing import generator, loads, processes
from tests.bench.comparing.cache import NotThereError, cache
from tests.bench.comparing.options import at_least
from tests.bench.comparing.servers import PATIENCE_S, Server, ours
from tests.bench.seeding import seed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PARTS = 10
MOST_GROWTH = 0.05
"""Of memory, from the half on: more is not flat."""
LEAST_RATIO = 0.8
MOST_MS = 20.0
_LARGE_OCTETS = 15_000_000
_KEPT = {"RETENTION__MAX_MESSAGES": "10000", "RETENTION__MAX_BYTES": "500000000"}
_ASKED = 300
_PAGE = 50
_SHOT_S = 2.0
_WARM_UPS = 2


def memory(folder: Path, given: argparse.Namespace) -> None:
    """Send and look at the memory, first small messages, then large ones."""
    small, large = folder / "small", folder / "large"
    small.write_bytes(loads.small())
    large.write_bytes(loads.lines(_LARGE_OCTETS))
    kinds = [("2 kB", small, given.messages, "20"), ("15 MB", large, given.large, "4")]
    with Progress(console=Console(stderr=True), transient=True) as progress:
        for name, message, messages, sessions in kinds:
            task = progress.add_task(f"messages of {name}", total=PARTS)
            with ours(folder / name.replace(" ", ""), **_KEPT) as server:
                found = []
                for taken in grown(server, message, messages, sessions):
                    found.append(taken)
                    progress.advance(task)
            growth = found[-1] / found[PARTS // 2 - 1] - 1
            print(f"{messages:,} messages of {name}, retention on; MB resident after each tenth:")
            print("  " + " ".join(f"{each:.0f}" for each in found))
            flat = bar(growth <= MOST_GROWTH, f"at most {MOST_GROWTH:.0%}")
            print(f"  from the half on {growth:+.1%}, {flat}")


def grown(server: Server, message: Path, messages: int, sessions: str) -> Iterator[float]:
    """Send a tenth at a time, have it worked off, and yield the resident memory in MB."""
    assert server.program
    for _ in range(PARTS):
        options = (*server.login, "--sessions", sessions, "--messages", str(messages // PARTS))
        generator.shoot(server.port, message, *options)
        server.program.wait_until_expanded(PATIENCE_S)
        yield processes.memory_kb(server.pid) / 1024


def stored(folder: Path, given: argparse.Namespace) -> None:
    """Compare a full store with an empty one, and ask the full one."""
    (folder / "full").mkdir()
    small = folder / "small"
    small.write_bytes(loads.small())
    with ExitStack() as stack:
        progress = stack.enter_context(Progress(console=Console(stderr=True), transient=True))
        task = progress.add_task("storing", total=given.messages)
        seed(folder / "full" / "store.db", given.messages, lambda n: progress.advance(task, n))
        full, empty = (stack.enter_context(ours(folder / name)) for name in ("full", "empty"))
        task = progress.add_task("L1 by turns", total=given.rounds + _WARM_UPS)
        ratios = []
        for _ in range(given.rounds + _WARM_UPS):
            ratios.append(rate(full, small) / rate(empty, small))
            progress.advance(task)
        told_ratio(given.messages, ratios[_WARM_UPS:])
        task = progress.add_task("asking", total=len(KINDS))
        for name, ask in KINDS.items():
            p99 = statistics.quantiles(ask(full, given.messages), n=100)[98]
            print(f"{name}: 99 of 100 within {p99:.1f} ms, {bar(p99 < MOST_MS, f'{MOST_MS:g}')}")
            progress.advance(task)


def told_ratio(messages: int, ratios: Sequence[float]) -> None:
    """Tell what a full store costs."""
    median, spread = statistics.median(ratios), f"{min(ratios):.2f} to {max(ratios):.2f}"
    print(
        f"L1 at {messages:,} stored messages: {median:.2f} of the rate of an empty store "
        f"({spread}), {bar(median >= LEAST_RATIO, f'at least {LEAST_RATIO}')}"
    )


def rate(server: Server, small: Path) -> float:
    """Return the messages of L1 that a server takes a second."""
    options = ("--messages", "100000000", "--seconds", str(_SHOT_S))
    shot = generator.shoot(server.port, small, *server.login, *options)
    server.settle()
    return shot.rate


def waits(full: Server, messages: int) -> list[float]:
    """Wait for mail that is there, anywhere in the store."""
    step = max(1, messages // _ASKED)
    asked = ({"recipient": f"r{number}@ifaxin.com"} for number in range(1, messages, step))
    return asking(full, "wait", list(asked))


def pages(full: Server, messages: int) -> list[float]:
    """Turn the pages of the list of all, from the newest on, and of one API_USER's."""
    assert full.program
    took: list[float] = []
    for wanted in ({}, {"api_user": "user_7"}):
        cursor: dict[str, Any] = {}
        for _ in range(_ASKED // 2):
            answer, ms = asked_once(full, "messages", wanted | cursor | {"limit": _PAGE})
            took.append(ms)
            if answer["next_cursor"] is None:
                break
            cursor = {"cursor": answer["next_cursor"]}
    return took


def searches(full: Server, messages: int) -> list[float]:
    """Search for all that `searching.py` knows to look for."""
    wanted = [one for each in searching.queries(messages).values() for one in each]
    asked = [{"q": one.q} | ({"api_user": one.api_user} if one.api_user else {}) for one in wanted]
    return asking(full, "messages", asked)


def seen(full: Server, messages: int) -> list[float]:
    """Send a mail and see how soon `wait` answers."""
    assert full.program
    ports = {
        name: {"host": host, "port": str(port)}
        for name, (host, port) in full.program.addresses.items()
    }
    return visible.measure(ports, _ASKED)


KINDS = {
    "wait for what is there": waits,
    "lists, page by page": pages,
    "searches": searches,
    "from a mail's 250 to the answer of wait": seen,
}


def asking(server: Server, call: str, asked: Sequence[dict[str, Any]]) -> list[float]:
    """Return what each call takes, in ms."""
    return [asked_once(server, call, params)[1] for params in asked]


def asked_once(server: Server, call: str, params: dict[str, Any]) -> tuple[dict[str, Any], float]:
    """Make one call on a connection that is kept; return the answer and the ms."""
    assert server.program
    url = "http://{}:{}/sandbox/v1/".format(*server.program.addresses["http"]) + call
    began = time.perf_counter()
    answer = _CLIENT.get(url, params=params).raise_for_status()
    took_ms = (time.perf_counter() - began) * 1000
    found: dict[str, Any] = answer.json()
    return found, took_ms


_CLIENT = httpx.Client(timeout=PATIENCE_S)


def bar(is_reached: bool, bound: str) -> str:  # noqa: FBT001 - it is said in words
    """Say what is wanted, and whether it is reached."""
    return f"{bound} wanted: {'reached' if is_reached else 'not reached'}"


def main() -> None:
    """Run one of the two."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    kinds = parser.add_subparsers(required=True)
    one = kinds.add_parser("memory", help="many messages in a row")
    one.add_argument("--messages", type=at_least(PARTS), default=50_000, help="of 2 kB (50000)")
    one.add_argument("--large", type=at_least(PARTS), default=100, help="of 15 MB (100)")
    one.set_defaults(run=memory)
    other = kinds.add_parser("stored", help="a store with many messages")
    other.add_argument(
        "--messages", type=at_least(PARTS), default=100_000, help="in the store (100000)"
    )
    other.add_argument("--rounds", type=at_least(1), default=5, help="of L1 (5)")
    other.set_defaults(run=stored)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(dir=cache("runs")))
    try:
        given.run(folder, given)
    except NotThereError as error:
        sys.exit(f"soak.py: {error}")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
