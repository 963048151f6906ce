"""Where the tracked places of an HTML part are."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from sendcloud_inbound.rules.links import LINKING
from sendcloud_inbound.rules.substitution.templates import between
from sendcloud_inbound.rules.tags import attribute, tags
from sendcloud_inbound.rules.tracking.fillings import VaryingClick

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sendcloud_inbound.rules.substitution.templates import Places
    from sendcloud_inbound.rules.substitution.texts import Found
    from sendcloud_inbound.rules.tags import Span

_BODY_END = "/body"


class Anatomy(NamedTuple):
    """What of an HTML part's tags matters."""

    hrefs: Sequence[Span]
    body_end: int
    """Where `</body>` begins, the last one; else the end."""


def anatomy(html: str) -> Anatomy:
    """Look at the tags of an HTML part."""
    hrefs, body_end = [], len(html)
    for tag in tags(html, (*LINKING, _BODY_END)):
        if tag.name == _BODY_END:
            body_end = tag.start
        elif span := attribute(html, tag, "href"):
            hrefs.append(span)
    return Anatomy(hrefs, body_end)


def varying(found: Found, span: Span, inner: Places) -> VaryingClick | None:
    """Return a value with variables in it as people read it; None when that cannot be told."""
    start, end = span
    shifted = [(a - start, b - start, number) for a, b, number in inner]
    literals, variables, names = between(found.text[start:end], shifted)
    known = [text for each in literals if (text := found.characters(each)) is not None]
    written = [text for each in names if (text := found.characters(each)) is not None]
    if len(known) < len(literals) or len(written) < len(names):
        return None
    return VaryingClick(tuple(known), tuple(variables), tuple(written))


def within(places: Places, span: Span) -> tuple[int, int] | None:
    """Return which places are inside a span, from one to before another; None if one sticks out."""
    start, end = span
    first = bisect_left(places, (start,))
    last = bisect_left(places, (end,), first)
    sticks_out = (first and places[first - 1][1] > start) or (
        last > first and places[last - 1][1] > end
    )
    return None if sticks_out else (first, last)
