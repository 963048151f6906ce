"""Patterns of addresses, as rules name them: `*` stands for any run of characters, empty too."""

from __future__ import annotations

from functools import lru_cache


def matches(pattern: str, address: str) -> bool:
    """Tell whether an address fits a pattern, without regard to case.

    Each piece between two `*` is looked for once, behind the one before it: linear time, whatever
    the pattern.
    """
    text = address.casefold()
    first, *pieces = _pieces(pattern)
    if not pieces:
        return text == first
    last = pieces.pop()
    end = len(text) - len(last)
    if end < len(first) or not text.startswith(first) or not text.endswith(last):
        return False
    return _stand_in_turn(pieces, text, len(first), end)


def _stand_in_turn(pieces: list[str], text: str, at: int, end: int) -> bool:
    for piece in pieces:
        found = text.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True


@lru_cache(maxsize=4096)  # the same rules are asked about every recipient
def _pieces(pattern: str) -> tuple[str, ...]:
    return tuple(pattern.casefold().split("*"))
