"""Encoded text with gaps in it: compiled once per message, filled once per recipient.

What is filled in is a list of octets to be joined, so that a copy's size is known before it is
made and nothing is copied twice.
"""

from __future__ import annotations

import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import AnyStr

Places = Sequence[tuple[int, int, int]]
"""Start, end and number of the variable, in order."""

_encode = binascii.b2a_base64
_LINE_OCTETS = 57
"""They make a base64 line of 76 (RFC 2045 6.8)."""
_SHORT = _LINE_OCTETS - 4
"""Octets of a value that fits on a line with what is left before and behind it."""
_LONG = 2 * _LINE_OCTETS
"""Literals from this length on are kept encoded."""
_MANY_LINES = 64 * _LINE_OCTETS
"""So much is gathered between them at most, lest short literals be copied again and again."""


@dataclass(frozen=True, slots=True)
class Slots:
    """Text cut where variables stand: one literal more than there are variables."""

    literals: Sequence[bytes]
    variables: Sequence[int]
    """Their numbers in the row of values."""
    names: Sequence[bytes]
    """As they are written; so they stay where there is no value (S7)."""

    def picked(self, row: Sequence[bytes | None]) -> list[bytes]:
        """Return what goes into the gaps."""
        values = [row[number] for number in self.variables]
        if None not in values:
            return values  # type: ignore[return-value]  # that is what was looked for
        both = zip(self.names, values, strict=True)
        return [name if value is None else value for name, value in both]


def cut(octets: bytes, places: Places) -> Slots:
    """Cut a text where its variables stand."""
    return Slots(*between(octets, places))


def between(text: AnyStr, places: Places) -> tuple[list[AnyStr], list[int], list[AnyStr]]:
    """Return what stands between the places, the variables' numbers, and what stands in them."""
    literals, at = [], 0
    for start, end, _ in places:
        literals.append(text[at:start])
        at = end
    literals.append(text[at:])
    return literals, [number for _, _, number in places], [text[a:b] for a, b, _ in places]


class Plain:
    """A template whose values stand between the literals as they are."""

    def __init__(self, slots: Slots) -> None:
        self._slots = slots
        self._frame = [b""] * (2 * len(slots.variables) + 1)
        self._frame[::2] = slots.literals
        self.length = sum(map(len, slots.literals))

    def filled(self, row: Sequence[bytes | None]) -> list[bytes]:
        """Return the pieces of a copy."""
        pieces = self._frame.copy()
        pieces[1::2] = self._slots.picked(row)
        return pieces


class Base64:
    """A template in base64: long literals are encoded once for each way they can be aligned.

    What stands between two of them is encoded with the octets that fill its last group of three,
    on lines of its own; white space means nothing in base64.
    """

    _first_lines = b""

    def __init__(self, slots: Slots) -> None:
        self._slots = slots
        first, *others = slots.literals
        self._first = first
        self._literals = [_Long(each) if len(each) >= _LONG else each for each in others]
        self._long = [each for each in self._literals if isinstance(each, _Long)]
        # What stands behind the last variable is short as a rule, and of no account.
        self._are_long = len(first) >= _LONG and all(
            isinstance(each, _Long) for each in self._literals[:-1]
        )
        if len(first) >= _LONG:
            _, self._first_lines, self._first = _Long(first)[0]
            self._first_lines = self._first_lines.lstrip()

    def filled(self, row: Sequence[bytes | None]) -> list[bytes]:
        """Return the pieces of a copy; their last line has no line end."""
        values = self._slots.picked(row)
        if self._are_long and max(map(len, values)) <= _SHORT:
            return self._filled_quickly(values)
        pieces, octets = [self._first_lines], self._first
        for value, literal in zip(values, self._literals, strict=True):
            octets += value
            if isinstance(literal, _Long):
                head, encoded, tail = literal[-len(octets) % 3]
                pieces += (lines(octets + head), encoded)
                octets = tail
            else:
                octets += literal
                if len(octets) > _MANY_LINES:
                    whole = len(octets) // _LINE_OCTETS * _LINE_OCTETS
                    pieces += (lines(octets[:whole]), b"\r\n")
                    octets = octets[whole:]
        pieces.append(lines(octets))
        return pieces

    def _filled_quickly(self, values: list[bytes]) -> list[bytes]:
        """Do the same where each value fits on a line, between literals that are kept encoded."""
        pieces, octets = [self._first_lines], self._first
        for value, literal in zip(values, self._long):  # noqa: B905 - one may be left, see below
            octets += value
            head, encoded, tail = literal[-len(octets) % 3]
            pieces += (_encode(octets + head, newline=False), encoded)
            octets = tail
        if len(self._long) < len(values):
            octets += values[-1] + self._slots.literals[-1]
        pieces.append(lines(octets))
        return pieces


def lines(octets: bytes) -> bytes:
    """Encode octets as lines of base64; the last one has no line end."""
    encoded = _encode(octets, newline=False)
    if len(octets) <= _LINE_OCTETS:
        return encoded
    return b"\r\n".join([encoded[at : at + 76] for at in range(0, len(encoded), 76)])


class _Long(dict[int, tuple[bytes, bytes, bytes]]):
    """A literal that is encoded once per alignment, when it is first wanted.

    By the number of octets that go to what is before: they, lines of base64, what is left.
    """

    def __init__(self, octets: bytes) -> None:
        super().__init__()
        self._octets = octets

    def __missing__(self, skipped: int) -> tuple[bytes, bytes, bytes]:
        end = len(self._octets) - (len(self._octets) - skipped) % 3
        encoded = b"\r\n%b\r\n" % lines(self._octets[skipped:end])
        self[skipped] = self._octets[:skipped], encoded, self._octets[end:]
        return self[skipped]
