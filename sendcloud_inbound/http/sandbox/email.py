"""One email: the copy that its recipient gets, whole or by parts, rendered when it is asked for."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, TypeVar
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from sendcloud_inbound.errors import CopyTooLarge
from sendcloud_inbound.http import guard, problems
from sendcloud_inbound.http.parts import parts
from sendcloud_inbound.http.sandbox.answers import EmailDetail  # noqa: TC001 - read at runtime
from sendcloud_inbound.http.sandbox.copy import ReadCopy
from sendcloud_inbound.http.sandbox.queries import MAX_LIMIT, named_email, takes
from sendcloud_inbound.http.sandbox.views import event_item
from sendcloud_inbound.ports import EventFilter
from sendcloud_inbound.rules import mime
from sendcloud_inbound.rules.first_link import first_link_in

if TYPE_CHECKING:
    from sendcloud_inbound.http.parts import Parts
    from sendcloud_inbound.ports import StoredEmail
    from sendcloud_inbound.rules.copies import Copies

Thing = TypeVar("Thing")

_HTML_HEADERS = {"Content-Security-Policy": guard.FOREIGN_HTML}

router = APIRouter(
    prefix="/emails/{email_id:path}",
    dependencies=[takes()],
    responses=problems.describe(
        problems.UNKNOWN_EMAIL,
        problems.NO_SUCH_PART,
        problems.NO_COPY,
        problems.UNKNOWN_PARAMETER,
        problems.STORE_UNAVAILABLE,
    ),
)

EmailId = Annotated[str, Path(description="messageId, position, `$`, recipient.")]


class Found:
    """An email that is stored, and the copies of its message."""

    def __init__(self, email: StoredEmail, copies: Copies) -> None:
        self.email = email
        self.copies = copies

    def octets(self) -> bytes:
        """Return the copy."""
        try:
            return self.copies.copy(self.email.position, self.email.recipient)
        except CopyTooLarge as error:
            raise problems.ProblemError(problems.NO_COPY, str(error)) from error

    def first_link(self) -> str | None:
        """Return the link that a reader follows first; None when there is none."""
        followed = self.copies.links(self.email.position, self.email.recipient)
        return followed[0] if followed else first_link_in(self.octets())


async def _found(request: Request, email_id: EmailId) -> Found:
    return await find(parts(request), email_id)


async def find(program: Parts, email_id: str) -> Found:
    """Return an email that is stored; a problem when there is none of that emailId."""
    try:
        named = named_email(email_id)
    except ValueError as error:
        raise _unknown(email_id) from error
    email = await program.catalogue.email(named.message_id, named.position)
    copies = await program.copier.copies(named.message_id)
    if email is None or email.recipient != named.recipient or copies is None:
        raise _unknown(email_id)
    return Found(email, copies)


Email = Annotated[Found, Depends(_found)]


@router.get(
    "/raw",
    summary="The exact bytes that a recipient gets",
    response_class=Response,
    responses={200: {"content": {"message/rfc822": {}}}},
)
async def get_email_raw(found: Email) -> Response:
    """Gives the copy as it would be delivered, variables replaced, SendCloud's headers on top."""
    octets = await asyncio.to_thread(found.octets)
    name = f"{found.email.message_id}{found.email.position}.eml"
    return Response(octets, media_type="message/rfc822", headers=_attachment(name))


@router.get("/html", summary="The HTML part of a copy", response_class=HTMLResponse)
async def get_email_html(found: Email) -> HTMLResponse:
    """Gives it decoded, for a browser that runs nothing of it and loads nothing for it."""
    html = (await asyncio.to_thread(_read, found)).html
    return HTMLResponse(_there(html, "no HTML part").encode(), headers=_HTML_HEADERS)


@router.get("/text", summary="The plain part of a copy", response_class=PlainTextResponse)
async def get_email_text(found: Email) -> PlainTextResponse:
    """Gives it decoded."""
    text = (await asyncio.to_thread(_read, found)).text
    return PlainTextResponse(_there(text, "no plain part").encode())


@router.get(
    "/attachments/{n}",
    summary="An attachment of a copy",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}},
)
async def get_email_attachment(
    found: Email, n: Annotated[int, Path(ge=1, description="Its number, from 1.")]
) -> Response:
    """Gives its octets, transfer encoding undone, always as a file and never as a page."""
    attachments = (await asyncio.to_thread(_read, found)).attachments
    part = _there(attachments[n - 1] if n <= len(attachments) else None, f"no attachment {n}")
    name = part.filename or f"attachment-{n}"
    return Response(
        mime.decoded(part), media_type=_safe_type(part.content_type), headers=_attachment(name)
    )


@router.get("", summary="One email, whole")
async def get_email(request: Request, found: Email) -> EmailDetail:
    """Gives the rendered copy: headers, HTML, text, attachments, links, variables, settings."""
    detail = await asyncio.to_thread(lambda: _read(found).detail(found.email, found.copies))
    email = found.email
    wanted = EventFilter(message_id=email.message_id, position=email.position)
    page = await parts(request).journal.events(wanted, MAX_LIMIT)
    return detail.model_copy(update={"events": [event_item(each) for each in reversed(page.items)]})


def _read(found: Found) -> ReadCopy:
    return ReadCopy(found.octets())


def _unknown(email_id: str) -> problems.ProblemError:
    return problems.ProblemError(
        problems.UNKNOWN_EMAIL, f"no email {problems.shown(email_id)} is stored"
    )


def _there(part: Thing | None, lack: str) -> Thing:
    if part is None:
        raise problems.ProblemError(problems.NO_SUCH_PART, lack)
    return part


def _safe_type(content_type: str) -> str:
    """Return a media type that can stand in a header."""
    is_plain = content_type.isascii() and content_type.isprintable()
    return content_type if is_plain else "application/octet-stream"


def _attachment(name: str) -> dict[str, str]:
    """Return the header that makes a browser save a file by that name (RFC 6266, RFC 8187)."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in name)
    encoded = quote(name.encode("utf-8", "replace"), safe="")
    value = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}"
    return {"Content-Disposition": value}
