"""The Subject compiled: decoded once, written anew for each copy (S10, RFC 2047).

ASCII goes out plain; anything else as encoded-words, cut between characters. Line ends in a value
become blanks, so that no value can add a header.
"""

from __future__ import annotations

import binascii
from typing import TYPE_CHECKING

from sendcloud_inbound.rules.headers import clean, decode_text
from sendcloud_inbound.rules.substitution.rows import on_one_line
from sendcloud_inbound.rules.substitution.templates import between

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sendcloud_inbound.rules.headers import Field
    from sendcloud_inbound.rules.substitution.names import Names
    from sendcloud_inbound.rules.substitution.rows import Row

_LONGEST_PLAIN = 900
"""Characters on one line with the name of the field; a line has at most 998 (RFC 5322 2.1.1)."""
_WORD_OCTETS = 45
"""They make an encoded-word of 72 characters; 75 are allowed (RFC 2047 2)."""


class Subject:
    """A Subject with variables in it."""

    def __init__(
        self, field: Field, literals: Sequence[str], variables: Sequence[int], names: Sequence[str]
    ) -> None:
        self.field = field
        self._frame = [""] * (2 * len(variables) + 1)
        self._frame[::2] = literals
        self._variables = variables
        self._names = names

    def value(self, row: Row) -> bytes:
        """Write the value of one copy, from the blank after the colon on."""
        pieces = self._frame.copy()
        values = [row.value(number) for number in self._variables]
        pieces[1::2] = [
            name if value is None else on_one_line(value)
            for name, value in zip(self._names, values, strict=True)
        ]
        return b" " + encoded(clean("".join(pieces)).strip())


def compile_subject(field: Field, text: str, names: Names) -> Subject | None:
    """Compile a Subject; None when no variable stands in it."""
    places = names.in_subject(text)
    return Subject(field, *between(text, places)) if places else None


def read(field: Field) -> str:
    """Return a Subject as people read it."""
    return decode_text(field.raw)


def encoded(text: str) -> bytes:
    """Return a header's value, plain or in encoded-words on lines of their own."""
    if text.isascii() and len(text) <= _LONGEST_PLAIN and "=?" not in text:
        return text.encode("ascii")
    octets = text.encode()
    if len(octets) <= _WORD_OCTETS:
        return _word(octets)
    step = _WORD_OCTETS // _widest(text)
    words = (text[at : at + step].encode() for at in range(0, len(text), step))
    return b"\r\n ".join(map(_word, words))


def _word(octets: bytes) -> bytes:
    return b"=?utf-8?B?%b?=" % binascii.b2a_base64(octets, newline=False)


def _widest(text: str) -> int:
    """Return how many octets of UTF-8 its widest character takes."""
    return len(max(text).encode())
