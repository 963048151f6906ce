"""Bars as they are drawn."""

from __future__ import annotations

from sendcloud_inbound.http.ui.plots import HEIGHT, side_by_side, stacked


def test_values_stand_on_each_other() -> None:
    """The tallest column fills the height, the others their share; each begins where one ends."""
    plot = stacked(("good", "bad"), ("a", "b"), [[3, 1], [1, 0]])
    assert (plot.top, plot.totals) == (4, (4, 1))
    good, bad = plot.columns[0].bars
    assert (good.y, good.height) == (25, 75)
    assert (bad.y, bad.height) == (0, 25)
    assert plot.columns[1].bars[0].height == 25
    assert plot.columns[1].bars[0].y + plot.columns[1].bars[0].height == HEIGHT


def test_values_stand_beside_each_other() -> None:
    """In one column, one after the other, each by its own height."""
    left, right = side_by_side(("one", "two"), ("a",), [[2, 1]]).columns[0].bars
    assert (left.height, right.height) == (100, 50)
    assert left.x + left.width == right.x


def test_nothing_is_drawn_of_nothing() -> None:
    """And nothing is divided by it."""
    plot = stacked(("good",), ("a", "b"), [[0], [0]])
    assert plot.is_empty
    assert plot.top == 1
