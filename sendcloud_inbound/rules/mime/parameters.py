"""A structured header value: `text/plain; charset="utf-8"` (RFC 2045 5.1, RFC 2231).

What real clients write is taken too: values without quotes that hold blanks, encoded-words and raw
octets in file names, junk between parameters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from sendcloud_inbound.rules import charsets
from sendcloud_inbound.rules.headers import clean, decode_text

if TYPE_CHECKING:
    from collections.abc import Iterator

_PARAMETER = re.compile(
    rb';\s*+([^\s=;"]++)\s*+=\s*+(?:"((?:[^"\\]|\\.)*+)"?([^;]*+)|([^;]*+))', re.DOTALL
)
_QUOTED_PAIR = re.compile(rb"\\(.)", re.DOTALL)
_PIECE = re.compile(r"([^*]+)\*(?:([0-9]{1,4})(\*?))?")
_LINE_ENDS = re.compile(rb"\r?\n")
_MAX_PARAMETERS = 1000


@dataclass(frozen=True, slots=True)
class Value:
    """The value of a parameter."""

    octets: bytes
    """Quotes and escapes undone, else as sent."""
    charset: str | None = None
    """If it came the RFC 2231 way; its octets are not percent-encoded any more."""

    @property
    def text(self) -> str:
        """The value as people read it."""
        if self.charset is None:
            return decode_text(self.octets)
        return clean(self.octets.decode(charsets.lookup(self.charset) or "utf-8", "replace"))


NONE = Value(b"")


def read(raw: bytes) -> tuple[str, dict[str, Value]]:
    """Return the first word of a value, in lower case, and its parameters by name."""
    first = raw.partition(b";")[0].split(maxsplit=1)
    word = first[0].decode("latin-1").lower() if first else ""
    found: dict[str, Value] = {}
    pieces: dict[str, dict[int, tuple[bytes, bool]]] = {}
    for name, octets in _all(raw):
        if piece := _PIECE.fullmatch(name):
            number = int(piece[2] or 0)
            extended = piece[2] is None or bool(piece[3])
            pieces.setdefault(piece[1], {}).setdefault(number, (octets, extended))
        else:
            found.setdefault(name, Value(octets))
    return word, found | {name: _joined(each) for name, each in pieces.items()}


def without_charset(raw: bytes) -> bytes:
    """Return a Content-Type's value as sent, but for its charset."""
    return _PARAMETER.sub(lambda each: b"" if _base(each[1]) == b"charset" else each[0], raw)


def _all(raw: bytes) -> Iterator[tuple[str, bytes]]:
    for each in islice(_PARAMETER.finditer(raw), _MAX_PARAMETERS):
        quoted, bare = each[2], each[4]
        octets = bare.strip() if quoted is None else _QUOTED_PAIR.sub(rb"\1", quoted)
        yield each[1].decode("latin-1").lower(), _LINE_ENDS.sub(b"", octets)


def _base(name: bytes) -> bytes:
    return name.partition(b"*")[0].lower()


def _joined(pieces: dict[int, tuple[bytes, bool]]) -> Value:
    """Put the pieces of a value together, up to the first gap (RFC 2231 3 and 4)."""
    octets, charset = b"", None
    joined: list[bytes] = []
    for number in range(len(pieces)):
        if number not in pieces:
            break
        octets, extended = pieces[number]
        if extended and not number:
            charset, octets = _charset_and_rest(octets)
        joined.append(unquote_to_bytes(octets) if extended else octets)
    return Value(b"".join(joined), charset)


def _charset_and_rest(octets: bytes) -> tuple[str, bytes]:
    charset, mark, rest = octets.partition(b"'")
    _, also, value = rest.partition(b"'")
    return (charset.decode("latin-1"), value) if mark and also else ("", octets)
