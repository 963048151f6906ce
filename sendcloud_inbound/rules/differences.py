"""How two recipients' copies differ, line by line."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_LINES = 2000
"""Of each side; comparing takes longer than their number grows."""
MAX_LENGTH = 2000
"""Characters of a line."""
_CONTEXT = 3
"""Lines that are the same, around those that are not."""
_BETWEEN_TAGS = re.compile(r"(?<=>)(?=<)")


class Mark(StrEnum):
    """Where a line stands."""

    SAME = "same"
    FIRST = "first"
    SECOND = "second"
    GAP = "gap"
    """Lines that are the same and left out."""


class Line(NamedTuple):
    """One line; what differs from its like on the other side is in the middle."""

    mark: Mark
    before: str = ""
    changed: str = ""
    after: str = ""
    numbers: tuple[int | None, int | None] = (None, None)
    """From 1, in the first and the second."""


class Differences(NamedTuple):
    """All of them."""

    lines: list[Line]
    is_cut: bool
    """Whether a side was too long to be compared to its end."""


def of_text(first: str, second: str) -> Differences:
    """Compare two texts."""
    return _compare(first.splitlines(), second.splitlines())


def of_html(first: str, second: str) -> Differences:
    """Compare two pieces of HTML; it is often one long line, so tags begin lines of their own."""
    return _compare(*([*_html_lines(html)] for html in (first, second)))


def _html_lines(html: str) -> Iterator[str]:
    for line in html.splitlines():
        yield from _BETWEEN_TAGS.split(line)


def _compare(first: Sequence[str], second: Sequence[str]) -> Differences:
    is_cut = any(
        len(side) > MAX_LINES or any(len(line) > MAX_LENGTH for line in side[:MAX_LINES])
        for side in (first, second)
    )
    a, b = ([line[:MAX_LENGTH] for line in side[:MAX_LINES]] for side in (first, second))
    # With its heuristics on popular lines, the time is bounded by those that are not.
    matcher = SequenceMatcher(None, a, b)
    lines: list[Line] = []
    for group in matcher.get_grouped_opcodes(_CONTEXT):
        lines += [Line(Mark.GAP)] if group[0][1] or group[0][3] else []
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                numbers = zip(range(i1, i2), range(j1, j2), strict=True)
                lines += [Line(Mark.SAME, a[i], numbers=(i + 1, j + 1)) for i, j in numbers]
            else:
                lines += _changed(a[i1:i2], b[j1:j2], i1 + 1, j1 + 1)
    return Differences(lines, is_cut)


def _changed(first: Sequence[str], second: Sequence[str], i: int, j: int) -> Iterator[Line]:
    """Yield lines that were replaced; where both have as many, with what differs in each."""
    pairs = [*zip(first, second, strict=True)] if len(first) == len(second) else []
    for n, line in enumerate(first):
        parts = _parts(line, pairs[n][1]) if pairs else (line, "", "")
        yield Line(Mark.FIRST, *parts, numbers=(i + n, None))
    for n, line in enumerate(second):
        parts = _parts(line, pairs[n][0]) if pairs else (line, "", "")
        yield Line(Mark.SECOND, *parts, numbers=(None, j + n))


def _parts(line: str, other: str) -> tuple[str, str, str]:
    """Return a line's beginning, what differs in it from another, and its end."""
    start = _common(line, other)
    rest = line[start:]
    end = _common(rest[::-1], other[start:][::-1])
    return line[:start], rest[: len(rest) - end], rest[len(rest) - end :]


def _common(text: str, other: str) -> int:
    """Return how many characters are the same at the beginning of both."""
    pairs = zip(text, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(text), len(other)))
