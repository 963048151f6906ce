"""The languages of pages for people, and the choice between them."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST = 512
_RANGE = re.compile(r"\s*([A-Za-z]{1,8}|\*)[A-Za-z0-9-]*\s*(?:;\s*q=([01](?:\.[0-9]{0,3})?)\s*)?")


class Language(StrEnum):
    """One that pages are written in."""

    CHINESE = "zh"
    ENGLISH = "en"


def preferred(accept_language: str) -> Language:
    """Return what a reader would rather read (RFC 9110 12.5.4).

    Chinese for one who does not say, as SendCloud's own button is (SENDCLOUD.md 6.4); English for
    one who names only other languages.
    """
    ranges = sorted(_ranges(accept_language[:_LONGEST]), reverse=True, key=lambda each: each[1])
    wanted = [name for name, weight in ranges if weight > 0]
    for name in wanted:
        if name in {Language.CHINESE, "*"}:
            return Language.CHINESE
        if name == Language.ENGLISH:
            return Language.ENGLISH
    return Language.ENGLISH if wanted else Language.CHINESE


def _ranges(accept_language: str) -> Iterator[tuple[str, float]]:
    for text in accept_language.split(","):
        if found := _RANGE.fullmatch(text):
            yield found[1].lower(), float(found[2] or 1)
