"""Finding the variables in a text, in one pass from left to right, the longest name first.

Text and names are a stranger's, so the time must not be their product: a few names are one
pattern; many are looked up in a table, by what stands between two percent signs. Both cost a
constant for each percent sign. Names with percent signs inside are few by rule (see `values`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_PLACES = 100_000
"""Places in one message where a variable is replaced; not documented. What comes after them stays
as written."""
_FEW = 32
_LONGEST_ENCODED = 1024
"""Of a name, in octets: 256 characters of four."""


class Finder:
    """Looks for some names; in octets too, taken as Latin-1."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(names)
        self._pattern = re.compile(_source([*self._names])) if self._names else None

    def hits(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Yield start, end and name of each place, in order; they do not overlap."""
        if self._pattern is None:
            return
        names, done = self._names, 0
        for found in self._pattern.finditer(text):
            start, end = found.start(), found.end(1)
            if start >= done and (name := text[start:end]) in names:
                done = end
                yield start, end, name


def _source(names: list[str]) -> str:
    """Return a pattern that takes one percent sign; its group ends where a name may end."""
    odd = [name for name in names if name.count("%") != 2]  # noqa: PLR2004 - one on each side
    exact = sorted(odd if len(names) > _FEW else names, key=lambda name: (-len(name), name))
    either = [re.escape(name[1:]) for name in exact]
    if len(names) > _FEW:
        either.append(rf"[^%]{{1,{_LONGEST_ENCODED}}}+%")
    return f"%(?=({'|'.join(either)}))"
