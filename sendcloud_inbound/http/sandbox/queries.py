"""The filters of the listings: what each may be, and what is refused with the reason."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import Request, params
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic.functional_validators import model_validator
from pydantic.json_schema import SkipJsonSchema

from sendcloud_inbound.http import problems
from sendcloud_inbound.http.times import to_ms
from sendcloud_inbound.ports import MessageFilter
from sendcloud_inbound.rules.history import EventKind
from sendcloud_inbound.rules.ids import EmailId, parse_email_id
from sendcloud_inbound.rules.model import EmailStatus, Level, MessageStatus

MAX_LIMIT = 500


def _field_and_value(text: str) -> str:
    name, colon, _ = text.partition(":")
    if not colon or not name.strip():
        raise ValueError("a header filter is Name:value")
    return text


Text = str | SkipJsonSchema[None]
Header = Annotated[str, AfterValidator(_field_and_value)] | SkipJsonSchema[None]
Since = Annotated[
    int | None, BeforeValidator(to_ms), WithJsonSchema({"type": "string", "format": "date-time"})
]


class Query(BaseModel):
    """The parameters of a call; an empty one counts as absent."""

    model_config = ConfigDict(frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _drop_empty(cls, given: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in given.items() if value != ""}


def named_email(text: str) -> EmailId:
    """Take an emailId apart; `ValueError` when it is none."""
    try:
        return parse_email_id(text)
    except ValueError:
        raise ValueError("an emailId is messageId, position, $, recipient") from None


def _email_id(text: str) -> str:
    named_email(text)
    return text


EmailIdFilter = Annotated[str, AfterValidator(_email_id)] | SkipJsonSchema[None]


class MailQuery(Query):
    """What messages and emails have in common to be found by. All must hold; empty means any."""

    api_user: Text = Field(default=None, description="The API_USER that sent it.")
    recipient: Text = Field(
        default=None,
        description="A recipient's address, without case: of the envelope or of X-SMTPAPI's `to`.",
    )
    subject: Text = Field(default=None, description="A part of the subject, without case.")
    header: Header = Field(
        default=None,
        description="`Name:value`: a header field's name (without case) and its whole value.",
        examples=["X-Mailer:billing"],
    )
    message_id: Text = Field(default=None, description="The messageId of the 250 reply.")
    label_id: Text = Field(default=None, description="The label: the number after `#` at login.")
    q: Text = Field(
        default=None,
        description=(
            "Words, each to stand somewhere in subject, addresses, header values or text, "
            "without case; a word may be a part of one."
        ),
        examples=["账单 ifaxin"],
    )
    since: Since = Field(
        default=None,
        description="Received at or after: ISO 8601 (UTC if it does not say) or milliseconds.",
        examples=["2026-11-22T02:54:01.123Z", "1795316041123"],
    )

    def to_filter(self, status: str | None) -> MessageFilter:
        """Return the filter as the store knows it."""
        name, _, value = (self.header or "").partition(":")
        return MessageFilter(
            api_user=self.api_user,
            recipient=self.recipient,
            subject=self.subject,
            header=(name.strip(), value.strip()) if self.header else None,
            message_id=self.message_id,
            status=status,
            label_id=self.label_id,
            since_ms=self.since,
            q=self.q,
        )


class Paging(Query):
    """Which page of a listing."""

    limit: int = Field(default=50, ge=1, le=MAX_LIMIT, description="The most items of one page.")
    cursor: Text = Field(
        default=None, description="`next_cursor` of the page before; without it, the first page."
    )


class MessageQuery(Paging, MailQuery):
    """Which messages to list."""

    status: MessageStatus | SkipJsonSchema[None] = Field(
        default=None, description="Where the message stands."
    )
    event: EventKind | SkipJsonSchema[None] = Field(
        default=None, description="What has happened to it, or to one of its emails."
    )
    finding: Level | SkipJsonSchema[None] = Field(
        default=None, description="The level of a finding that it has."
    )

    def to_filter(self, status: str | None) -> MessageFilter:
        """Return the filter as the store knows it."""
        return replace(super().to_filter(status), event=self.event, finding=self.finding)


class EmailQuery(Paging, MailQuery):
    """Which emails to list."""

    status: EmailStatus | SkipJsonSchema[None] = Field(
        default=None, description="Where the recipient's email stands."
    )
    event: EventKind | SkipJsonSchema[None] = Field(
        default=None, description="What has happened to it."
    )

    def to_filter(self, status: str | None) -> MessageFilter:
        """Return the filter as the store knows it."""
        return replace(super().to_filter(status), event=self.event)


def takes(query: type[BaseModel] | None = None) -> params.Depends:
    """Let a call refuse a parameter that it does not have, or that is given twice.

    A misspelt filter that is passed over would find everything, and make a test pass that should
    not.
    """
    known = list(query.model_fields) if query else []

    async def check(request: Request) -> None:
        for name in request.query_params:
            if name not in known:
                raise _unknown(name, known)
            if len(request.query_params.getlist(name)) > 1:
                raise problems.bad_parameter(name, "it is given more than once")

    return params.Depends(check)


def _unknown(name: str, known: list[str]) -> problems.ProblemError:
    return problems.ProblemError(
        problems.UNKNOWN_PARAMETER,
        f"unknown parameter {problems.shown(name)}",
        remedy=problems.meant(name, known),
    )
