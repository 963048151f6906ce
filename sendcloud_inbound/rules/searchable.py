"""The text of a message that is searched: subject, addresses, values of its header, texts.

Bounded, so that a huge message costs no more than a long one: what lies behind the bounds is not
found. X-SMTPAPI is left out: it is base64, and its recipients are those of the emails.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

from sendcloud_inbound.rules import headers, mime, search
from sendcloud_inbound.rules.mime import transfer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_SUBJECT = 2_048
MAX_ADDRESSES = 16_384
MAX_HEADERS = 8_192
MAX_TEXTS = 32_768
"""Characters of each that are searched."""

_MAX_OCTETS = 16 * MAX_TEXTS
"""Of a part, before anything is decoded: a character takes a dozen octets at the most."""
_MAX_FIELD = 8 * MAX_HEADERS
_INLINE = frozenset(
    b"a abbr b bdi bdo big cite code del em font i ins kbd mark q s small span strike strong sub "
    b"sup tt u var wbr".decode().split()
)
"""Elements that stand within a word without parting it."""
_MARKUP = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?:script|style)\b.*?(?:</(?:script|style)\b[^<>]*>?|\Z)"
    r"|</?([a-z][a-z0-9]*)[^<>]*>?|<[!?][^<>]*>?",
    re.IGNORECASE | re.DOTALL,
)


class Searched(NamedTuple):
    """What is searched of a message."""

    api_user: str
    subject: str
    """Decoded, as the worker found it."""
    addresses: tuple[str, ...]
    """Sender and recipients, of the envelope and of the emails."""
    content: bytes


def text_of(message: Searched) -> str:
    """Return a message's folded text: every line begins and ends with a line feed."""
    root = mime.parse(message.content)
    lines = (
        message.subject[:MAX_SUBJECT],
        *_within(MAX_ADDRESSES, dict.fromkeys(message.addresses)),
        *_within(MAX_HEADERS, _values(root.block)),
        *_within(MAX_TEXTS, _texts(root)),
    )
    owned = search.owner(message.api_user)
    return "\n".join(("", *owned, *map(search.fold, lines), ""))


def strip(html: str) -> str:
    """Return HTML without its markup: what is left is what people read."""
    return unescape(_MARKUP.sub(_gap, html))


def _gap(markup: re.Match[str]) -> str:
    return "" if (markup[1] or "").lower() in _INLINE else " "


def _within(most: int, texts: Iterable[str]) -> Iterator[str]:
    """Yield texts until there are enough characters, the last one cut."""
    for text in texts:
        yield text[:most]
        most -= len(text)
        if most <= 0:
            return


def _values(block: headers.HeaderBlock) -> Iterator[str]:
    for field in block.fields():
        if field.name.lower() != "x-smtpapi":
            yield headers.decode_text(field.raw[:_MAX_FIELD])


def _texts(root: mime.Part) -> Iterator[str]:
    for part in root.walk():
        if part.is_text:
            text = _beginning(part)
            yield strip(text) if part.content_type == "text/html" else text


def _beginning(part: mime.Part) -> str:
    end = min(part.end, part.body_start + _MAX_OCTETS)
    octets = transfer.decode(part.content[part.body_start : end], part.encoding)
    return transfer.to_text(octets, part.charset)
