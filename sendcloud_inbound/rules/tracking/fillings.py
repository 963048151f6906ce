"""What the tracked places of a text are filled with in one copy (SENDCLOUD.md 6.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, assert_never

from sendcloud_inbound.rules import links
from sendcloud_inbound.rules.tracking import snippets
from sendcloud_inbound.rules.tracking.links import is_tracked

if TYPE_CHECKING:
    from sendcloud_inbound.rules.substitution.rows import Row
    from sendcloud_inbound.rules.tracking.tracking import CopyUrls

UNSUBSCRIBE = -1
"""The number of all places of the unsubscribe link (see `substitution.making`)."""


class Unsubscribe(NamedTuple):
    """The placeholder of the unsubscribe link."""


class Ending(NamedTuple):
    """What stands behind all else in an HTML part."""

    has_block: bool
    has_pixel: bool


class Click(NamedTuple):
    """A link that is the same in all copies."""

    target: str


class VaryingClick(NamedTuple):
    """A link with variables in it; where it leads to, and whether it is tracked, they say."""

    literals: tuple[str, ...]
    variables: tuple[int, ...]
    names: tuple[str, ...]


Filling = Unsubscribe | Ending | Click | VaryingClick


def text(filling: Filling, urls: CopyUrls, row: Row) -> tuple[str, bool]:
    """Return what stands in a place of one copy, and whether all of it is ours."""
    match filling:
        case Unsubscribe():
            return urls.unsubscribe or "", True
        case Ending():
            return _ending(filling, urls), True
        case Click():
            return urls.click(filling.target), True
        case VaryingClick():
            value = _value(filling, urls, row)
            target = links.target(value)
            tracked = is_tracked(target, urls.host)
            return (urls.click(target), True) if tracked else (value, False)
    assert_never(filling)


def link(filling: Filling, urls: CopyUrls, row: Row) -> str | None:
    """Return where a place's tracked link leads to, if it is one."""
    match filling:
        case Click():
            return filling.target
        case VaryingClick():
            target = links.target(_value(filling, urls, row))
            return target if is_tracked(target, urls.host) else None
        case _:
            return None


def _ending(filling: Ending, urls: CopyUrls) -> str:
    block = snippets.unsubscribe_block(urls.unsubscribe or "") if filling.has_block else ""
    return block + (snippets.pixel(urls.open) if filling.has_pixel else "")


def _value(filling: VaryingClick, urls: CopyUrls, row: Row) -> str:
    """Return the attribute's value with those of the variables in it."""
    pieces = [filling.literals[0]]
    both = zip(filling.variables, filling.names, strict=True)
    for (number, name), literal in zip(both, filling.literals[1:], strict=True):
        value = urls.unsubscribe if number == UNSUBSCRIBE else row.value(number)
        pieces += (name if value is None else value, literal)
    return "".join(pieces)
