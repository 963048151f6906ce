"""The values of copies, encoded as their parts need them.

Values are taken column by column, many positions at once: a variable's values are mostly alike, and
one call for all of them costs what one call for one does. A `Row` is what one copy sees of it.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from sendcloud_inbound.rules import charsets
from sendcloud_inbound.rules.substitution.quoted import quote_all

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Texts = list[str | None]
Octets = tuple[bytes | None, ...]

_LINE_END = re.compile(r"\r\n|\r|\n")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BETWEEN = "\x00"
_IMPOSSIBLE = object()
_Value = TypeVar("_Value")


class Rows:
    """The values of some variables, a column each, at some positions; None where there is none."""

    def __init__(self, columns: Sequence[Texts], positions: int) -> None:
        self.columns = [_once(_in_lines, column) for column in columns]
        self.positions = positions
        self.odd = [column for column in self.columns if not _is_tame(column)]
        """Those not all plain ASCII on one line without a hyphen: they need a second look."""
        self._octets: dict[str, list[Octets | None]] = {}
        self._quoted: dict[str, list[Octets | None]] = {}

    def octets(self, codec: str) -> list[Octets | None]:
        """Return the rows in a charset; None for one that it cannot hold."""
        if codec not in self._octets:
            columns = [_once(partial(_encoded, codec), column) for column in self.columns]
            self._octets[codec] = self._transposed(columns)
        return self._octets[codec]

    def quoted(self, codec: str) -> list[Octets | None]:
        """Return the rows in a charset, quoted-printable."""
        if codec not in self._quoted:
            columns = [_once(partial(_quoted, codec), column) for column in self.columns]
            self._quoted[codec] = self._transposed(columns)
        return self._quoted[codec]

    def _transposed(self, columns: Sequence[list[Any]]) -> list[Octets | None]:
        rows: list[Octets | None] = [*zip(*columns, strict=True)] or [()] * self.positions
        if any(_IMPOSSIBLE in column for column in columns):
            return [None if row and _IMPOSSIBLE in row else row for row in rows]
        return rows


class Row:
    """The values of all variables at one position."""

    def __init__(self, rows: Rows, place: int) -> None:
        self.rows = rows
        self.place = place

    def value(self, number: int) -> str | None:
        """Return one value as text."""
        return self.rows.columns[number][self.place]

    @property
    def values(self) -> Texts:
        """The values as text."""
        return [column[self.place] for column in self.rows.columns]

    def octets(self, codec: str) -> Octets | None:
        """Return the values in a charset; None when it cannot hold all of them."""
        return self.rows.octets(codec)[self.place]

    def quoted(self, codec: str) -> Octets:
        """Return the values in a charset that can hold them, quoted-printable."""
        return self.rows.quoted(codec)[self.place] or ()

    @property
    def is_ascii(self) -> bool:
        """Whether all values are."""
        return all(value.isascii() for value in self._odd())

    @property
    def has_controls(self) -> bool:
        """Whether there are any other than tabs and line ends."""
        return any(not value.isprintable() and _CONTROL.search(value) for value in self._odd())

    @property
    def may_begin_line(self) -> bool:
        """Whether a value may be, or lead to, a line that begins with a hyphen."""
        return any(not value or value[0] == "-" or "\n" in value for value in self._odd())

    def _odd(self) -> list[str]:
        values = [column[self.place] for column in self.rows.odd]
        return [value for value in values if value is not None]


def on_one_line(text: str) -> str:
    """Return a text whose line ends are blanks, for a header."""
    return text if text.isprintable() else _LINE_END.sub(" ", text)


def _once(work: Callable[[Texts], list[_Value]], column: Texts) -> list[_Value]:
    """Do something to a column, once for all when everybody has the same value."""
    if len(column) > 1 and all(value is column[0] for value in column):
        return work(column[:1]) * len(column)
    return work(column)


def _joined(column: Texts) -> str:
    if None in column:
        return "".join(value for value in column if value)
    return "".join(column)  # type: ignore[arg-type]  # there is no None


def _in_lines(column: Texts) -> Texts:
    """Return values with the line ends of mail."""
    if _joined(column).isprintable():
        return column
    return [value and _LINE_END.sub("\r\n", value) for value in column]


def _is_tame(column: Texts) -> bool:
    text = _joined(column[:1] if column[:1] * len(column) == column else column)
    return text.isascii() and text.isprintable() and "-" not in text and "" not in column


def _encoded(codec: str, column: Texts) -> list[object]:
    """Encode all values in one go if possible; `_IMPOSSIBLE` for one the charset cannot hold."""
    if charsets.is_transparent(codec) and None not in column:
        octets = charsets.encode(_BETWEEN.join(column), codec)  # type: ignore[arg-type]
        values = [] if octets is None else octets.split(_BETWEEN.encode())
        if len(values) == len(column):
            return [*values]
    return [None if value is None else _one(value, codec) for value in column]


def _one(value: str, codec: str) -> object:
    octets = charsets.encode(value, codec)
    return _IMPOSSIBLE if octets is None else octets


def _quoted(codec: str, column: Texts) -> list[object]:
    encoded = _encoded(codec, column)
    known = [value for value in encoded if isinstance(value, bytes)]
    if len(known) == len(encoded):
        return [*quote_all(known)]
    quoted = iter(quote_all(known))
    return [next(quoted) if isinstance(value, bytes) else value for value in encoded]
