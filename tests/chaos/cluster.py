"""Nodes on one PostgreSQL, and the faults that befall them."""

from __future__ import annotations

import json
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from tests.own_postgres import own_postgres
from tests.processes import ProgramProcess

if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

_ROLES = ("smtp", "smtp", "worker", "worker", "http")
_PATIENCE_S = 90.0
"""For a node to start: it has others' load beside it."""
_AWAY_S = (0.2, 2.0)
"""For so long a node or the server stays away."""
_ACCOUNT = {"api_user": "sandbox_user", "api_key": "sandbox_key", "rate_limit_per_minute": 0}


@dataclass(frozen=True)
class Fault:
    """Something that was done to the cluster."""

    at: float
    what: str


@dataclass
class Cluster:
    """Two smtp, two worker and one http process, and their database."""

    folder: Path
    webhook_url: str
    lease_s: float
    random: random.Random
    faults: list[Fault] = field(default_factory=list)
    slowest_start_s: float = 0.0
    _to_come: list[Callable[[], None]] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._stack = ExitStack()
        with self._stack as stack:
            self.database = stack.enter_context(own_postgres())
            self.nodes = [self._node(number, role) for number, role in enumerate(_ROLES)]
            for node in self.nodes:
                stack.callback(node.stop)
                self._start(node)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def _node(self, number: int, role: str) -> ProgramProcess:
        folder = self.folder / f"{role}-{number}"
        folder.mkdir()
        return ProgramProcess(
            folder,
            *("--role", role, "--log-level", "warning"),
            store=self.database.url,
            ACCOUNTS=json.dumps([_ACCOUNT]),
            STORE__LEASE_S=str(self.lease_s),
            WEBHOOKS__URLS=self.webhook_url,
            # What was cut off by a fault is told again while somebody still looks.
            WEBHOOKS__SCHEDULE=",".join(["2"] * 50),
        )

    def _start(self, node: ProgramProcess) -> None:
        began = time.monotonic()
        node.start(_PATIENCE_S)
        self.slowest_start_s = max(self.slowest_start_s, time.monotonic() - began)

    def of_role(self, role: str) -> list[ProgramProcess]:
        """Return the nodes of a role."""
        return [node for node, its in zip(self.nodes, _ROLES, strict=True) if its == role]

    def strike(self) -> None:
        """Let one fault happen, and end."""
        if not self._to_come:  # each kind comes, in an order of chance
            self._to_come = [
                lambda: self._kill("smtp"),
                lambda: self._kill("worker"),
                lambda: self._restart("fast"),
                lambda: self._restart("immediate"),
            ]
            self.random.shuffle(self._to_come)
        self._to_come.pop()()

    def _kill(self, role: str) -> None:
        node = self.random.choice(self.of_role(role))
        self._note(f"{role} killed")
        node.kill()
        self._stay_away()
        self._start(node)

    def _restart(self, how: str) -> None:
        self._note("database crashed" if how == "immediate" else "database restarted")
        self.database.stop(how)
        self._stay_away()
        self.database.start()

    def _note(self, what: str) -> None:
        self.faults.append(Fault(time.time(), what))

    def _stay_away(self) -> None:
        time.sleep(self.random.uniform(*_AWAY_S))

    def logs(self) -> str:
        """Return what all nodes have logged."""
        return "".join(node.log() for node in self.nodes)
