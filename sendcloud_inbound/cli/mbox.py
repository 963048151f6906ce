"""The mbox format (RFC 4155): messages in one file, each behind a line that begins with `From `.

The standard library's reader makes message objects, which write other octets than they read. Lines
that were quoted when the file was written, `>From ` and `>>From `, lose one `>` again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sendcloud_inbound.cli.composing import on_the_wire

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

POSTMARK = b"From "

_PIECE = 65_536
_EMPTY_LINES = (b"\n", b"\r\n")
_QUOTED = re.compile(rb">+From ")
_LONGEST_QUOTE = 1000
"""No reply is quoted so often; a longer run of `>` in a piece is no quoted line."""


def split(file: BinaryIO, largest: int) -> Iterator[bytes | None]:
    """Yield the messages in lines that end in CRLF; None for one of more than `largest` octets.

    A postmark stands at the start or behind an empty line, which is not the message's.
    """
    collected: _Collected | None = None
    is_start = after_empty = True
    in_postmark = False
    while piece := file.readline(_PIECE):
        if is_start:
            in_postmark = after_empty and piece.startswith(POSTMARK)
            after_empty = piece in _EMPTY_LINES
            if in_postmark and collected is not None:
                yield collected.content()
            if in_postmark:
                collected = _Collected(largest)
            elif _QUOTED.match(piece, 0, _LONGEST_QUOTE):
                piece = piece[1:]
        if not in_postmark and collected is not None:
            collected.add(piece)
        is_start = piece.endswith(b"\n")
    if collected is not None:
        yield collected.content()


class _Collected:
    """The lines of one message, as long as it is not too large."""

    def __init__(self, largest: int) -> None:
        self._largest = largest
        self._pieces: list[bytes] = []
        self._size = 0

    def add(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size <= self._largest:
            self._pieces.append(piece)
        else:
            self._pieces.clear()

    def content(self) -> bytes | None:
        if self._size > self._largest:
            return None
        content = on_the_wire(b"".join(self._pieces))
        return content[:-2] if content.endswith(b"\r\n\r\n") else content
