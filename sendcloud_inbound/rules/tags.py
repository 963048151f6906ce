"""The tags of a mail's HTML, found as browsers find them (HTML Living Standard 13.2.5).

The HTML is a stranger's. The standard library's parser takes minutes for 200 kB of `<a `; here the
time goes with the length: whatever a `<` begins is taken up to its end, and not looked at again.
What stands in comments, in other tags' attributes, in scripts and styles is no tag.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_SPACE = r"\t\n\f\r "
_NAME = rf"(?:[^{_SPACE}/>=]++|=[^{_SPACE}/>=]*+)"
_EQUALS = rf"[{_SPACE}]*+=[{_SPACE}]*+"
_UNQUOTED = rf"[^{_SPACE}>\"'][^{_SPACE}>]*+"
_ATTRIBUTES = (
    rf"(?:[{_SPACE}/]++|{_NAME}(?:{_EQUALS}(?:\"[^\"]*+\"?+|'[^']*+'?+|{_UNQUOTED})?+)?+)*+"
)
_TOKEN = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))"
    r"|<(?:[!?]|/(?![a-zA-Z]))[^>]*+>?+"
    rf"|<(/?)([a-zA-Z][^{_SPACE}/>]*+)({_ATTRIBUTES})(>?+)",
    re.DOTALL,
)
"""A comment, some other thing that is no tag, or a tag; all of them may lack their end."""
_ATTRIBUTE = re.compile(
    rf"({_NAME})(?:{_EQUALS}(?:\"([^\"]*+)\"|'([^']*+)'|({_UNQUOTED}))?)?", re.DOTALL
)
_RAW = {
    name: re.compile(rf"</{name}(?=[{_SPACE}/>])", re.IGNORECASE)
    for name in ("iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp")
}
"""Elements in which nothing is a tag but the one that ends them."""

Span = tuple[int, int]


class Tag(NamedTuple):
    """One tag."""

    name: str
    """In lower case, with a slash before it when it ends an element."""
    start: int
    attributes: Span
    """Where they stand."""


def tags(html: str, names: Collection[str]) -> Iterator[Tag]:
    """Yield the tags of these names in order."""
    at = 0
    while token := _TOKEN.search(html, at):
        at = token.end()
        if token[2] is None:
            continue
        if not token[4]:
            return  # a tag that goes on to the end is none
        name = token[1] + token[2].lower()
        if name in names:
            yield Tag(name, token.start(), token.span(3))
        if name in _RAW:
            closing = _RAW[name].search(html, at)
            if closing is None:
                return
            at = closing.start()


def attribute(html: str, tag: Tag, name: str) -> Span | None:
    """Return where an attribute's value stands; the first one of a name counts."""
    for found in _ATTRIBUTE.finditer(html, *tag.attributes):
        if found[1].lower() == name:
            group = found.lastindex or 1
            return found.span(group) if group > 1 else None
    return None
