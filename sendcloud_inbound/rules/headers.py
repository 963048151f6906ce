"""The header of a message, on its octets: fields in order, unfolded, decoded (RFC 5322, RFC 2047).

Nothing is parsed that nobody asks for: `scan` finds where the header ends, a field is looked up
when it is wanted, a value stays a pair of offsets until it is read. Real clients send worse than
the RFC allows (CLIENTS.md, "Traps for the server"): bare LF, no empty line, names in any case,
and lines that are neither field nor continuation. Such junk is stepped over; the header goes on
to the first empty line.

Time goes into lines, so long ones are crossed by searches for one octet, and runs of continuation
or junk lines by one pattern.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from sendcloud_inbound.rules import charsets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

WHITE = b" \t\r\n"

_Span = tuple[int, int, int]

_NAME = re.compile(rb"([!-9;-~\x80-\xff]++)[ \t]*+:")
_EMPTY_LINE = re.compile(rb"\r?\n")
_HEADER_END = re.compile(rb"\n\r?\n")
_NEXT_LINE = re.compile(rb"\n(?![ \t])")
_AFTER_JUNK = re.compile(rb"\n(?=\r?\n|[!-9;-~\x80-\xff]++[ \t]*+:)")
_FOLDS = (b" ", b"\t")
_WINDOW = 4096
"""Nearly every header ends within it; a pattern searches that much faster than line by line."""
_MAX_FIELDS = 1000
"""The server in the banner parses the first 1000 header lines (HARAKA.md 4); here they are counted
unfolded, for 1 MB of X-SMTPAPI may be folded into 14,000."""

_ENCODED_WORD = re.compile(rb"=\?([!->@-~]{1,64})\?([bBqQ])\?([^?]*)\?=")
_MAX_SUBJECT_OCTETS = 65_536
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class Field(NamedTuple):
    """One header field, as offsets into its message."""

    name: str
    """As sent."""
    begin: int
    """Offset after the colon."""
    end: int
    """Offset of the line end of its last line."""
    content: bytes

    def __repr__(self) -> str:
        """Say which field it is, and nothing of what it says."""
        return f"<Field {self.name}, octets {self.begin} to {self.end}>"

    @property
    def raw(self) -> bytes:
        """The value as sent, folds included."""
        return self.content[self.begin : self.end]

    @property
    def folded(self) -> bool:
        """Whether the value goes over several lines."""
        return self.content.find(b"\n", self.begin, self.end) >= 0


@dataclass(frozen=True, slots=True)
class HeaderBlock:
    """Where the header of a message ends and its body starts."""

    content: bytes = field(repr=False)
    end: int
    """Offset of the empty line; of the end when there is none, for then all is header."""
    body_start: int
    spans: tuple[_Span, ...] | None = field(default=None, repr=False)
    """Where the fields are, if it took a walk to find the end; else they are found on demand."""
    folded: bytes = field(default=b"", repr=False)
    """Then, a line end and the header in lower case: to see at once which names are not there."""

    def walked(self) -> HeaderBlock:
        """Return the block with its fields found, for one in which many names are looked for."""
        return self if self.spans is not None else replace(self, spans=tuple(self._walked()))

    def fields(self) -> Iterator[Field]:
        """Yield the fields in order, the first 1000 of them."""
        for start, colon, end in self._walked():
            if colon:
                yield _field(self.content, start, colon, end)

    def junk(self) -> Iterator[bytes]:
        """Yield each run of lines that are neither field nor continuation, as sent."""
        for start, colon, end in self._walked():
            if not colon:
                yield self.content[start:end]

    def may_hold(self, name: bytes) -> bool:
        """Tell at little cost whether to look for a name at all; False is sure."""
        return self.spans is not None or self._first_line(name) < self.end

    def find(self, name: bytes) -> Field | None:
        """Return the first field of a name, which is given in lower case."""
        start, content = self._first_line(name), self.content
        if start >= self.end:
            return None
        if self.spans is None:
            # The first line that begins like the name is nearly always the one.
            colon = start + len(name)
            if content[colon : colon + 1] == b":":
                return _field(content, start, colon + 1, _field_end(content, start))
        for span, is_named in self._from(name):
            if is_named:
                return _field(content, *span)
        return None

    def starting_with(self, prefix: bytes) -> Iterator[Field]:
        """Yield the fields whose name starts so; the prefix is given in lower case."""
        for start, colon, end in self._walked(self._first_line(prefix)):
            if colon and self.content[start : start + len(prefix)].lower() == prefix:
                yield _field(self.content, start, colon, end)

    def count(self, name: bytes) -> int:
        """Return how many fields have a name, which is given in lower case."""
        return sum(is_named for _, is_named in self._from(name)) if self.may_hold(name) else 0

    def tail(self, name: bytes) -> list[Field]:
        """Return the last field of a name, given in lower case, and all fields after it."""
        spans: list[_Span] = []
        for span, is_named in self._from(name):
            if is_named:
                spans = []
            spans.append(span)
        return [_field(self.content, *span) for span in spans]

    def _from(self, name: bytes) -> Iterator[tuple[_Span, bool]]:
        """Yield the fields from the first of a name on, and whether each is of that name."""
        found = False
        for start, colon, end in self._walked(self._first_line(name)):
            is_named = colon > 0 and _name(self.content, start, colon).lower() == name
            found = found or is_named
            if found and colon:
                yield (start, colon, end), is_named

    def _first_line(self, name: bytes) -> int:
        """Return where a line begins like a name; the end when there is none."""
        if self.spans is not None:
            return 0
        at = self.folded.find(b"\n" + name)
        return at if at >= 0 else self.end

    def _walked(self, start: int = 0) -> Iterable[_Span]:
        if self.spans is not None:
            return self.spans
        return islice(_walk(self.content, self.end, start), _MAX_FIELDS)


def scan(content: bytes) -> HeaderBlock:
    """Find the end of a message's header."""
    if found := _EMPTY_LINE.match(content):
        return HeaderBlock(content, 0, found.end())
    if found := _HEADER_END.search(content, 0, _WINDOW):
        end = found.start() + 1
        return HeaderBlock(content, end, found.end(), None, b"\n" + content[:end].lower())
    spans = tuple(islice(_walk(content, len(content)), _MAX_FIELDS))
    if found := _HEADER_END.search(content, spans[-1][2] if spans else 0):
        return HeaderBlock(content, found.start() + 1, found.end(), spans)
    return HeaderBlock(content, len(content), len(content), spans)


