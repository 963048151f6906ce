"""Quoted-printable (RFC 2045 6.7): values encoded so that they can stand between raw literals.

The sender's octets stay; a value goes between them. Where the line might get too long, soft line
breaks stand around the value.
"""

from __future__ import annotations

import binascii
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_LINE = 76
SOFT_BREAK = b"=\r\n"

_SAFE = re.compile(rb"(?:[ -<>-~]{0,69}+(?<! ))?")
"""Stands for itself, in one line that leaves room for a soft break."""
_ALL_SAFE = re.compile(rb"(?:[ -<>-~]{0,69}+(?<! )\n)*+")
_TOKEN = re.compile(rb"([^=]++)|((?:=[0-9A-Fa-f]{2})++)|=(?:\r[^\n]*+\n?|\n|\Z)|(==)|(=)")
"""As the decoder of the standard library reads it, junk included."""


def quote(octets: bytes) -> bytes:
    """Encode a value whose line ends are CRLF."""
    if _SAFE.fullmatch(octets):
        return octets
    return b"\r\n".join(map(_quote_line, octets.split(b"\r\n")))


def quote_all(values: Sequence[bytes]) -> Sequence[bytes]:
    """Encode many values; mostly all of them stand for themselves, which one look tells."""
    if _ALL_SAFE.fullmatch(b"\n".join([*values, b""])):
        return values
    return [*map(quote, values)]


def raw_places(raw: bytes, places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return where places in the decoded text stand in the encoded one; both in order.

    A place may be empty, to have something put in there.
    """
    found: list[int] = []
    offsets = [offset for place in places for offset in place]
    at = 0
    for token in _TOKEN.finditer(raw):
        if len(found) == len(offsets):
            break
        length, step = _decoded_length(token)
        # A soft break before a place stays with what is before it, one after it with that.
        while length and len(found) < len(offsets):
            offset = offsets[len(found)]
            if offset >= at + length + len(found) % 2:
                break
            found.append(token.start() + step * (offset - at))
        at += length
    found += [len(raw)] * (len(offsets) - len(found))  # behind all that there is
    return [*zip(found[::2], found[1::2], strict=True)]


def are_places(
    raw: bytes, found: Sequence[tuple[int, int]], places: Sequence[tuple[int, int]]
) -> bool:
    """Tell whether places in the encoded text are those in the decoded one."""
    if len(found) != len(places):
        return False
    at = decoded_at = 0
    for (start, end), (decoded_start, decoded_end) in zip(found, places, strict=True):
        lengths = len(binascii.a2b_qp(raw[at:start])), len(binascii.a2b_qp(raw[start:end]))
        if lengths != (decoded_start - decoded_at, decoded_end - decoded_start):
            return False
        at, decoded_at = end, decoded_end
    return True


def closed(literals: Sequence[bytes], widths: Sequence[int]) -> list[bytes]:
    """Put soft breaks around those values that may make a line too long.

    `widths` are the most octets that each value may take, encoded.
    """
    done = [literals[0]]
    column = _after(literals[0], 0)
    for width, literal in zip(widths, literals[1:], strict=True):
        if column + width + _first_line(literal) < LONGEST_LINE:
            column += width
            done.append(literal)
        else:
            if column:
                done[-1] += SOFT_BREAK
            done.append(literal if _starts_line(literal) else SOFT_BREAK + literal)
            column = 0
        column = _after(literal, column)
    return done


def _quote_line(line: bytes) -> bytes:
    # A bare LF is only in the encoder's own soft breaks.
    return binascii.b2a_qp(line, istext=False).replace(b"\n", b"\r\n")


def _decoded_length(token: re.Match[bytes]) -> tuple[int, int]:
    """Return how many octets a token stands for, and how many it takes for each."""
    length = token.end() - token.start()
    if token[1] or token[4]:
        return length, 1
    if token[2]:
        return length // 3, 3
    return (1, 2) if token[3] else (0, 1)


def _after(literal: bytes, column: int) -> int:
    """Return the column behind a literal that begins at a column."""
    line_end = literal.rfind(b"\n")
    return len(literal) - line_end - 1 if line_end >= 0 else column + len(literal)


def _first_line(literal: bytes) -> int:
    line_end = literal.find(b"\n")
    return len(literal) if line_end < 0 else line_end


def _starts_line(literal: bytes) -> bool:
    return not literal or literal.startswith((b"\r\n", b"\n", b"=\r\n", b"=\n"))


def repaired(literal: bytes, octets: bytes) -> bytes:
    """Return a literal that means the same whatever follows it.

    In malformed text it may end with a lone equals sign, which would swallow what comes next.
    """
    if b"=" not in literal[-2:] or binascii.a2b_qp(literal + b"00") == octets + b"00":
        return literal
    return quote(octets)
