"""Lines longer than the way of a mail allows (SENDCLOUD.md 1.9, HARAKA.md 4, RFC 5322 2.1.1)."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from sendcloud_inbound.rules.lint.table import MAX_TOLD, finding
from sendcloud_inbound.rules.xsmtpapi import HEADER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sendcloud_inbound.rules.headers import HeaderBlock
    from sendcloud_inbound.rules.model import Finding

_IN_HEADER, _IN_BODY = 998, 990
"""Octets of a line without its end. The server in the banner breaks a line of DATA that does not
end within 992 octets, in the header too, but there whoever reads it undoes that."""
_LINE_END = len(b"\r\n")


def lines(block: HeaderBlock) -> Iterator[Finding]:
    """Yield a finding for each header field with too long a line, and one for the body."""
    if not _has_long(block.content):
        return  # nearly every mail
    for start, end in islice(_long(block.content, 0, block.end, _IN_HEADER), MAX_TOLD):
        name = _name_at(block, start)
        code = "xsmtpapi-long-line" if name.lower() == HEADER.lower() else "header-long-line"
        yield finding(code, name, name=name, octets=end - start, limit=_IN_HEADER)
    yield from _body(block)


def _body(block: HeaderBlock) -> Iterator[Finding]:
    content = block.content
    found = [*_long(content, block.body_start, len(content), _IN_BODY)]
    if found:
        start, end = found[0]
        line = content.count(b"\n", 0, start) + 1
        yield finding(
            "body-long-line",
            f"line {line}",
            count=len(found),
            line=line,
            octets=end - start,
            limit=_IN_BODY,
        )


def _has_long(content: bytes) -> bool:
    """Tell at little cost whether a line may be too long, wherever it stands."""
    start, reach = 0, _IN_BODY + _LINE_END
    while len(content) - start > _IN_BODY:
        start = content.rfind(b"\n", start, start + reach) + 1
        if not start:
            return True
    return False


def _long(content: bytes, start: int, stop: int, limit: int) -> Iterator[tuple[int, int]]:
    """Yield where lines begin and end that have more octets; it leaps from long to long."""
    reach = limit + _LINE_END
    while start < stop:
        # Of all lines that end within reach, none is too long.
        end = content.rfind(b"\n", start, start + reach)
        if end < 0:
            end = content.find(b"\n", start + reach)
            end = len(content) if end < 0 else end
            trimmed = end - 1 if content.endswith(b"\r", start, end) else end
            if trimmed - start > limit:
                yield start, trimmed
        start = end + 1


def _name_at(block: HeaderBlock, at: int) -> str:
    """Return the name of the header field that a line belongs to."""
    named = (field.name for field in block.fields() if at <= field.end and at < field.begin)
    inside = (field.name for field in block.fields() if field.begin <= at <= field.end)
    return next(inside, None) or next(named, "header")
