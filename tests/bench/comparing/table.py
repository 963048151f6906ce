"""The table of a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from tests.bench.comparing.loads import LOADS, UNITS
from tests.bench.comparing.servers import OURS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bench.comparing.loads import Bar
    from tests.bench.comparing.results import LoadResult, Results


def table(results: Results) -> Table:
    """Return one line for each load, measure and peer."""
    made = Table("load", "measure", "ours", "peer", "the peer's", "ratio (min to max)")
    for name in ("bar", "reached", "CPU ratio"):
        made.add_column(name)
    for result in results.loads:
        title = f"{result.load}: {LOADS[result.load].text}"
        for row in _rows(result):
            made.add_row(title, *row)
            title = ""
        made.add_section()
    return made


def notes(results: Results) -> list[str]:
    """Return what must be known to read it."""
    said = [f"{result.load}: {result.trouble}." for result in results.loads if result.trouble]
    if said:
        said.append("Verdicts in brackets prove nothing.")
    return [*said, *(f"Left out: {name}: {why}" for name, why in results.missing.items())]


def _rows(result: LoadResult) -> Iterator[list[str]]:
    for measure in LOADS[result.load].measures:
        mine = amount(result.median(OURS, measure), measure)
        for peer in result.servers:
            ratio = None if peer == OURS else result.ratio(peer, measure)
            if ratio is None:
                continue
            bar = result.bar(measure, peer)
            yield [
                measure,
                mine,
                peer,
                amount(result.median(peer, measure), measure),
                f"{ratio.median:.2f} ({ratio.least:.2f} to {ratio.most:.2f})",
                *_verdict(bar, ratio.median, result, "x"),
                _witness(result, peer) if measure == "rate" else "",
            ]
    for bar in LOADS[result.load].bars:
        if bar.peer is None:
            value = result.median(OURS, bar.measure)
            verdict = _verdict(bar, value, result, f" {UNITS[bar.measure]}")
            yield [f"DATA to 250, {bar.measure}", amount(value, bar.measure), "", "", "", *verdict]


def _witness(result: LoadResult, peer: str) -> str:
    """Return the ratio of the processor time per message, which a busy machine changes less."""
    ratio = result.ratio(peer, "CPU")
    return f"{ratio.median:.2f}" if ratio else ""


def _verdict(bar: Bar | None, value: float, result: LoadResult, unit: str) -> list[str]:
    if bar is None:
        return ["", ""]
    said = "yes" if bar.is_reached(value) else "no"
    bound = f"{'at most' if bar.is_upper else 'at least'} {bar.bound:g}{unit}"
    return [bound, said if result.is_judged else f"({said})"]


def amount(value: float, measure: str) -> str:
    """Return a number with its unit."""
    number = f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
    return number + ("" if measure == "rate" else " ") + UNITS[measure]
