"""What the server answers with. Members that a newer server adds are passed over."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, TypeVar

Value = TypeVar("Value")


def of(kind: type[Value], given: dict[str, Any]) -> Value:
    """Make a value of what was answered."""
    names = {field.name for field in fields(kind)}  # type: ignore[arg-type]  # one of those below
    return kind(**{name: value for name, value in given.items() if name in names})


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
    headers: list[dict[str, Any]]
    html: str | None
    text: str | None
    attachments: list[dict[str, Any]]
    links: list[str]
    substitutions: dict[str, str]
    effective: dict[str, Any]
    events: list[dict[str, Any]]

    def header(self, name: str) -> str | None:
        """Return the value of the first header field of a name; None when there is none."""
        return _header(self.headers, name)


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
class WholeMessage:
    """One message, whole."""

    message_id: str
    source: str
    received_at: str
    size: int
    subject: str
    status: str
    reason: str | None
    envelope: dict[str, Any]
    session: dict[str, Any]
    headers: list[dict[str, Any]]
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
    attempts: list[dict[str, Any]]
    """Each with its request and answer, in order."""


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
    expires_at: str | None = None
    webhooks: tuple[int, ...] | list[int] = ()


def _header(headers: list[dict[str, Any]], name: str) -> str | None:
    wanted = name.lower()
    found = (each for each in headers if str(each["name"]).lower() == wanted)
    field = next(found, None)
    return None if field is None else str(field["value"])
