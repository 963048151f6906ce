"""What a client sends: read up to a bound, and refused with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sendcloud_inbound.http import problems

if TYPE_CHECKING:
    from fastapi import Request
    from pydantic import BaseModel

_MAX_OCTETS = 2_000_000
"""A thousand rules with everything in them take less."""


async def read_octets(request: Request, most: int) -> bytes:
    """Return the body."""
    octets = bytearray()
    async for chunk in request.stream():
        octets += chunk
        if len(octets) > most:
            raise bad_body(f"it has more than {most} octets")
    return bytes(octets)


async def read_text(request: Request) -> str:
    """Return the body as text."""
    octets = await read_octets(request, _MAX_OCTETS)
    try:
        return octets.decode()
    except UnicodeDecodeError as error:
        raise bad_body(f"octet {error.start + 1} is not UTF-8") from error


def bad_body(why: str) -> problems.ProblemError:
    """Return the problem of a body that cannot be."""
    return problems.ProblemError(problems.BAD_BODY, why)


def takes_body(model: type[BaseModel]) -> dict[str, Any]:
    """Return what OpenAPI says of a body, whose model an answer has too."""
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    content = {"application/json": {"schema": schema}}
    return {"requestBody": {"required": True, "content": content}}
