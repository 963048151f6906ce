"""Places in a text whose value is made for each copy, by more than X-SMTPAPI alone.

They are numbered from -1 down, so that they stand at the end of a row, the last one made first,
however many variables there are before them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from sendcloud_inbound.rules import charsets
from sendcloud_inbound.rules.substitution.quoted import quote
from sendcloud_inbound.rules.substitution.rows import Row, Rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sendcloud_inbound.rules.substitution.rows import Octets
    from sendcloud_inbound.rules.substitution.texts import Found


class Marker(Protocol):
    """Says where such places are."""

    names: Mapping[str, int]
    """Names in texts that are such places, and their numbers; they come before variables."""

    def marked(self, found: Sequence[Found]) -> list[Found]:
        """Return the text parts with further places in them; they do not overlap."""

    @property
    def most_octets(self) -> int:
        """No copy has more octets of them."""


class MadeRow(Row):
    """The values of a copy with those that were made for it behind."""

    def __init__(self, row: Row, made: Sequence[str], *, are_ours: bool) -> None:
        """Add texts; those of `are_ours` are ASCII, with CRLF, and no line begins with a hyphen."""
        super().__init__(row.rows, row.place)
        backwards = made[::-1]
        self._made = _Ours(backwards) if are_ours else _others(backwards)

    def octets(self, codec: str) -> Octets | None:
        """Return the values in a charset; None when it cannot hold all of them."""
        values, made = super().octets(codec), self._made.octets(codec)
        return None if values is None or made is None else values + made

    def quoted(self, codec: str) -> Octets:
        """Return the values in a charset that can hold them, quoted-printable."""
        return super().quoted(codec) + self._made.quoted(codec)

    @property
    def is_ascii(self) -> bool:
        """Whether all values are."""
        return super().is_ascii and self._made.is_ascii

    @property
    def has_controls(self) -> bool:
        """Whether there are any other than tabs and line ends."""
        return super().has_controls or self._made.has_controls

    @property
    def may_begin_line(self) -> bool:
        """Whether a value may be, or lead to, a line that begins with a hyphen."""
        return super().may_begin_line or self._made.may_begin_line


class _Ours:
    """Texts of which all is known beforehand."""

    is_ascii = True
    has_controls = may_begin_line = False

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._octets = tuple([text.encode("ascii") for text in texts])

    def octets(self, codec: str) -> Octets | None:
        if charsets.is_transparent(codec):
            return self._octets
        return _others(self._texts).octets(codec)

    def quoted(self, codec: str) -> Octets:
        return tuple([value and quote(value) for value in self.octets(codec) or ()])


def _others(texts: Sequence[str]) -> Row:
    return Row(Rows([[text] for text in texts], 1), 0)
