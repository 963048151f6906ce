"""Mail from outside, such as an answer to one of ours: `route` events (SENDCLOUD.md 4.4)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query as QueryOf, Request
from pydantic import AfterValidator, Field

from sendcloud_inbound.events import NO_MAIL
from sendcloud_inbound.http import problems
from sendcloud_inbound.http.parts import parts
from sendcloud_inbound.http.sandbox import views
from sendcloud_inbound.http.sandbox.answers import EventItem  # noqa: TC001 - read at runtime
from sendcloud_inbound.http.sandbox.bodies import bad_body, read_octets
from sendcloud_inbound.http.sandbox.queries import Query, takes
from sendcloud_inbound.ports import MessageFilter
from sendcloud_inbound.rules import inbound
from sendcloud_inbound.rules.addresses import is_outside
from sendcloud_inbound.rules.ids import email_id, parse_reference

if TYPE_CHECKING:
    from sendcloud_inbound.http.parts import Parts

_MAX_OCTETS = 16_000_000


def _sender(text: str) -> str:
    if text and not is_outside(text):
        raise ValueError("an address is such as ben@example.com")
    return text


def _recipients(text: str) -> str:
    if not all(map(is_outside, _parted(text))):
        raise ValueError("it holds addresses such as support@example.com, with commas between")
    return text


def _parted(text: str) -> list[str]:
    return [each.strip() for each in text.split(",")] if text else []


class InboundQuery(Query):
    """The envelope that the mail came in."""

    api_user: str = Field(min_length=1, description="The API_USER whose domain it was sent to.")
    mail_from: Annotated[str, AfterValidator(_sender)] = Field(
        default="", description="MAIL FROM; left out or empty, the address in From."
    )
    rcpt_to: Annotated[str, AfterValidator(_recipients)] = Field(
        default="", description="RCPT TO, with commas between several; left out, none is told."
    )


router = APIRouter(
    prefix="/inbound",
    dependencies=[takes(InboundQuery)],
    responses=problems.describe(
        problems.BAD_PARAMETER,
        problems.UNKNOWN_PARAMETER,
        problems.BAD_BODY,
        problems.CROSS_SITE,
        problems.UNKNOWN_API_USER,
        problems.STORE_UNAVAILABLE,
    ),
)


@router.post(
    "",
    summary="Let a mail come in from outside",
    status_code=201,
    openapi_extra={"requestBody": {"required": True, "content": {"message/rfc822": {}}}},
)
async def post_inbound(request: Request, query: Annotated[InboundQuery, QueryOf()]) -> EventItem:
    """Tells webhooks of the message in the body by a `route` event, as of an answer to a mail.

    The mail that it answers is found by In-Reply-To and References. Nothing else is kept of it.
    """
    program = parts(request)
    if program.accounts.find(query.api_user) is None:
        raise problems.unknown_api_user(query.api_user)
    content = await read_octets(request, _MAX_OCTETS)
    if not content:
        raise bad_body("it is empty; give a message")
    mail_from = query.mail_from or inbound.sender(content)
    rcpt_to = _parted(query.rcpt_to)
    parent = await _parent(program, query.api_user, content)
    details = await asyncio.to_thread(inbound.details, content, mail_from, rcpt_to, parent)
    event = await program.events.receive(query.api_user, details)
    return views.event_of(event, None, NO_MAIL)


async def _parent(program: Parts, api_user: str, content: bytes) -> inbound.Parent:
    """Return the mail that is answered: by the id that SendCloud made, or by the sender's own."""
    for reference in inbound.references(content):
        made = parse_reference(reference)
        if made is not None:
            email = await program.catalogue.email(*made)
        else:
            header = ("Message-ID", f"<{reference}>")
            wanted = MessageFilter(api_user=api_user, header=header)
            found = await program.catalogue.emails(wanted, 1)
            email = found.items[0] if found.items else None
        if email is not None and email.api_user == api_user:
            number = email_id(email.message_id, email.position, email.recipient)
            return inbound.Parent(reference, number, email.label_id)
    return inbound.NO_PARENT
