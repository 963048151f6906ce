"""What was posted to an unsubscribe link: our own form, or one click of a mail program."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect

from sendcloud_inbound.rules import mime
from sendcloud_inbound.rules.mime import parameters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request

ONE_CLICK = ("List-Unsubscribe", "One-Click")
"""RFC 8058 3.1 and 3.2: this pair and nothing else, in either form of a form."""
CONFIRMED = ("confirm", "yes")
"""What our own page posts."""

_LARGEST = 4096
_MOST_FIELDS = 10


async def posted(request: Request) -> frozenset[tuple[str, str]]:
    """Return the fields of a form; none of one that is too large for ours, or broken."""
    body = await _body(request)
    content_type = request.headers.get("content-type", "")
    if content_type.strip().lower().startswith("multipart/form-data"):
        return frozenset(_parts(content_type.encode("latin-1"), body))
    try:
        return frozenset(parse_qsl(body.decode("latin-1"), max_num_fields=_MOST_FIELDS))
    except ValueError:
        return frozenset()


async def _body(request: Request) -> bytes:
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > _LARGEST:
                return b""
    except ClientDisconnect:
        return b""
    return body


def _parts(content_type: bytes, body: bytes) -> Iterator[tuple[str, str]]:
    """Yield the fields of multipart/form-data (RFC 7578): it is MIME, read as such."""
    root = mime.parse(b"Content-Type: %b\r\n\r\n%b" % (content_type, body))
    for part in root.children[:_MOST_FIELDS]:
        found = part.block.find(b"content-disposition")
        _, named = parameters.read(found.raw) if found else ("", {})
        if "name" in named:
            yield named["name"].text, mime.decoded(part).decode("latin-1")
