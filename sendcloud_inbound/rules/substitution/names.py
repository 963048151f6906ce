"""The variables of one message as they are met in its texts; each gets a number, for its row."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from sendcloud_inbound.rules import charsets
from sendcloud_inbound.rules.substitution.quoted import LONGEST_LINE
from sendcloud_inbound.rules.substitution.search import MAX_PLACES, Finder

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sendcloud_inbound.rules.substitution.values import Variables

_TRIPLED, _FOURFOLD_AND_TRIPLED = 3, 12
"""What a character may take in quoted-printable: one octet, or up to four."""
_LAST_BLANK = 2
"""So much more a blank takes at the end."""
_SAFE = bytes(range(0x20, 0x7F)).replace(b"=", b"")
"""Octets that stand for themselves, but for a blank at the end of a line (RFC 2045 6.7)."""


class Names:
    """The names to look for, and those found so far."""

    def __init__(self, variables: Variables, made: Mapping[str, int]) -> None:
        """Look for variables, and in texts, where they come first, for `made` (see `making`)."""
        self.variables = variables
        self._made = made
        self.used: dict[str, int] = {}
        """In the order in which they were met; the values are the numbers."""
        self.counts: list[int] = []
        """In how many places each stands."""
        self._left = MAX_PLACES
        self._names = sorted({*variables.names, *made})
        self._in_text = Finder(self._names)
        self._in_subject = Finder(sorted(variables.names)) if made else self._in_text
        self._in_octets: dict[str, tuple[Finder, dict[str, str]]] = {}
        self._widths: dict[int, int] = {}

    @property
    def too_many_places(self) -> bool:
        """Whether there was no room for all places."""
        return self._left == 0

    def in_subject(self, text: str) -> list[tuple[int, int, int]]:
        """Return start, end and number of each place in a Subject."""
        return self._numbered(self._in_subject.hits(text), {})

    def in_text(self, text: str) -> list[tuple[int, int, int]]:
        """Return start, end and number of each place."""
        return self._numbered(self._in_text.hits(text), self._made)

    def in_octets(self, octets: str, codec: str) -> list[tuple[int, int, int]]:
        """Return start, end and number of each place in octets of a charset, taken as Latin-1."""
        finder, names = self._for(codec)
        hits = ((start, end, names[name]) for start, end, name in finder.hits(octets))
        return self._numbered(hits, self._made)

    def spots(self, raw: bytes) -> list[tuple[int, int]]:
        """Return where names stand in quoted-printable as they are, without counting them."""
        hits = self._for("ascii")[0].hits(raw.decode("latin-1"))
        return [(start, end) for start, end, _ in islice(hits, MAX_PLACES)]

    def width(self, number: int) -> int:
        """Return the most octets that a place can take in quoted-printable; of a made one, many."""
        if number < 0:
            return LONGEST_LINE
        if number not in self._widths:
            self._widths[number] = _width(self.variables.column([*self.used][number]))
        return self._widths[number]

    def _for(self, codec: str) -> tuple[Finder, dict[str, str]]:
        if codec not in self._in_octets:
            encoded = {charsets.encode_name(name, codec): name for name in self._names}
            names = {each.decode("latin-1"): name for each, name in encoded.items() if each}
            # Mostly the names are the same octets as characters; then one finder does for both.
            finder = self._in_text if [*names] == self._names else Finder(names)
            self._in_octets[codec] = finder, names
        return self._in_octets[codec]

    def _numbered(
        self, hits: Iterable[tuple[int, int, str]], made: Mapping[str, int]
    ) -> list[tuple[int, int, int]]:
        places = [
            (start, end, made.get(name) or self._number(name))
            for start, end, name in islice(hits, self._left)
        ]
        self._left -= len(places)
        return places

    def _number(self, name: str) -> int:
        number = self.used.setdefault(name, len(self.used))
        if number == len(self.counts):
            self.counts.append(0)
        self.counts[number] += 1
        return number


def _width(values: Sequence[str]) -> int:
    longest = max(map(len, values), default=0)
    if not all(map(str.isascii, values)):
        return _FOURFOLD_AND_TRIPLED * longest
    is_safe = not any(value.encode("ascii").translate(None, _SAFE) for value in values)
    return longest + _LAST_BLANK if is_safe else _TRIPLED * longest
