"""The links of a mail, as a reader could follow them: those of its HTML, else those of its text.

The HTML is a stranger's. The standard library's parser takes minutes for 200 kB of `<a `; here the
time goes with the length, for a tag ends within a bound and no octet is looked at again after it.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_BARE_URL = re.compile(r"https?://[^\s<>\"'\u3000-\u303f\uff00-\uffef]+", re.IGNORECASE)
_NOT_AT_ITS_END = ".,;:!?)]}"

_LONGEST_TAG = 8192
"""Characters: four times the longest URL that browsers agree on."""
_TAG = re.compile(r"<(?:a|area)[\s/]", re.IGNORECASE)
_ATTRIBUTES = re.compile(r"(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+")
_ATTRIBUTE = re.compile(r"([^\s\"'>/=]++)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++)))?+")


def of_html(html: str) -> list[str]:
    """Return the targets of `a` and `area`, in order, each once; anchors within it are none."""
    targets = (target for part in _outside_comments(html) for target in _targets(part))
    return list(dict.fromkeys(target for target in targets if target and target[0] != "#"))


def of_text(text: str) -> list[str]:
    """Return the bare URLs of a text, in order, each once."""
    urls = (url.rstrip(_NOT_AT_ITS_END) for url in _BARE_URL.findall(text))
    return list(dict.fromkeys(urls))


def _outside_comments(html: str) -> Iterator[str]:
    """Yield what is no comment; one that is not closed goes on to the end."""
    at = 0
    while (start := html.find("<!--", at)) >= 0:
        yield html[at:start]
        end = html.find("-->", start + 4)
        if end < 0:
            return
        at = end + 3
    yield html[at:]


def _targets(html: str) -> Iterator[str]:
    """Yield the first href of each tag, decoded."""
    at = 0
    while tag := _TAG.search(html, at):
        inside = _ATTRIBUTES.match(html, tag.end(), tag.end() + _LONGEST_TAG)
        at = inside.end() if inside else tag.end()
        for name, *values in _ATTRIBUTE.findall(html, tag.end(), at):
            if name.lower() == "href":
                yield unescape("".join(values)).strip()
                break
