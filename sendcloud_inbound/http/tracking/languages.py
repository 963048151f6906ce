"""The languages of the unsubscribe page, and the choice between them."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sendcloud_inbound.http.tracking.host import TrackingHost

_LONGEST = 512
_RANGE = re.compile(r"\s*([A-Za-z]{1,8}|\*)[A-Za-z0-9-]*\s*(?:;\s*q=([01](?:\.[0-9]{0,3})?)\s*)?")


class Language(StrEnum):
    """One that the page is written in."""

    CHINESE = "zh"
    ENGLISH = "en"


def of_page(page_id: int, host: TrackingHost, accept_language: str) -> Language:
    """Return that of a page in the settings; else the one that the reader prefers.

    SendCloud's users make pages in the console, whose language is not known here.
    """
    if page_id in host.chinese_pages:
        return Language.CHINESE
    if page_id in host.english_pages:
        return Language.ENGLISH
    return preferred(accept_language)


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
