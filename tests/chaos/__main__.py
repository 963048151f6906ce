"""Kill nodes and restart their database under load, then look whether anything was lost.

    .venv/bin/python -m tests.chaos [--seconds 120] [--rate 60] [--seed N] [--svg chaos.svg]

Two smtp, two worker and one http process work on a PostgreSQL of their own, from the wheel of the
test extra. At random a worker or an smtp node is killed by SIGKILL, or the database is stopped, in
order or by a crash, and started again. In the end every acknowledged message must have been
expanded once, no emailId may be there twice, and every webhook must have been received. The exit
status is 1 when something does not hold.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from tests.chaos.run import Order, run


def main() -> int:
    """Run it and print what came of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=Order.seconds)
    parser.add_argument("--rate", type=float, default=Order.rate, help="messages a second")
    parser.add_argument("--lease", type=float, default=Order.lease_s, help="store.lease_s")
    parser.add_argument("--seed", type=int, default=Order.seed, help="which faults, and when")
    parser.add_argument("--svg", type=Path, help="where to write the plot")
    parser.add_argument("--logs", type=Path, help="where to write what the nodes have logged")
    given = parser.parse_args()
    order = Order(given.seconds, given.rate, lease_s=given.lease, seed=given.seed)
    console = Console()
    with tempfile.TemporaryDirectory() as folder, Progress(console=console) as progress:
        task = progress.add_task("starting", total=order.seconds)

        def tell(seconds: float, what: str) -> None:
            progress.update(task, completed=seconds, description=what)

        report = run(order, Path(folder), tell)
    for name, value in report.facts.items():
        console.print(f"{name}: {value}", highlight=False)
    for path, text in ((given.svg, report.svg), (given.logs, report.logs)):
        if path is not None:
            path.write_text(text)
    for complaint in report.complaints:
        console.print(f"WRONG: {complaint}", highlight=False)
    if not report.complaints:
        console.print("Nothing was lost, and nothing is there twice.")
    return bool(report.complaints)


if __name__ == "__main__":
    sys.exit(main())
