"""The plot of a comparison, as SVG: some lines and words, for which no library is needed.

One row for each ratio to a peer: a dot at the median, a line from the least to the most, and a tick
at the bar. Green: reached. Red: not. Grey: there is no bar, or the machine was busy.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape

from tests.bench.comparing.loads import LOADS
from tests.bench.comparing.servers import OURS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bench.comparing.loads import Bar
    from tests.bench.comparing.results import LoadResult, Ratio, Results

_WIDTH, _LEFT, _ROW, _HEAD = 960, 340, 20, 60
_LEAST, _MOST = 0.02, 200.0
_MARKS = (0.03, 0.1, 0.3, 1, 3, 10, 30, 100)
_GREEN, _RED, _GREY = "#1a7f37", "#cf222e", "#6e7781"


class _Row(NamedTuple):
    """What one line of the plot shows."""

    label: str
    ratio: Ratio
    bar: Bar | None
    is_judged: bool

    @property
    def colour(self) -> str:
        """Of the dot."""
        if self.bar is None or not self.is_judged:
            return _GREY
        return _GREEN if self.bar.is_reached(self.ratio.median) else _RED


def plot(results: Results) -> str:
    """Return the plot of all ratios."""
    rows = [row for result in results.loads for row in _rows(result)]
    height = _HEAD + _ROW * len(rows) + 20
    size = f'width="{_WIDTH}" height="{height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">',
        f'<rect {size} fill="white"/>',
        _text(10, 20, "sendcloud-inbound, every message on disk before its 250: ratio to peers"),
        _text(10, 36, "dot: median; line: least to most; tick: the bar wanted"),
        *_axis(height),
    ]
    for number, row in enumerate(rows):
        parts += _line(row, _HEAD + _ROW * number + _ROW / 2)
    return "\n".join([*parts, "</svg>", ""])


def _rows(result: LoadResult) -> Iterator[_Row]:
    for measure in LOADS[result.load].measures:
        for peer in result.servers:
            ratio = None if peer == OURS else result.ratio(peer, measure)
            if ratio is not None:
                label = f"{result.load}, {measure} / {peer}"
                yield _Row(label, ratio, result.bar(measure, peer), result.is_judged)


def _axis(height: float) -> Iterator[str]:
    for mark in _MARKS:
        at, colour = _x(mark), "#24292f" if mark == 1 else "#d0d7de"
        yield f'<path d="M{at:.1f} {_HEAD - 6}V{height - 14}" stroke="{colour}"/>'
        yield _text(at, _HEAD - 12, f"{mark:g}x", "middle")


def _line(row: _Row, y: float) -> Iterator[str]:
    yield _text(_LEFT - 10, y + 4, row.label, "end")
    least, median, most = (
        _x(value) for value in (row.ratio.least, row.ratio.median, row.ratio.most)
    )
    yield f'<path d="M{least:.1f} {y}H{most:.1f}" stroke="{row.colour}" stroke-width="2"/>'
    title = f"<title>{row.ratio.median:.2f}x</title>"
    yield f'<circle cx="{median:.1f}" cy="{y}" r="4" fill="{row.colour}">{title}</circle>'
    if row.bar is not None:
        at, way = _x(row.bar.bound), -5 if row.bar.is_upper else 5
        yield f'<path d="M{at:.1f} {y - 7}v14m{way} -7h{-way}" stroke="#0969da" stroke-width="2"/>'


def _text(x: float, y: float, said: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(said)}</text>'


def _x(value: float) -> float:
    """Return where a ratio stands, on a scale of logarithms."""
    part = math.log(min(max(value, _LEAST), _MOST) / _LEAST) / math.log(_MOST / _LEAST)
    return _LEFT + part * (_WIDTH - _LEFT - 20)
