"""Nodes of every role on one PostgreSQL, under load, while they are killed and it is restarted."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.chaos.checking import complaints, look, wait_for_rest
from tests.chaos.cluster import Cluster
from tests.chaos.load import Receiver, Senders
from tests.chaos.plot import plot

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_BETWEEN_S = (1.0, 4.0)
"""Between the end of one fault and the next."""


@dataclass(frozen=True)
class Order:
    """What is to be done."""

    seconds: float = 120.0
    rate: float = 40.0
    """Messages a second, as far as they are taken."""
    sessions: int = 8
    lease_s: float = 5.0
    seed: int = 0


@dataclass(frozen=True)
class Report:
    """What came of it."""

    complaints: list[str]
    """What does not hold; there should be nothing."""
    facts: dict[str, str]
    svg: str
    logs: str


def run(order: Order, folder: Path, tell: Callable[[float, str], None]) -> Report:
    """Do it; `tell` hears how many seconds are over, and what is going on."""
    receiver = Receiver()
    chance = random.Random(order.seed)
    try:
        with Cluster(folder, receiver.url, order.lease_s, chance) as cluster:
            began = time.time()
            senders = Senders(cluster.of_role("smtp"), order.rate, order.sessions)
            senders.start()
            try:
                _strike(cluster, began, order.seconds, chance, tell)
            finally:
                senders.stop()
            wait_for_rest(
                cluster.database.url,
                30 + 2 * order.lease_s,
                lambda left: tell(order.seconds, f"{left} still to be done"),
            )
            return _report(cluster, senders, receiver, began, order)
    finally:
        receiver.close()


def _strike(
    cluster: Cluster,
    began: float,
    seconds: float,
    chance: random.Random,
    tell: Callable[[float, str], None],
) -> None:
    """Let faults happen until the time is over."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.2):
            what = cluster.faults[-1].what if cluster.faults else "load"
            tell(time.time() - began, what)

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        while (left_s := began + seconds - time.time()) > 0:
            pause_s = chance.uniform(*_BETWEEN_S)
            time.sleep(min(left_s, pause_s))
            if pause_s < left_s:
                cluster.strike()
    finally:
        over.set()
        watching.join()


def _report(
    cluster: Cluster, senders: Senders, receiver: Receiver, began: float, order: Order
) -> Report:
    found = look(cluster.database.url)
    told = Counter((event, about) for _, event, about in receiver.calls)
    names = [name for _, name in senders.acknowledged]
    facts = {
        "seconds": f"{order.seconds:g}",
        "faults": ", ".join(
            f"{count} x {what}" for what, count in Counter(f.what for f in cluster.faults).items()
        ),
        "slowest start of a node": f"{cluster.slowest_start_s:.1f} s",
        "messages acknowledged": str(len(names)),
        "stored (some were on disk when their client was cut off)": str(len(found.statuses)),
        "emails": str(len(found.email_ids)),
        "answers other than 250, connections that broke": str(senders.refused),
        "webhook calls received": f"{len(receiver.calls)}, {len(told)} different",
    }
    series = {
        "acknowledged": [at for at, _ in senders.acknowledged],
        "expanded": [at for _, at in found.expanded.values()],
        "webhook calls": [at for at, _, _ in receiver.calls],
    }
    wrong = complaints(names, found, told)
    logs = cluster.logs()
    if "Traceback" in logs:
        wrong.append("a traceback in the logs")
    return Report(wrong, facts, plot(began, series, cluster.faults), logs)
