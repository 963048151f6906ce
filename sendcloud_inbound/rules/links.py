"""The links of a mail, as a reader could follow them: those of its HTML, else those of its text."""

from __future__ import annotations

import re
from html import unescape
from html.entities import html5
from typing import TYPE_CHECKING

from sendcloud_inbound.rules.tags import attribute, tags

if TYPE_CHECKING:
    from collections.abc import Iterator

_BARE_URL = re.compile(r"https?://[^\s<>\"'\u3000-\u303f\uff00-\uffef]+", re.IGNORECASE)
_OUTWARD = re.compile(r"https?://[^/?#]", re.IGNORECASE)
_NOT_AT_ITS_END = ".,;:!?)]}"

LINKING = ("a", "area")
"""The tags whose `href` can be followed."""
_REFERENCE = re.compile(r"&(?:#(?:[0-9]++|[xX][0-9a-fA-F]++);?+|[a-zA-Z][a-zA-Z0-9]*+(?:;|(?!=)))")
_AROUND = "".join(map(chr, range(33)))
"""What browsers strip from a URL, whose line ends and tabs they pass over (WHATWG URL 4.4)."""
_WITHIN = dict.fromkeys(map(ord, "\t\n\r"))


def of_html(html: str) -> list[str]:
    """Return the targets of `a` and `area`, in order, each once; anchors within it are none."""
    return list(dict.fromkeys(in_html(html)))


def of_text(text: str) -> list[str]:
    """Return the bare URLs of a text, in order, each once."""
    return list(dict.fromkeys(in_text(text)))


def in_html(html: str) -> Iterator[str]:
    """Yield what `of_html` returns, as often as it stands there: for who wants the first alone."""
    spans = (attribute(html, tag, "href") for tag in tags(html, LINKING))
    targets = (target(html[slice(*span)]) for span in spans if span)
    return (each for each in targets if each and each[0] != "#")


def in_text(text: str) -> Iterator[str]:
    """Yield what `of_text` returns, as often as it stands there."""
    return (found[0].rstrip(_NOT_AT_ITS_END) for found in _BARE_URL.finditer(text))


def leads_out(link: str) -> bool:
    """Tell whether a link leads out of the mail to a host of the web."""
    return _OUTWARD.match(link) is not None


def target(value: str) -> str:
    """Return where the value of an `href` leads to."""
    decoded = _REFERENCE.sub(_character, value) if "&" in value else value
    return decoded.strip(_AROUND).translate(_WITHIN)


def _character(reference: re.Match[str]) -> str:
    """Return what a character reference in an attribute stands for.

    There `&copy=1` is none: without a semicolon no equals sign, letter or digit may follow.
    """
    text = reference[0]
    return unescape(text) if text[1] == "#" else html5.get(text[1:], text)
