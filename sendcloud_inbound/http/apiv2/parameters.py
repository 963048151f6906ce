"""From a request to the parameters of a call: query string, form and multipart, all together."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from typing_extensions import override

from sendcloud_inbound.rules.api.given import File, Given, Refused
from sendcloud_inbound.rules.mime import parameters as mime_parameters

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from starlette.datastructures import Headers
    from starlette.requests import Request

MAX_OCTETS = 48_000_000
"""Of a body: 10 MB of attachments, two large texts, and what their encoding adds."""
_MAX_PARTS = 1_000
_UNREADABLE = 49_901
"""The nearest of the documented codes (SENDCLOUD.md 8, "HTTP and rate")."""


async def read(request: Request) -> Given:
    """Read the parameters; `Refused` when the body is none or too large."""
    texts: dict[str, list[str]] = {}
    files: dict[str, list[File]] = {}
    for name, value in request.query_params.multi_items():
        texts.setdefault(name, []).append(value)
    for name, part in await _form(request):
        if isinstance(part, File):
            files.setdefault(name, []).append(part)
        else:
            texts.setdefault(name, []).append(part)
    return Given(
        {name: tuple(each) for name, each in texts.items()},
        {name: tuple(each) for name, each in files.items()},
    )


async def _form(request: Request) -> list[tuple[str, str | File]]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    stream = _bounded(request)
    try:
        if kind == "multipart/form-data":
            return await _multipart(request.headers, stream)
        if kind in {"application/x-www-form-urlencoded", ""}:
            body = b"".join([chunk async for chunk in stream])
            return await asyncio.to_thread(_urlencoded, body)
    except (MultiPartException, KeyError, ValueError) as error:
        why = getattr(error, "message", error)
        raise Refused(_UNREADABLE, f"the body cannot be read as {kind}: {why}") from error
    async for octets in stream:
        if octets:
            raise Refused(_UNREADABLE, f"a body is a form or multipart/form-data, not {kind}")
    return []


def _urlencoded(body: bytes) -> list[tuple[str, str | File]]:
    """Read a form; letters that nobody has percent-encoded are UTF-8, as `curl -d` sends them."""
    text = body.decode("utf-8", "replace")
    return [*parse_qsl(text, keep_blank_values=True, max_num_fields=_MAX_PARTS)]


async def _multipart(
    headers: Headers, stream: AsyncGenerator[bytes, None]
) -> list[tuple[str, str | File]]:
    parser = _Parser(
        headers,
        stream,
        max_files=_MAX_PARTS,
        max_fields=_MAX_PARTS,
        max_part_size=MAX_OCTETS,
    )
    form = await parser.parse()
    try:
        return [
            (name, await _file(part) if isinstance(part, UploadFile) else part)
            for name, part in form.multi_items()
        ]
    finally:
        await form.close()


class _Parser(MultiPartParser):
    """Takes file names by RFC 2231 too.

    RFC 7578 4.2 forbids them, yet requests sent all that were not ASCII so for years: the parser
    that we build on would take the file for a text without a name.
    """

    @override
    def on_headers_finished(self) -> None:
        """Add the name as the parser reads it, when the part has one of the other kind."""
        disposition = self._current_part.content_disposition or b""
        name = mime_parameters.read(disposition)[1].get("filename")
        if name is not None and name.charset is not None:
            quoted = name.text.replace("\\", "\\\\").replace('"', '\\"')
            disposition += f'; filename="{quoted}"'.encode(self._charset, "replace")
            self._current_part.content_disposition = disposition
        super().on_headers_finished()


async def _bounded(request: Request) -> AsyncGenerator[bytes, None]:
    octets = 0
    async for chunk in request.stream():
        octets += len(chunk)
        if octets > MAX_OCTETS:
            raise Refused(_UNREADABLE, f"the body has more than {MAX_OCTETS} octets")
        yield chunk


async def _file(upload: UploadFile) -> File:
    content = await upload.read()
    return File(upload.filename or "", upload.content_type or "", content)
