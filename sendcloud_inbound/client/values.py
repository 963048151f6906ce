"""What the server answers with. Members that a newer server adds are passed over."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Finding:
    """One thing to know about a message, and how to mend it."""

    code: str
    level: str
    """`refused`, `invalid`, `ignored` or `advice`."""
    where: str
    message: str
    remedy: str
    source: str


@dataclass(frozen=True)
class Event:
    """One thing that happened."""

    event: str
    api_user: str
    occurred_at: str
    fields: dict[str, Any]
    """What webhooks are told."""
    email_id: str | None = None
    message_id: str | None = None
    recipient: str | None = None


@dataclass(frozen=True)
class Header:
    """One header field."""

    name: str
    value: str
    """Unfolded and decoded."""
    raw: str | None = None
    """As sent, where that is something else."""


@dataclass(frozen=True)
class Attachment:
    """One part of a copy that is no text of it."""

    n: int
    """Its number, by which its content is asked for."""
    filename: str | None
    content_type: str
    size: int
    """Octets, decoded."""
    content_id: str | None = None
    """What `cid:` links in the HTML call it."""


@dataclass(frozen=True)
class Setting:
    """A setting that an email is sent with, and whose word it is."""

    value: bool | int | str
    origin: str
    in_vain: str | None
    """Why what X-SMTPAPI asked for has no effect; None when it has, or did not ask."""


@dataclass(frozen=True)
class Email:
    """One recipient's email, in short."""

    email_id: str
    message_id: str
    position: int
    recipient: str
    status: str
    sub_status: int | None
    reason: str | None
    subject: str
    api_user: str
    label_id: str | None
    received_at: str


@dataclass(frozen=True)
class Copy(Email):
    """One recipient's copy, whole."""

    mail_from: str
    headers: list[Header]
    html: str | None
    text: str | None
    attachments: list[Attachment]
    links: list[str]
    substitutions: dict[str, str]
    effective: dict[str, Setting]
    """By name."""
    events: list[Event]
    """Oldest first."""

    def header(self, name: str) -> str | None:
        """Return the value of the first header field of a name; None when there is none."""
        return _header(self.headers, name)


@dataclass(frozen=True)
class Refusal:
    """What SMTP refused before there was a message."""

    refused_at: str
    peer: str
    helo: str
    tls: str | None
    api_user: str | None
    """Who was logged in."""
    login: str | None
    """The name of its last login, masked when it is nobody's."""
    reply: str
    command: str
    """What the client had said, keys masked."""
    trouble: str
    remedy: str
    dialogue: list[str]


@dataclass(frozen=True)
class Message:
    """One message, in short."""

    message_id: str
    api_user: str
    label_id: str | None
    received_at: str
    size: int
    mail_from: str
    rcpt_to: list[str]
    subject: str
    status: str
    reason: str | None
    source: str
    findings: dict[str, int]
    """How many it has, by level."""


@dataclass(frozen=True)
class Envelope:
    """The SMTP envelope."""

    mail_from: str
    rcpt_to: list[str]


@dataclass(frozen=True)
class Session:
    """The connection that a message came by."""

    peer: str
    helo: str
    tls: str | None
    """Protocol and cipher; None in clear."""
    api_user: str
    label_id: str | None


@dataclass(frozen=True)
class WholeMessage:
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
    """In the order sent."""
    findings: list[Finding]
    emails: list[Email]
    """All of them, by position."""
    xsmtpapi: dict[str, Any] | None = None

    def header(self, name: str) -> str | None:
        """Return the value of the first header field of a name; None when there is none."""
        return _header(self.headers, name)


@dataclass(frozen=True)
class Release:
    """What the server upstream made of a copy."""

    status: str | None
    """None: not now."""
    sub_status: int | None
    reason: str
    reply: str | None


@dataclass(frozen=True)
class Suppression:
    """An address that an API_USER's mail is not sent to."""

    api_user: str
    address: str
    kind: str
    """`unsubscribe`, `spam` or `blacklist`."""
    since: str
    until: str | None
    """None: for ever."""


@dataclass(frozen=True)
class Bounce:
    """An address that mail came back from, with its last bounce."""

    api_user: str
    address: str
    event: str
    """`invalid` or `soft_bounce`."""
    sub_status: int | None
    reason: str
    bounced_at: str
    message_id: str
    email_id: str


@dataclass(frozen=True)
class AddressList:
    """A list of members that one call sends to."""

    api_user: str
    address: str
    name: str
    description: str
    member_count: int
    created_at: str
    updated_at: str


@dataclass(frozen=True)
class Member:
    """A member of an address list."""

    address: str
    name: str
    vars: str
    """A JSON object of variables; empty: none."""
    created_at: str
    updated_at: str


@dataclass(frozen=True)
class TemplateRow:
    """A template, in short."""

    api_user: str
    invoke_name: str
    name: str
    template_type: int
    """0 trigger, 1 batch."""
    template_stat: int
    """-2 not submitted, -1 refused, 0 waiting, 1 approved."""
    created_at: str
    updated_at: str | None


@dataclass(frozen=True)
class Template(TemplateRow):
    """A template, whole."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True)
class Webhook:
    """A URL that events are told to."""

    id: int
    api_user: str | None
    """None: the events of every API_USER."""
    url: str
    events: list[str] | None
    """None: all."""
    is_configured: bool
    is_paused: bool


@dataclass(frozen=True)
class Request:
    """What a webhook was sent."""

    body: str
    fields: dict[str, str]


@dataclass(frozen=True)
class Attempt:
    """One call of a webhook."""

    number: int
    """From 1."""
    started_at: str
    duration_ms: int
    request: Request
    status: int | None
    """Of HTTP; None when there was no answer."""
    answer: str | None
    """The beginning of its body."""
    error: str | None
    """Why it does not count; None when it was delivered."""


@dataclass(frozen=True)
class Delivery:
    """One event told, or to be told, to one webhook."""

    id: int
    webhook_id: int
    api_user: str
    url: str
    event: str
    message_id: str | None
    email_id: str | None
    state: str
    """`waiting`, `delivered`, `given_up` or `dropped`."""
    fault: str | None
    created_at: str
    due_at: str | None
    fields: dict[str, str]
    attempts: list[Attempt]
    """In order."""


@dataclass(frozen=True)
class Clock:
    """What time it is in the sandbox."""

    now: str
    is_frozen: bool


@dataclass(frozen=True)
class Behaviour:
    """One thing that SendCloud does, and whether the sandbox does it."""

    name: str
    behaviour: str
    status: str
    """`implemented`, `differs` or `unknown`."""
    sandbox: str | None
    source: str
    tests: list[str]


@dataclass(frozen=True)
class ApiUserRow:
    """An API_USER, without its keys."""

    api_user: str
    user_id: int
    is_configured: bool
    expires_at: str | None
    webhooks: list[int]


@dataclass(frozen=True)
class ApiUser:
    """An API_USER that was made for a test."""

    api_user: str
    api_key: str
    app_key: str
    user_id: int
    is_configured: bool = False
    expires_at: str | None = None
    webhooks: list[int] = field(default_factory=list)


def _header(headers: list[Header], name: str) -> str | None:
    wanted = name.lower()
    return next((each.value for each in headers if each.name.lower() == wanted), None)
