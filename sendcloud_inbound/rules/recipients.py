"""Which recipients a list of patterns speaks of: of those that mail may leave to, for one.

A pattern is compared with the whole address: `ben@example.com`, `*@example.com`, `test-*@*`. One
without a local part is compared with the domain: `example.com` and `@example.com` are everybody
there, `*.example.com` everybody below it, `*` everybody. Upper and lower case are the same, `*` is
any run of characters, empty too, and every other character stands for itself. A domain in other
letters than Latin ones and its `xn--` form are two: list both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def matches_any(patterns: Iterable[str], recipient: str) -> bool:
    """Tell whether at least one of the patterns speaks of an address; of none, none does."""
    return any(matches(pattern, recipient) for pattern in patterns)


def matches(pattern: str, recipient: str) -> bool:
    """Tell whether a pattern speaks of an address."""
    pattern, recipient = pattern.lower(), recipient.lower()
    if not pattern.rpartition("@")[0]:
        # Behind the last `@`: a quoted local part may hold one too.
        return _fits(pattern.removeprefix("@"), recipient.rpartition("@")[2])
    return _fits(pattern, recipient)


def _fits(pattern: str, text: str) -> bool:
    """Compare a whole text, piece by piece from the left: no way back, so no slow pattern."""
    first, *others = pattern.split("*")
    if not others:
        return text == first
    *middle, last = others
    end = len(text) - len(last)
    at = len(first)
    if at > end or not text.startswith(first) or not text.endswith(last):
        return False
    for piece in middle:
        found = text.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True