def subject(block: HeaderBlock) -> str:
    """Return a message's Subject as people read it; empty when there is none."""
    found = block.find(b"subject")
    return decode_text(found.raw[:_MAX_SUBJECT_OCTETS]) if found else ""


def unfold(raw: bytes) -> bytes:
    """Return a value on one line: line ends removed, white space within kept (RFC 5322 2.2.3)."""
    return raw.replace(b"\r\n", b"").replace(b"\n", b"").strip(WHITE)


def decode_text(raw: bytes) -> str:
    """Return a value as people read it; whatever the octets are, it returns some text."""
    value = unfold(raw)
    if b"=?" not in value and value.isascii():
        return clean(value.decode("ascii"))  # nearly all there are
    pieces: list[tuple[str, bytes]] = []
    at = 0
    for word in _ENCODED_WORD.finditer(value):
        charset, octets = charsets.lookup(word[1].decode()), _octets(word)
        gap = value[at : word.start()]
        if pieces and not gap.strip(WHITE):
            # White space between encoded-words is not shown, and a character may be split.
            if pieces[-1][0] == charset:
                octets = pieces.pop()[1] + octets
        elif gap:
            pieces.append(("", gap))
        pieces.append((charset, octets))
        at = word.end()
    pieces.append(("", value[at:]))
    return clean("".join(_text(octets, charset) for charset, octets in pieces))


def decode_octets(value: bytes) -> bytes:
    """Replace encoded-words by their octets, for a value that is ASCII in any charset."""
    return _ENCODED_WORD.sub(_octets, value)


def clean(text: str) -> str:
    """Make a text fit for one line, a database and a reply: no control characters."""
    if text.isprintable():
        return text
    return _CONTROLS.sub("\ufffd", text.replace("\r", " ").replace("\n", " "))


def _walk(content: bytes, stop: int, start: int = 0) -> Iterator[_Span]:
    """Yield start, offset after the colon, and line end of each field; colon 0 for a run of junk.

    It stops at the empty line too, whatever `stop` is.
    """
    while start < stop and (span := _span(content, start)) is not None:
        yield span
        start = span[2] + 1


def _span(content: bytes, start: int) -> _Span | None:
    """Return the field, or the run of junk, that begins with this line; None for an empty line."""
    if name := _NAME.match(content, start):
        return start, name.end(), _field_end(content, start)
    if _EMPTY_LINE.match(content, start):
        return None
    return start, 0, _search(_AFTER_JUNK, content, start)


def _field_end(content: bytes, start: int) -> int:
    """Return the line end of the last line of the field that begins here."""
    end = content.find(b"\n", start)
    if end >= 0 and content[end + 1 : end + 2] in _FOLDS:
        return _search(_NEXT_LINE, content, end + 1)
    return end if end >= 0 else len(content)


def _search(pattern: re.Pattern[bytes], content: bytes, start: int) -> int:
    found = pattern.search(content, start)
    return found.start() if found else len(content)


def _name(content: bytes, start: int, colon: int) -> bytes:
    return content[start : colon - 1].rstrip(b" \t")


def _field(content: bytes, start: int, colon: int, end: int) -> Field:
    name = _name(content, start, colon).decode("latin-1")
    end = end - 1 if content.endswith(b"\r", colon, end) else end
    return Field(name, colon, end, content)


def _octets(word: re.Match[bytes]) -> bytes:
    if word[2] in b"qQ":
        return binascii.a2b_qp(word[3], header=True)
    try:
        # The lenient decoder wants padding and minds no excess of it.
        return binascii.a2b_base64(word[3] + b"==")
    except binascii.Error:
        return word[0]


def _text(octets: bytes, charset: str) -> str:
    """Decode as that charset if it is known, else as UTF-8, else octet for octet."""
    try:
        return octets.decode(charset, "replace") if charset else octets.decode()
    except (LookupError, ValueError):
        return octets.decode("latin-1")
