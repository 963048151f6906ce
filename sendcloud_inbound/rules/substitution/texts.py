"""A text part compiled: where its variables stand, and how a copy of it is written (S10).

Three things are kept apart: the text's octets, its charset, its transfer encoding. As long as the
values fit into both, the copy keeps both, with the sender's own octets between the values. Where
they do not fit, that part of that copy becomes base64, in UTF-8 when its charset is too narrow: no
line of base64 is a boundary, too long, or of eight bits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sendcloud_inbound.rules import charsets
from sendcloud_inbound.rules.mime import decoded
from sendcloud_inbound.rules.substitution import natives
from sendcloud_inbound.rules.substitution.templates import Base64, Slots, between, cut

if TYPE_CHECKING:
    from sendcloud_inbound.rules.mime import Part
    from sendcloud_inbound.rules.substitution.names import Names
    from sendcloud_inbound.rules.substitution.natives import Native
    from sendcloud_inbound.rules.substitution.rows import Row
    from sendcloud_inbound.rules.substitution.templates import Places

UTF_8 = "utf-8"


class Body(NamedTuple):
    """The body of one copy of a part."""

    pieces: list[bytes]
    rebuilt: bool = False
    """Its Content-Transfer-Encoding is base64 now."""
    charset: str | None = None
    """Its new charset, when it has one."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a text part holds."""

    part: Part
    octets: bytes
    """Transfer encoding undone."""
    codec: str
    """Of its label; UTF-8 when nobody knows that charset."""
    text: str | None
    """None when the octets cannot be decoded."""


def read(part: Part) -> Source:
    """Undo a part's transfer encoding and charset."""
    octets = decoded(part)
    known = charsets.lookup(part.charset)
    codec = charsets.with_byte_order(known or UTF_8, octets)
    return Source(part, octets, codec, charsets.decode(octets, codec) if known else None)


class Found(NamedTuple):
    """A text part and the places in it where copies differ."""

    source: Source
    text: str
    """What the places are counted in: the characters, or the octets, taken as Latin-1."""
    is_octets: bool
    places: Places

    def characters(self, text: str) -> str | None:
        """Return a piece of the text as people read it; None when that cannot be told."""
        if not self.is_octets or text.isascii():
            return text
        return charsets.decode(text.encode("latin-1"), self.source.codec)


def find(source: Source, names: Names) -> Found | None:
    """Look for the names in a part; None when it cannot be read, so that it stays as it is."""
    if charsets.is_transparent(source.codec):
        octets = source.octets.decode("latin-1")
        return Found(source, octets, True, names.in_octets(octets, source.codec))
    if source.text is None:
        return None
    return Found(source, source.text, False, names.in_text(source.text))


def compile_text(found: Found, names: Names) -> Text:
    """Compile a part."""
    if found.is_octets:
        return _from_octets(found.source, found.places, names)
    return _from_characters(found.source, found.text, found.places)


class Text:
    """A text part that is not the same in all copies."""

    def __init__(self, source: Source, codec: str, slots: Slots, native: Native | None) -> None:
        self.part = source.part
        self._codec = codec
        self._slots = slots
        self._native = native
        self._is_decoded = source.text is not None
        self._relabelled = None if codec == source.codec else codec
        self._templates: dict[str, Base64] = {}

    def body(self, row: Row) -> Body:
        """Write the body of one copy."""
        if row.octets(self._codec) is None:
            charset = UTF_8 if self._is_decoded else None
            return Body(self._in_base64(UTF_8, row), rebuilt=True, charset=charset)
        pieces = self._native.filled(row, self._codec) if self._native else None
        if pieces is not None:
            return Body(pieces)
        pieces = self._in_base64(self._codec, row)
        return Body(pieces, rebuilt=True, charset=self._relabelled)

    def _in_base64(self, codec: str, row: Row) -> list[bytes]:
        if codec not in self._templates:
            same = codec == self._codec or not self._is_decoded
            self._templates[codec] = Base64(self._slots if same else self._in_utf_8())
        return self._templates[codec].filled(row.octets(codec) or [])

    def _in_utf_8(self) -> Slots:
        slots = self._slots
        return Slots(
            [_to_utf_8(literal, self._codec) for literal in slots.literals],
            slots.variables,
            [_to_utf_8(name, self._codec) for name in slots.names],
        )


def _from_octets(source: Source, places: Places, names: Names) -> Text:
    slots = cut(source.octets, places)
    return Text(source, source.codec, slots, natives.of(source.part, slots, places, names))


def _from_characters(source: Source, text: str, places: Places) -> Text:
    """Compile a text whose octets cannot be cut: its charset has states, or wide characters."""
    literals, variables, written = between(text, places)
    codec = source.codec
    if any(charsets.encode(each, codec) is None for each in (*literals, *written)):
        codec = UTF_8
    slots = Slots(
        [literal.encode(codec) for literal in literals],
        variables,
        [name.encode(codec) for name in written],
    )
    native = natives.without_places(source.part, slots) if codec == source.codec else None
    return Text(source, codec, slots, native)


def _to_utf_8(octets: bytes, codec: str) -> bytes:
    """Transcode a piece of a text that was found to be of that charset, or a wider one."""
    text = charsets.decode(octets, codec)
    return octets if text is None else text.encode()
