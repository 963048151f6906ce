"""Plots as the page draws them: bars in a square of `WIDTH` by `HEIGHT`, which the page stretches.

Words and axes stand around it as HTML, so that they keep their size on a phone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, HEIGHT = 1000, 100
_GAP = 0.15
"""Of a column's width, left empty."""


class Bar(NamedTuple):
    """A part of a column."""

    series: str
    value: int
    x: float
    y: float
    width: float
    height: float


class Column(NamedTuple):
    """What stands above one place of the axis."""

    label: str
    bars: tuple[Bar, ...]


class Plot(NamedTuple):
    """A plot, and the numbers in it for those who read them."""

    series: tuple[str, ...]
    columns: tuple[Column, ...]
    top: int
    """What the upper end of the scale is."""
    totals: tuple[int, ...]
    """Of each series."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(self.totals)


def stacked(series: Sequence[str], labels: Sequence[str], rows: Sequence[Sequence[int]]) -> Plot:
    """Return a plot whose columns are their values on top of each other."""
    top = max(1, *(sum(row) for row in rows))
    columns = []
    for place, (label, row) in enumerate(zip(labels, rows, strict=True)):
        x, width = _across(place, len(rows))
        bars, below = [], 0
        for name, value in zip(series, row, strict=True):
            below += value
            bars.append(_bar(name, value, (x, width), below, top))
        columns.append(Column(label, tuple(bars)))
    return Plot(tuple(series), tuple(columns), top, _totals(series, rows))


def side_by_side(
    series: Sequence[str], labels: Sequence[str], rows: Sequence[Sequence[int]]
) -> Plot:
    """Return a plot whose columns are their values beside each other."""
    top = max(1, *(max(row) for row in rows))
    columns = []
    for place, (label, row) in enumerate(zip(labels, rows, strict=True)):
        x, width = _across(place, len(rows))
        part = width / len(series)
        bars = tuple(
            _bar(name, value, (x + number * part, part), value, top)
            for number, (name, value) in enumerate(zip(series, row, strict=True))
        )
        columns.append(Column(label, bars))
    return Plot(tuple(series), tuple(columns), top, _totals(series, rows))


def _across(place: int, columns: int) -> tuple[float, float]:
    """Return where a column begins, and how wide it is."""
    step = WIDTH / columns
    return round(step * (place + _GAP / 2), 2), round(step * (1 - _GAP), 2)


def _bar(series: str, value: int, across: tuple[float, float], end: int, top: int) -> Bar:
    """Return the bar of a value that ends, counted from the ground, at another."""
    x, width = across
    y, height = HEIGHT * (1 - end / top), HEIGHT * value / top
    return Bar(series, value, round(x, 2), round(y, 2), round(width, 2), round(height, 2))


def _totals(series: Sequence[str], rows: Sequence[Sequence[int]]) -> tuple[int, ...]:
    return tuple(sum(row[place] for row in rows) for place in range(len(series)))
