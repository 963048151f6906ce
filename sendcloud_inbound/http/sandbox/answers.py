"""What the inspection API answers with: the shape of each thing, described for OpenAPI."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field

from sendcloud_inbound.rules.history import EventKind
from sendcloud_inbound.rules.model import EmailStatus, Level, MessageStatus, Source
from sendcloud_inbound.rules.sending import InVain, Origin

_SURROGATES = re.compile("[\ud800-\udfff]")


def _to_utf8(text: object) -> object:
    """Replace what JSON's escapes can make and UTF-8 cannot write."""
    return _SURROGATES.sub("\ufffd", text) if isinstance(text, str) else text


Text = Annotated[str, BeforeValidator(_to_utf8)]
"""Text that came from a client."""

Time = Annotated[
    str, Field(description="ISO 8601, UTC, milliseconds.", examples=["2026-11-22T02:54:01.123Z"])
]


class FindingItem(BaseModel):
    """One thing to know about a message, and how to mend it."""

    code: str = Field(description="Its stable name.", examples=["xsmtpapi-not-last"])
    level: Level = Field(
        description="`refused` at the end of DATA, `invalid` later, `ignored` without a word, or "
        "`advice`."
    )
    where: Text = Field(description="The place in the message.")
    message: Text = Field(description="What SendCloud does.")
    remedy: Text = Field(description="How to mend it.")
    source: str = Field(description="Where the rule is documented.")


class FindingCounts(BaseModel):
    """How many findings a message has, by level."""

    refused: int = 0
    invalid: int = 0
    ignored: int = 0
    advice: int = 0


class MessageRow(BaseModel):
    """One message, in short."""

    message_id: str = Field(description="The number of the 250 reply.")
    api_user: Text = Field(description="Who logged in.")
    label_id: Text | None = Field(description="The number after `#` in the login name.")
    received_at: Time
    size: int = Field(description="Octets, dots unstuffed.")
    mail_from: Text = Field(description="The address of MAIL.")
    rcpt_to: list[Text] = Field(description="The addresses of RCPT, in order.")
    subject: Text = Field(description="Decoded; empty until the worker has seen the message.")
    status: MessageStatus = Field(
        description="`queued`, `expanded`, `invalid` (taken with 250, refused later) or `refused`."
    )
    reason: Text | None = Field(description="Why it is invalid or was refused.")
    source: Source = Field(description="By which door it came.")
    findings: FindingCounts


class Envelope(BaseModel):
    """The SMTP envelope."""

    mail_from: Text
    rcpt_to: list[Text]


class Session(BaseModel):
    """The connection that a message came by."""

    peer: Text = Field(description="The client's address and port.")
    helo: Text = Field(description="What it called itself.")
    tls: Text | None = Field(description="Protocol and cipher; null in clear.")
    api_user: Text
    label_id: Text | None


class HeaderField(BaseModel):
    """One header field."""

    name: Text = Field(description="As sent.")
    value: Text = Field(description="Unfolded, encoded-words decoded.")
    raw: Text | None = Field(
        default=None, description="As sent, where that is something else than `value`."
    )


class EmailRow(BaseModel):
    """One recipient's copy of a message."""

    email_id: Text = Field(description="messageId, position, `$`, recipient.")
    message_id: str
    position: int = Field(description="From 0, in the order of `to` or of RCPT.")
    recipient: Text
    status: EmailStatus
    sub_status: int | None = Field(description="Why, as SendCloud's numbers say it.")
    reason: Text | None = Field(description="Why, in words.")
    subject: Text
    api_user: Text
    label_id: Text | None
    received_at: Time


class AttachmentItem(BaseModel):
    """One part of a copy that is no text of it."""

    n: int = Field(description="Its number, from 1: `/attachments/{n}`.")
    filename: Text | None = Field(description="Decoded; null when it has none.")
    content_type: Text
    size: int = Field(description="Octets, its transfer encoding undone.")
    content_id: Text | None = Field(description="What `cid:` links in the HTML call it.")


class Setting(BaseModel):
    """A setting in force, and whose word it is."""

    value: bool | int | Text
    origin: Origin = Field(description="Where the value comes from.")
    in_vain: InVain | None = Field(
        description="Why what X-SMTPAPI asked for has no effect; null when it has, or did not ask."
    )


class Effective(BaseModel):
    """What an email is sent with: X-SMTPAPI first, then the API_USER's own."""

    type: Setting = Field(description="Of the API_USER: `trigger` or `batch`.")
    sending_domain: Setting
    open_tracking: Setting
    click_tracking: Setting
    subscription_tracking: Setting
    page_id: Setting = Field(description="Unsubscribe page; -1 is SendCloud's own.")


class EventItem(BaseModel):
    """One thing that happened."""

    event: EventKind = Field(description="What, by SendCloud's names.")
    email_id: Text | None = Field(description="To which email; null when to the whole message.")
    message_id: str | None = Field(description="To which message; null when to none of ours.")
    recipient: Text | None = Field(description="Whose email; null when of the whole message.")
    api_user: Text = Field(description="Whose mail.")
    occurred_at: Time
    fields: dict[str, Any] = Field(
        description="What webhooks are told, but for `token`, `timestamp` and `signature`, which "
        "every call has of its own."
    )


class EmailDetail(EmailRow):
    """One recipient's copy, whole, as it would be delivered."""

    mail_from: Text = Field(description="The envelope sender it leaves with, a new one each.")
    headers: list[HeaderField] = Field(description="In order, those of SendCloud on top.")
    html: Text | None = Field(description="The HTML part, decoded; null when there is none.")
    text: Text | None = Field(description="The plain part, decoded; null when there is none.")
    attachments: list[AttachmentItem]
    links: list[Text] = Field(description="Of the HTML, else of the text; each once, in order.")
    substitutions: dict[Text, Text] = Field(
        description="The variables of this recipient and their values, as X-SMTPAPI gives them."
    )
    effective: Effective
    events: list[EventItem] = Field(
        default_factory=list, description="What happened to it, oldest first; 500 at most."
    )


class MessageDetail(BaseModel):
    """One message, whole."""

    message_id: str
    source: Source
    received_at: Time
    size: int
    subject: Text
    status: MessageStatus
    reason: Text | None
    envelope: Envelope
    session: Session
    headers: list[HeaderField] = Field(description="In the order sent.")
    findings: list[FindingItem]
    emails: list[EmailRow] = Field(description="All of them, by position.")
    xsmtpapi: dict[str, Any] | None = Field(
        default=None,
        description="What X-SMTPAPI says, numbers as spelt there; null when there is none, or none "
        "that can be read, which the findings explain.",
    )


class MessagePage(BaseModel):
    """A part of the messages, newest first."""

    items: list[MessageRow]
    next_cursor: str | None = Field(description="Where the next part begins; null after the last.")


class EmailPage(BaseModel):
    """A part of the emails, newest message first, then by position."""

    items: list[EmailRow]
    next_cursor: str | None = Field(description="Where the next part begins; null after the last.")


class FindingPage(BaseModel):
    """All findings of a message."""

    items: list[FindingItem]
    next_cursor: None = None
