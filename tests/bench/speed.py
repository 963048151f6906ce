"""How fast messages are taken, beside other servers: `python tests/bench/speed.py`.

Ours has every message on disk by fsync before its 250, its worker and its log on; the others throw
messages away, but for maildev. All are up at once and take turns under the same load, after two
turns to warm up; the generator has a core of its own where there are two. What counts are ratios,
round by round: machines are noisy. CPU is that of a server and all its processes, of ours until
every message has its emails.

Peers and generator are installed by the first run into the user's cache; a peer that cannot be had
is named and left out. A table is printed; results.json and plot.svg are written to `--out`.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import Progress

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.bench.comparing import generator
from tests.bench.comparing.cache import NotThereError, cache
from tests.bench.comparing.loads import LOADS
from tests.bench.comparing.options import amount, at_least, names_of
from tests.bench.comparing.peers import PEERS, SHORT
from tests.bench.comparing.plot import plot
from tests.bench.comparing.results import Results
from tests.bench.comparing.rounds import Plan, compare
from tests.bench.comparing.table import notes, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.bench.comparing.peers import Starter

_WIDTH = 150
"""Of the table where it goes into a file."""


def options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    listed = "\n".join(f"{load.name}: {load.text}" for load in LOADS.values())
    parser.epilog = f"loads:\n{listed}"
    parser.add_argument("--rounds", type=at_least(1), default=5, help="(5)")
    parser.add_argument("--loads", type=names_of(LOADS), default=tuple(LOADS))
    parser.add_argument("--peers", type=names_of(SHORT), default=tuple(SHORT))
    parser.add_argument("--seconds", type=amount, default=1.0, help="of each turn (1)")
    parser.add_argument("--out", type=Path, default=Path("bench-results"), help="(bench-results)")
    parser.add_argument(
        "--sink-bar",
        type=amount,
        default=20_000,
        help="messages of L1 that smtp-sink takes a second here when nothing else runs (20000); "
        "a round in which it takes fewer does not count",
    )
    return parser.parse_args()


def installed(names: Sequence[str], results: Results, console: Console) -> dict[str, Starter]:
    """Install the peers; those that cannot be had are noted."""
    found = {}
    for name in names:
        with console.status(f"installing {name}"):
            try:
                found[name] = PEERS[name]()
            except NotThereError as error:
                results.missing[name] = str(error)
    return found


def machine() -> dict[str, str]:
    """Return what must be known of the machine."""
    return {
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "cores": str(len(generator.CPUS)),
        "load": f"{os.getloadavg()[0]:.1f}",
        "kernel": platform.release(),
        "python": platform.python_version(),
        "files": subprocess.run(
            ["stat", "-f", "-c", "%T", str(cache())], capture_output=True, text=True, check=False
        ).stdout.strip(),
    }


def main() -> None:
    """Compare, print, keep."""
    given = options()
    console = Console(stderr=True)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # for idle connections, by thousands
    results = Results(machine(), {})
    try:
        generator.build()
        peers = installed([SHORT[name] for name in given.peers], results, console)
        plan = Plan(given.loads, peers, given.rounds, given.seconds, given.sink_bar)
        with Progress(console=console, transient=True) as progress:
            task = progress.add_task("", total=plan.turns)
            compare(
                plan,
                results,
                lambda what: progress.update(task, advance=1, description=f"{what:24}"),
            )
    except NotThereError as error:
        sys.exit(f"speed.py: {error}")
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / "results.json").write_text(results.as_json())
    (given.out / "plot.svg").write_text(plot(results))
    Console(width=console.width if console.is_terminal else _WIDTH).print(
        table(results), *notes(results), sep="\n"
    )


if __name__ == "__main__":
    main()
