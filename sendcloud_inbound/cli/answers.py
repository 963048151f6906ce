"""What the sandbox API answers, as far as it is drawn; other members pass unseen."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from sendcloud_inbound.cli.failure import CommandFailed

Answer = TypeVar("Answer", bound=BaseModel)

_LONGEST_INTEGER = 18


class Spelt(str):
    """A number of X-SMTPAPI in its own spelling, which is what goes into the mail (S9)."""

    __slots__ = ()


class MessageRow(BaseModel):
    """One message in the listing."""

    message_id: str
    received_at: str
    api_user: str
    mail_from: str
    rcpt_to: list[str]
    subject: str
    status: str
    reason: str | None = None
    findings: dict[str, int]
    """By level."""


class Event(BaseModel):
    """One thing that happened."""

    event: str
    email_id: str | None
    message_id: str | None
    recipient: str | None = None
    occurred_at: str
    fields: dict[str, Any]


class Suppression(BaseModel):
    """One address that mail is not sent to."""

    api_user: str
    address: str
    kind: str
    since: str
    until: str | None


class ApiUser(BaseModel):
    """One API_USER; its keys only when it has just been made."""

    api_user: str
    api_key: str | None
    app_key: str | None
    user_id: int
    is_configured: bool
    expires_at: str | None
    webhooks: list[int]


class ClockFace(BaseModel):
    """What the clock shows."""

    now: str
    is_frozen: bool


class Deleted(BaseModel):
    """What was deleted."""

    messages: int


class Envelope(BaseModel):
    """The SMTP envelope."""

    mail_from: str
    rcpt_to: list[str]


class Session(BaseModel):
    """The connection that a message came by."""

    peer: str
    helo: str
    tls: str | None
    api_user: str
    label_id: str | None


class Header(BaseModel):
    """One header field, decoded."""

    name: str
    value: str


class Finding(BaseModel):
    """One thing to know about a message."""

    code: str
    level: str
    where: str
    message: str
    remedy: str
    source: str


class Email(BaseModel):
    """One recipient's copy."""

    email_id: str
    status: str
    sub_status: int | None
    reason: str | None


class EmailRow(Email):
    """One recipient's copy in the listing."""

    message_id: str
    recipient: str


class Attachment(BaseModel):
    """One part of a copy that is no text of it."""

    n: int
    filename: str | None
    content_type: str
    size: int


class Setting(BaseModel):
    """A setting in force, and whose word it is."""

    value: bool | int | str
    origin: str
    in_vain: str | None


class Copy(Email):
    """One recipient's copy, whole."""

    recipient: str
    subject: str
    mail_from: str
    headers: list[Header]
    html: str | None
    text: str | None
    attachments: list[Attachment]
    links: list[str]
    substitutions: dict[str, str]
    effective: dict[str, Setting]
    events: list[Event]


class Message(BaseModel):
    """One message, whole."""

    message_id: str
    source: str
    received_at: str
    size: int
    subject: str
    status: str
    reason: str | None
    envelope: Envelope
    session: Session
    headers: list[Header]
    xsmtpapi: dict[str, Any] | None
    findings: list[Finding]
    emails: list[Email]


class MessageEmails(BaseModel):
    """The emails of a message, as their rows stand in it."""

    emails: list[dict[str, Any]]


class Webhook(BaseModel):
    """A URL that events are told to."""

    id: int
    api_user: str | None
    url: str
    events: list[str] | None
    is_configured: bool
    is_paused: bool


class Attempt(BaseModel):
    """One call of a webhook."""

    number: int
    started_at: str
    duration_ms: int
    status: int | None
    error: str | None


class Delivery(BaseModel):
    """One event told, or to be told, to one webhook."""

    id: int
    url: str
    event: str
    message_id: str | None
    email_id: str | None
    state: str
    fault: str | None
    created_at: str
    due_at: str | None
    attempts: list[Attempt]


def read_webhook(value: object) -> Webhook:
    """Read a webhook; `CommandFailed` when it is none."""
    return _read(Webhook, value)


def read_delivery(value: object) -> Delivery:
    """Read a delivery; `CommandFailed` when it is none."""
    return _read(Delivery, value)


def read_message(text: str) -> Message:
    """Read a message's JSON; `CommandFailed` when it is none."""
    return _read(Message, json.loads(text, parse_float=Spelt, parse_int=_integer))


def read_emails(text: str) -> list[dict[str, Any]]:
    """Return the emails' rows of a message's JSON; `CommandFailed` when it is none."""
    try:
        message = json.loads(text, parse_float=Spelt, parse_int=_integer)
    except ValueError:
        message = None
    return _read(MessageEmails, message).emails


def read_copy(text: str) -> Copy:
    """Read an email's JSON; `CommandFailed` when it is none."""
    return _read(Copy, json.loads(text))


def read_row(value: object) -> MessageRow:
    """Read a message of the listing; `CommandFailed` when it is none."""
    return _read(MessageRow, value)


def read_email_row(value: object) -> EmailRow:
    """Read an email of the listing; `CommandFailed` when it is none."""
    return _read(EmailRow, value)


def read_finding(value: object) -> Finding:
    """Read a finding; `CommandFailed` when it is none."""
    return _read(Finding, value)


def read_event(value: object) -> Event:
    """Read an event; `CommandFailed` when it is none."""
    return _read(Event, value)


def read_suppression(value: object) -> Suppression:
    """Read a suppressed address; `CommandFailed` when it is none."""
    return _read(Suppression, value)


def read_api_user(value: object) -> ApiUser:
    """Read an API_USER; `CommandFailed` when it is none."""
    return _read(ApiUser, value)


def read_clock(value: object) -> ClockFace:
    """Read what the clock shows; `CommandFailed` when it is no such answer."""
    return _read(ClockFace, value)


def read_deleted(value: object) -> Deleted:
    """Read how much was deleted; `CommandFailed` when it is no such answer."""
    return _read(Deleted, value)


def _read(model: type[Answer], value: object) -> Answer:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise CommandFailed(
            f"the server's answer is not a {model.__name__} of this version: "
            "are server and command of one version?"
        ) from error


def _integer(digits: str) -> int | Spelt:
    """Python refuses to read very long integers; X-SMTPAPI may hold them."""
    return int(digits) if len(digits) <= _LONGEST_INTEGER else Spelt(digits)
