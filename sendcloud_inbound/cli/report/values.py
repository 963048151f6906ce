"""What a report tells: the command that ran, and what the sandbox saw meanwhile."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sendcloud_inbound.client import Email, Event, Finding, Message


@dataclass(frozen=True)
class Ran:
    """A command that has ended."""

    command: Sequence[str]
    status: int
    """As a shell tells it: 128 and the number of the signal that ended it."""
    duration_s: float


@dataclass(frozen=True)
class Limits:
    """How much of a large sandbox is told in full, the newest of it; the JSON files list all."""

    messages: int = 1_000
    emails: int = 1_000
    events: int = 10_000
    octets: int = 500_000_000
    """Of the mail in files: about so much disk is used at most."""
    settle_s: float = 10.0
    """How long the worker has for what the command sent last; then it is told as queued."""


@dataclass(frozen=True)
class SeenEmail:
    """One recipient's copy, as its files have it."""

    row: Email
    files: Mapping[str, str]
    """By suffix: `eml`, and `html` and `txt` where it has such a part."""
    lack: str | None = None
    """Why there is no copy."""


@dataclass
class SeenMessage:
    """One message, told in full."""

    row: Message
    file: str | None
    findings: Sequence[Finding]
    dialogue: str
    """As the transcript has it; empty when the message has gone meanwhile."""
    emails: list[SeenEmail] = field(default_factory=list)
    emails_left_out: int = 0
    events: list[Event] = field(default_factory=list)
    """Newest first."""


@dataclass
class Seen:
    """All that the sandbox saw."""

    messages: list[SeenMessage] = field(default_factory=list)
    """Newest first, as in all listings."""
    rest: list[Message] = field(default_factory=list)
    """The older ones, beyond the limits."""
    message_files_left_out: int = 0
    emails_left_out: int = 0
    events_left_out: int = 0
    message_statuses: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    """By level."""
    email_statuses: Counter[str] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)
    """By kind."""
    delivery_states: Counter[str] = field(default_factory=Counter)
    """Of events told, or to be told, to webhooks."""
    webhook_calls: int = 0
    """Attempts, repeated ones included."""
