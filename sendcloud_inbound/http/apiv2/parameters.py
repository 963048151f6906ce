"""From a request to the parameters of a call: query string, form and multipart, all together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser

from sendcloud_inbound.rules.api.given import File, Given, Refused

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from starlette.datastructures import FormData
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
    if (form := await _form(request)) is not None:
        for name, field in form.multi_items():
            if isinstance(field, UploadFile):
                files.setdefault(name, []).append(await _file(field))
            else:
                texts.setdefault(name, []).append(field)
        await form.close()
    return Given(
        {name: tuple(each) for name, each in texts.items()},
        {name: tuple(each) for name, each in files.items()},
    )


async def _form(request: Request) -> FormData | None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    stream = _bounded(request)
    try:
        if kind == "multipart/form-data":
            parser = MultiPartParser(
                request.headers,
                stream,
                max_files=_MAX_PARTS,
                max_fields=_MAX_PARTS,
                max_part_size=MAX_OCTETS,
            )
            return await parser.parse()
        if kind in {"application/x-www-form-urlencoded", ""}:
            form = FormParser(
                request.headers, stream, max_fields=_MAX_PARTS, max_part_size=MAX_OCTETS
            )
            return await form.parse()
    except (MultiPartException, KeyError, ValueError) as error:
        why = getattr(error, "message", error)
        raise Refused(_UNREADABLE, f"the body cannot be read as {kind}: {why}") from error
    async for octets in stream:
        if octets:
            raise Refused(_UNREADABLE, f"a body is a form or multipart/form-data, not {kind}")
    return None


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
