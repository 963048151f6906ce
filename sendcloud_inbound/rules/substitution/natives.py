"""A text part's own transfer encoding kept: the sender's octets, and encoded values between them.

`filled` gives None when the values of a copy do not fit: eight bits where there are seven, control
characters, a line over 998 octets, or one that an enclosing multipart would take for its boundary.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from sendcloud_inbound.rules.substitution import quoted
from sendcloud_inbound.rules.substitution.templates import Base64, Plain, Slots, cut

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sendcloud_inbound.rules.mime import Part
    from sendcloud_inbound.rules.substitution.names import Names
    from sendcloud_inbound.rules.substitution.rows import Row
    from sendcloud_inbound.rules.substitution.templates import Places

_LONGEST_LINE = 998
"""Octets, without CRLF (RFC 5322 2.1.1)."""
_EIGHT_BIT = ("8bit", "binary")


class Native(Protocol):
    """A way of writing a part that leaves its header alone."""

    def filled(self, row: Row, codec: str) -> list[bytes] | None:
        """Return the pieces of a copy, or None; the charset can hold all values."""


def of(part: Part, slots: Slots, places: Places, names: Names) -> Native | None:
    """Return the way of a part; `slots` were cut from its decoded octets at the places."""
    if part.encoding != "quoted-printable":
        return without_places(part, slots)
    raw = part.content[part.body_start : part.end]
    return _Quoted(part, _quoted_slots(raw, slots, places, names))


def without_places(part: Part, slots: Slots) -> Native | None:
    """Return the way of a part whose octets need not be the sender's; None if there is no such."""
    if part.encoding == "base64":
        return _Encoded(slots)
    return None if part.encoding == "quoted-printable" else _Identity(part, slots)


class _Encoded:
    """Base64 takes anything."""

    def __init__(self, slots: Slots) -> None:
        self._template = Base64(slots)

    def filled(self, row: Row, codec: str) -> list[bytes]:
        return self._template.filled(row.octets(codec) or ())


class _Quoted:
    """Quoted-printable takes anything but boundaries."""

    def __init__(self, part: Part, slots: Slots) -> None:
        self._template = Plain(slots)
        self._boundaries = _Boundaries(part, slots)

    def filled(self, row: Row, codec: str) -> list[bytes] | None:
        pieces = self._template.filled(row.quoted(codec))
        return None if self._boundaries.may_be_in(row, pieces) else pieces


class _Identity:
    """7bit, 8bit, binary, and whatever is called otherwise."""

    def __init__(self, part: Part, slots: Slots) -> None:
        self._template = Plain(slots)
        self._boundaries = _Boundaries(part, slots)
        self._is_eight_bit = part.encoding in _EIGHT_BIT or not all(
            literal.isascii() for literal in slots.literals
        )
        """Many senders do not declare it (CLIENTS.md, trap 11)."""
        self._longest_line = _longest_line(slots.literals)

    def filled(self, row: Row, codec: str) -> list[bytes] | None:
        octets = row.octets(codec) or ()
        if row.has_controls or not (self._is_eight_bit or row.is_ascii or _is_ascii(octets)):
            return None
        pieces = self._template.filled(octets)
        if self._is_too_long(pieces) or self._boundaries.may_be_in(row, pieces):
            return None
        return pieces

    def _is_too_long(self, pieces: list[bytes]) -> bool:
        """Tell whether values make a line too long that was not so before."""
        if self._longest_line > _LONGEST_LINE:
            return False
        added = sum(map(len, pieces[1::2]))
        return self._longest_line + added > _LONGEST_LINE < _longest_line(pieces)


class _Boundaries:
    """Sees to it that no value makes a boundary of an enclosing multipart (RFC 2046 5.1.1)."""

    def __init__(self, part: Part, slots: Slots) -> None:
        self._marks = tuple({b"--" + boundary for boundary in part.boundaries})
        self._literals_may = any(
            literal.rpartition(b"\n")[2].startswith(b"-") for literal in slots.literals
        ) or any(literal.startswith(quoted.SOFT_BREAK + b"-") for literal in slots.literals)

    def may_be_in(self, row: Row, pieces: list[bytes]) -> bool:
        """Tell whether a line begins like one; looked for only where values may be the reason."""
        if not self._marks or not (self._literals_may or row.may_begin_line):
            return False
        body = b"".join(pieces)
        return body.startswith(self._marks) or any(
            line_end + mark in body for mark in self._marks for line_end in (b"\n", b"\r")
        )


def _quoted_slots(raw: bytes, slots: Slots, places: Places, names: Names) -> Slots:
    ends = [(start, end) for start, end, _ in places]
    found = names.spots(raw)
    if not quoted.are_places(raw, found, ends):
        found = quoted.raw_places(raw, ends)  # a name is broken over lines, or encoded itself
    numbered = zip(found, slots.variables, strict=True)
    cut_raw = cut(raw, [(start, end, number) for (start, end), number in numbered])
    both = zip(cut_raw.literals, slots.literals, strict=True)
    literals = [quoted.repaired(literal, octets) for literal, octets in both]
    widths = [
        max(names.width(number), len(name))
        for number, name in zip(slots.variables, cut_raw.names, strict=True)
    ]
    return Slots(quoted.closed(literals, widths), slots.variables, cut_raw.names)


def _is_ascii(octets: Sequence[bytes | None]) -> bool:
    return all(each is None or each.isascii() for each in octets)


def _longest_line(pieces: Sequence[bytes]) -> int:
    return max(map(len, b"".join(pieces).split(b"\n")))
