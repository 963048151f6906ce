"""The MIME tree of a message, on its octets (RFC 2045, 2046): parts as offsets, nothing rebuilt.

Any octets give a tree. Header blocks are read as `rules.headers` reads them. A part of message/*
is a leaf: what is inside is somebody else's mail. Depth and number of parts are bounded, so the
time is linear in the octets; what lies beyond a bound stays a leaf.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sendcloud_inbound.rules import headers
from sendcloud_inbound.rules.mime import parameters, transfer

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_DEPTH = 32
"""Not documented. Real mail nests 3 to 5 deep."""
MAX_PARTS = 1000
"""Not documented; the root counts."""

_EMPTY_LINE = re.compile(rb"\r?\n")
_HEADER_END = re.compile(rb"\n\r?\n")
_REST_OF_DELIMITER = re.compile(rb"(--)?[ \t]*+\r?(?:\n|\Z)")
_TYPE = re.compile(r"[^/\s]+/[^/\s]+")
_DEFAULT_TYPE = "text/plain"
"""RFC 2045 5.2."""
_MAX_LABEL = 64


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a message, as offsets into it."""

    path: str
    """As IMAP numbers it: `1`, `1.2`; empty for a message that is a multipart itself."""
    begin: int
    """Where its header starts."""
    body_start: int
    end: int
    """Where its body ends; the line break before a delimiter belongs to the delimiter."""
    content_type: str
    """In lower case, `text/plain` when there is none or it cannot be."""
    charset: str
    """As labelled, in lower case; `us-ascii` when a text has no label."""
    encoding: str
    """The Content-Transfer-Encoding in lower case; `7bit` when there is none."""
    disposition: str
    """`attachment`, `inline`, something else, or nothing."""
    filename: str
    """Decoded (RFC 2231, RFC 2047); nothing when there is none."""
    boundaries: tuple[bytes, ...]
    """Those of the multiparts around it, its own not included."""
    children: tuple[Part, ...]
    block: headers.HeaderBlock = field(repr=False, compare=False)
    """Its header; offsets in it count from `begin`."""
    content: bytes = field(repr=False, compare=False)

    @property
    def is_attachment(self) -> bool:
        """Whether it is shown as a file: not inline, or named without being called inline."""
        if self.disposition:
            return self.disposition != "inline"
        return bool(self.filename)

    @property
    def is_text(self) -> bool:
        """Whether it is text of the message itself, in which variables are replaced (S10)."""
        return self.content_type.startswith("text/") and not self.is_attachment

    def walk(self) -> Iterator[Part]:
        """Yield this part and all below it, in order."""
        yield self
        for child in self.children:
            yield from child.walk()


def parse(content: bytes) -> Part:
    """Return the root of a message's tree; whatever the octets are, there is one."""
    return _Parser(content).part(_Place(0, len(content), "", (), _DEFAULT_TYPE))


def decoded(part: Part) -> bytes:
    """Return what a part holds, its transfer encoding undone."""
    return transfer.decode(part.content[part.body_start : part.end], part.encoding)


def text(part: Part) -> str:
    """Return a part as people read it; what its charset does not know is marked."""
    return transfer.to_text(decoded(part), part.charset)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a part is to be read, and what its surroundings say of it."""

    begin: int
    end: int
    path: str
    boundaries: tuple[bytes, ...]
    default_type: str


class _Parser:
    """Reads one message."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._left = MAX_PARTS

    def part(self, place: _Place) -> Part:
        self._left -= 1
        body_start = self._body_start(place.begin, place.end)
        block = headers.scan(self._content[place.begin : body_start]).walked()
        content_type, named = _content_type(block, place.default_type)
        disposition, also_named = _values(block, b"content-disposition")
        children: tuple[Part, ...] = ()
        if boundary := _boundary(content_type, named):
            children = tuple(self._children(place, body_start, content_type, boundary))
        elif not place.path:
            place = _Place(place.begin, place.end, "1", (), place.default_type)
        return Part(
            path=place.path,
            begin=place.begin,
            body_start=body_start,
            end=place.end,
            content_type=content_type,
            charset=_charset(named),
            encoding=_values(block, b"content-transfer-encoding")[0] or "7bit",
            disposition=disposition,
            filename=(also_named.get("filename") or named.get("name") or parameters.NONE).text,
            boundaries=place.boundaries,
            children=children,
            block=block,
            content=self._content,
        )

    def _body_start(self, begin: int, end: int) -> int:
        found = _EMPTY_LINE.match(self._content, begin, end)
        found = found or _HEADER_END.search(self._content, begin, end)
        return found.end() if found else end

    def _children(
        self, around: _Place, body_start: int, content_type: str, boundary: bytes
    ) -> Iterator[Part]:
        boundaries = (*around.boundaries, boundary)
        if len(boundaries) > MAX_DEPTH:
            return
        default = "message/rfc822" if content_type == "multipart/digest" else _DEFAULT_TYPE
        for number, (begin, end) in enumerate(self._bodies(body_start, around.end, boundary), 1):
            if not self._left:
                return
            path = f"{around.path}.{number}" if around.path else str(number)
            yield self.part(_Place(begin, end, path, boundaries, default))

    def _bodies(self, start: int, stop: int, boundary: bytes) -> Iterator[tuple[int, int]]:
        """Yield what lies between the delimiters; the last one may be missing (RFC 2046 5.1.1)."""
        begin = -1
        for line_start, after, is_last in self._delimiters(start, stop, boundary):
            if begin >= 0:
                yield begin, max(begin, self._without_line_end(line_start))
            if is_last:
                return
            begin = after
        if begin >= 0:
            yield begin, stop

    def _delimiters(
        self, start: int, stop: int, boundary: bytes
    ) -> Iterator[tuple[int, int, bool]]:
        """Yield start of line, start of the next, and whether it closes the multipart."""
        mark = b"\n--" + boundary
        at = self._content.find(mark, max(start - 1, 0), stop)
        while at >= 0:
            rest = _REST_OF_DELIMITER.match(self._content, at + len(mark), stop)
            if rest:
                yield at + 1, rest.end(), rest[1] is not None
            at = self._content.find(mark, at + len(mark), stop)

    def _without_line_end(self, line_start: int) -> int:
        """Return where the line before ends."""
        end = line_start - 1
        return end - 1 if self._content[end - 1 : end] == b"\r" else end


def _content_type(
    block: headers.HeaderBlock, default: str
) -> tuple[str, dict[str, parameters.Value]]:
    value, named = _values(block, b"content-type")
    if not value:
        return default, named
    return (value if _TYPE.fullmatch(value) else _DEFAULT_TYPE), named


def _values(block: headers.HeaderBlock, name: bytes) -> tuple[str, dict[str, parameters.Value]]:
    found = block.find(name) if block.may_hold(name) else None
    return parameters.read(found.raw) if found else ("", {})


def _boundary(content_type: str, named: dict[str, parameters.Value]) -> bytes:
    if not content_type.startswith("multipart/") or "boundary" not in named:
        return b""
    return named["boundary"].octets.rstrip()


def _charset(named: dict[str, parameters.Value]) -> str:
    label = named["charset"].text.strip().lower() if "charset" in named else ""
    return label[:_MAX_LABEL] or "us-ascii"
