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
        wanted = name.lower()
        found = (each for each in self.headers if str(each["name"]).lower() == wanted)
        field = next(found, None)
        return None if field is None else str(field["value"])


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
class ApiUser:
    """An API_USER that was made for a test."""

    api_user: str
    api_key: str
    app_key: str
    user_id: int
    expires_at: str | None = None
    webhooks: tuple[int, ...] | list[int] = ()
