"""A comparison: for each load all servers are started, warmed up twice, and take turns."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.comparing import generator, processes
from tests.bench.comparing.cache import NotThereError, cache
from tests.bench.comparing.loads import LOADS, SINK, Load
from tests.bench.comparing.results import LoadResult, Results, Round
from tests.bench.comparing.servers import OURS, Server, ours, peer

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from tests.bench.comparing.peers import Starter

WARM_UPS = 2
_UNLIMITED = str(100_000_000)
_PROBE_S = 0.3
_FEW = 20
"""Idle connections that bring in what a server loads at its first."""


@dataclass(frozen=True)
class Plan:
    """What is to be done."""

    loads: tuple[str, ...]
    peers: dict[str, Starter]
    rounds: int
    seconds: float
    """That each turn takes; longer where a server is slow."""
    sink_bar: float

    @property
    def turns(self) -> int:
        """How many turns servers have, if all goes well."""
        return len(self.loads) * (WARM_UPS + self.rounds) * (1 + len(self.peers))


def compare(plan: Plan, results: Results, advance: Callable[[str], None]) -> None:
    """Measure into `results`, load by load; `advance` is told of every turn."""
    for name in plan.loads:
        # Not in /tmp, which may be memory, where fsync costs nothing.
        folder = Path(tempfile.mkdtemp(dir=cache("runs")))
        try:
            results.loads.append(_Comparison(plan, LOADS[name], folder, results, advance).run())
        finally:
            shutil.rmtree(folder, ignore_errors=True)


class _Comparison:
    """One load."""

    def __init__(
        self,
        plan: Plan,
        load: Load,
        folder: Path,
        results: Results,
        advance: Callable[[str], None],
    ) -> None:
        self._plan, self._load, self._folder = plan, load, folder
        self._missing, self._advance = results.missing, advance
        self._message, self._small = folder / "message", folder / "small"
        self._message.write_bytes(load.message())
        self._small.write_bytes(LOADS["L1"].message())
        self._started = 0

    def run(self) -> LoadResult:
        """Warm up, then play rounds until enough count; at most twice as many."""
        result = LoadResult(self._load.name, self._plan.sink_bar)
        with ExitStack() as stack:
            servers = self._start_all(stack)
            for _ in range(WARM_UPS):
                self._round(servers, self._plan.seconds / 2)
            while not self._is_enough(result):
                # Nobody always comes after the same one.
                servers.append(servers.pop(0))
                result.rounds.append(self._round(servers, self._plan.seconds))
        return result

    def _is_enough(self, result: LoadResult) -> bool:
        """Whether as many rounds count as are wanted, or it is hopeless."""
        wanted, counting = self._plan.rounds, len(result.counting)
        return counting >= wanted or len(result.rounds) >= wanted * (2 if counting else 1)

    def _start_all(self, stack: ExitStack) -> list[Server]:
        servers = [stack.enter_context(self._start(OURS))]
        for name in self._plan.peers:
            try:
                servers.append(stack.enter_context(self._start(name)))
            except NotThereError as error:
                self._missing[f"{name}, {self._load.name}"] = str(error)
        return servers

    def _start(self, name: str) -> AbstractContextManager[Server]:
        self._started += 1
        folder = self._folder / str(self._started)
        if name == OURS:
            return ours(folder)
        return peer(name, self._plan.peers[name], folder, self._load)

    def _round(self, servers: list[Server], seconds: float) -> Round:
        sink = next((each for each in servers if each.name == SINK), None)
        found = Round(self._probe(sink) if sink else None)
        for server in list(servers):
            try:
                if self._load.idle:
                    found.shots[server.name] = self._hold(server.name)
                else:
                    found.shots[server.name] = self._shoot(server, seconds)
            except NotThereError as error:
                if server.name == OURS:
                    raise
                self._missing[f"{server.name}, {self._load.name}"] = str(error)
                servers.remove(server)
            self._advance(f"{self._load.name}: {server.name}")
        return found

    def _probe(self, sink: Server) -> float:
        options = ("--seconds", str(_PROBE_S), "--messages", _UNLIMITED)
        return generator.shoot(sink.port, self._small, *options).rate

    def _shoot(self, server: Server, seconds: float) -> dict[str, float]:
        options = (*self._load.options, *server.login, "--seconds", str(seconds))
        before = processes.cpu_seconds(server.pid)
        shot = generator.shoot(server.port, self._message, *options, "--messages", _UNLIMITED)
        cpu_s = server.settle() - before
        return {
            "rate": shot.rate,
            "CPU": 1000 * cpu_s / shot.messages,
            "p50": shot.p50_ms,
            "p99": shot.p99_ms,
        }

    def _hold(self, name: str) -> dict[str, float]:
        """Hold idle connections on a new server: one that had some keeps their memory."""
        with self._start(name) as server:
            with generator.held(server.port, _FEW, *server.login):
                pass
            processes.wait_for_rest(server.pid)
            before = processes.memory_kb(server.pid)
            with generator.held(server.port, self._load.idle, *server.login) as seconds:
                each = (processes.memory_kb(server.pid) - before) / self._load.idle
        return {"memory": each, "time": seconds}
