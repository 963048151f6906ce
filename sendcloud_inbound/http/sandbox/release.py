"""Sending one copy out of the sandbox, by hand."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from sendcloud_inbound.errors import CopyTooLarge
from sendcloud_inbound.http import problems
from sendcloud_inbound.http.parts import parts
from sendcloud_inbound.http.sandbox.answers import Text
from sendcloud_inbound.http.sandbox.email import Email  # noqa: TC001 - read at runtime
from sendcloud_inbound.http.sandbox.queries import takes
from sendcloud_inbound.rules.addresses import is_recipient
from sendcloud_inbound.rules.model import EmailStatus


def _recipient(text: str) -> str:
    """Take a bare address alone: by another spelling mail could pass delivery.allow and block."""
    if not is_recipient(text):
        raise ValueError("it is no address such as ben@example.com")
    return text


Address = Annotated[str, AfterValidator(_recipient)]


class ReleaseOrder(BaseModel):
    """How to send it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    to: Address | None = Field(
        default=None, description="To this address; left out, to the email's own recipient."
    )


class ReleaseResult(BaseModel):
    """What the server upstream made of it."""

    status: EmailStatus | None = Field(description="Null: not now; nothing tries it again.")
    sub_status: int | None = Field(description="Why, as SendCloud's numbers say it.")
    reason: Text = Field(description="Why, in words.")
    reply: Text | None = Field(description="What the server said, if it said anything.")


router = APIRouter(prefix="/emails/{email_id:path}")


@router.post(
    "/release",
    summary="Send one copy to the server upstream",
    dependencies=[takes()],
    responses=problems.describe(
        problems.BAD_BODY,
        problems.CROSS_SITE,
        problems.NOT_ALLOWED,
        problems.UNKNOWN_EMAIL,
        problems.NO_COPY,
        problems.NO_UPSTREAM,
        problems.STORE_UNAVAILABLE,
    ),
)
async def release_email(
    request: Request, found: Email, order: ReleaseOrder | None = None
) -> ReleaseResult:
    """Sends it to `delivery.host`, whatever target emails have, if `delivery.allow` permits.

    The email's state stays what it is, and nothing is told to webhooks.
    """
    program = parts(request)
    if program.upstream is None:
        raise problems.ProblemError(problems.NO_UPSTREAM, "no server is set")
    try:
        outgoing = await program.copier.outgoing(found.email)
    except CopyTooLarge as error:
        raise problems.ProblemError(problems.NO_COPY, str(error)) from error
    if outgoing is None:
        raise problems.ProblemError(problems.UNKNOWN_EMAIL, "its message was removed just now")
    if order is not None and order.to is not None:
        outgoing = outgoing._replace(recipient=order.to)
    if why := program.upstream.why_kept(outgoing.recipient):
        shown = problems.shown(outgoing.recipient)
        raise problems.ProblemError(problems.NOT_ALLOWED, f"{shown} is {why}")
    result = await program.upstream.send(outgoing)
    return ReleaseResult(
        status=result.status,
        sub_status=result.sub_status,
        reason=result.reason,
        reply=result.reply,
    )
