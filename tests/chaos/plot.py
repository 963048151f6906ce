"""A plot of what happened a second, with the faults marked; an SVG without any library."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tests.chaos.cluster import Fault

_WIDTH, _HEIGHT = 1000, 420
_LEFT, _TOP, _BOTTOM = 60, 30, 120
_COLOURS = ("#1f77b4", "#2ca02c", "#ff7f0e", "#9467bd")


def plot(began: float, series: Mapping[str, Iterable[float]], faults: Iterable[Fault]) -> str:
    """Return it; each of `series` gives the times when something happened."""
    counts = {name: Counter(int(at - began) for at in times) for name, times in series.items()}
    last = max((second for each in counts.values() for second in each), default=0) + 1
    most = max((count for each in counts.values() for count in each.values()), default=1)
    wide, high = (_WIDTH - _LEFT - 20) / last, (_HEIGHT - _TOP - _BOTTOM) / most
    floor = _HEIGHT - _BOTTOM
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}">',
        '<g font-family="sans-serif" font-size="11">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
        f'<path d="M{_LEFT} {_TOP}V{floor}H{_WIDTH - 20}" stroke="black" fill="none"/>',
        f'<text x="4" y="{_TOP}">{most} /s</text><text x="30" y="{floor}">0</text>',
        f'<text x="{_WIDTH - 50}" y="{floor + 14}">{last} s</text>',
    ]
    for fault in faults:
        x = _LEFT + (fault.at - began) * wide
        parts.append(f'<path d="M{x:.1f} {_TOP}V{floor}" stroke="#d62728" stroke-dasharray="3"/>')
        place = f'x="{x:.1f}" y="{floor + 12}" transform="rotate(60 {x:.1f} {floor + 12})"'
        parts.append(f'<text {place} fill="#d62728">{escape(fault.what)}</text>')
    for number, (name, count) in enumerate(counts.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        points = " ".join(
            f"{_LEFT + (second + 0.5) * wide:.1f},{floor - count[second] * high:.1f}"
            for second in range(last)
        )
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}"/>')
        x = _LEFT + 10 + 250 * number
        parts.append(f'<text x="{x}" y="18" fill="{colour}">{escape(name)} per second</text>')
    return "\n".join([*parts, "</g></svg>", ""])
