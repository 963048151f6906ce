"""What a comparison found, how it is kept as JSON, and what may be read out of it.

A round counts if smtp-sink, asked at its beginning with L1, is as fast as it is on a machine with
nothing else to do, and a load is judged if enough rounds count and smtp-sink's own numbers in them
lie close together. Otherwise the machine was busy, and the numbers prove nothing.
"""

from __future__ import annotations

import json
import statistics
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.bench.comparing.loads import LOADS, SINK
from tests.bench.comparing.servers import OURS

if TYPE_CHECKING:
    from tests.bench.comparing.loads import Bar

LEAST_ROUNDS = 5
MAX_SPREAD = 0.15
"""Of smtp-sink's own numbers: from the least to the most, in parts of the median."""


@dataclass
class Round:
    """One turn of every server under one load."""

    sink_rate: float | None
    """What smtp-sink took of L1 just before; None: there is none."""
    shots: dict[str, dict[str, float]] = field(default_factory=dict)
    """By server, each measure."""


class Ratio(NamedTuple):
    """Ours to a peer's, the median of the rounds, and between what it lay."""

    median: float
    least: float
    most: float


@dataclass
class LoadResult:
    """All rounds of a load."""

    load: str
    sink_bar: float
    """Messages of L1 a second, from which a round counts."""
    rounds: list[Round] = field(default_factory=list)

    @property
    def counting(self) -> list[Round]:
        """The rounds in which the machine was quiet."""
        return [each for each in self.rounds if (each.sink_rate or 0) >= self.sink_bar]

    @property
    def is_judged(self) -> bool:
        """Whether its numbers say something of the servers, not of the machine."""
        return self.trouble is None

    @property
    def trouble(self) -> str | None:
        """Why its numbers prove nothing; None when they do."""
        if any(each.sink_rate is None for each in self.rounds):
            return "there is no smtp-sink to tell whether the machine was quiet"
        if len(self.counting) < LEAST_ROUNDS:
            return (
                f"the machine was busy: smtp-sink reached {self.sink_bar:,.0f}/s "
                f"in {len(self.counting)} of {len(self.rounds)} rounds, {LEAST_ROUNDS} must count"
            )
        measure = LOADS[self.load].measures[0]
        values = self.values(SINK, measure) or [each.sink_rate or 0 for each in self._used]
        spread = (max(values) - min(values)) / statistics.median(values)
        if measure == "rate" and spread >= MAX_SPREAD:
            return f"the machine was busy: smtp-sink's own {measure} differed by {spread:.0%}"
        return None

    @property
    def servers(self) -> list[str]:
        """Those that every round has."""
        first = list(self.rounds[0].shots) if self.rounds else []
        return [name for name in first if all(name in each.shots for each in self.rounds)]

    @property
    def _used(self) -> list[Round]:
        """Those that count; all of them where too few do, for a look at least."""
        counting = self.counting
        return counting if len(counting) >= LEAST_ROUNDS else self.rounds

    def values(self, server: str, measure: str) -> list[float]:
        """Return what was measured of a server, by round."""
        shots = (each.shots.get(server, {}) for each in self._used)
        return [shot[measure] for shot in shots if measure in shot]

    def median(self, server: str, measure: str) -> float:
        """Return the median of that."""
        return statistics.median(self.values(server, measure))

    def ratio(self, peer: str, measure: str) -> Ratio | None:
        """Return ours to a peer's, round by round; None where one is nothing."""
        pairs = zip(self.values(OURS, measure), self.values(peer, measure), strict=True)
        ratios = [mine / theirs for mine, theirs in pairs if theirs]
        return Ratio(statistics.median(ratios), min(ratios), max(ratios)) if ratios else None

    def bar(self, measure: str, peer: str | None) -> Bar | None:
        """Return what is wanted there, if anything."""
        bars = LOADS[self.load].bars
        return next((b for b in bars if (b.measure, b.peer) == (measure, peer)), None)


@dataclass
class Results:
    """A whole run."""

    machine: dict[str, str]
    missing: dict[str, str]
    """Peers that are left out, and why."""
    loads: list[LoadResult] = field(default_factory=list)

    def as_json(self) -> str:
        """Return all of it."""
        return json.dumps(asdict(self), indent=1)

    @classmethod
    def from_json(cls, text: str) -> Results:
        """Take back what `as_json` gave."""
        told: dict[str, Any] = json.loads(text)
        loads = [
            LoadResult(each["load"], each["sink_bar"], [Round(**one) for one in each["rounds"]])
            for each in told["loads"]
        ]
        return cls(told["machine"], told["missing"], loads)
