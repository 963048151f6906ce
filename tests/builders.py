"""Values of the model, valid by default; a keyword overrides a field.

An email's recipient and position follow from `recipients`, as the worker makes them.
"""

from __future__ import annotations

from itertools import count
from typing import Any

from sendcloud_inbound.ports import EventFilter, MessageFilter
from sendcloud_inbound.rules.model import (
    Account,
    Email,
    EmailStatus,
    Expansion,
    Finding,
    Level,
    MessageStatus,
    Outgoing,
    Record,
    SessionFacts,
    Source,
    Submission,
)

NOW_MS = 1_426_571_113_000
"""The time of the guide's own messageIds."""

CONTENT = (
    b"From: sender@example.com\r\nTo: recipient@example.com\r\nSubject: A test\r\n\r\nHello.\r\n"
)

ANY_EVENT = EventFilter()
ANY_MAIL = MessageFilter()

_numbers = count(1)


def message_id(number: int | None = None) -> str:
    """Return a messageId of SendCloud's form (SENDCLOUD.md 2.1), a new one by default."""
    number = next(_numbers) if number is None else number
    return f"{NOW_MS + number}_15_1_{number % 10_000}.sc-10_10_127_119-inbound"


def account(**overrides: Any) -> Account:
    """Return the sandbox's own account."""
    values: dict[str, Any] = {
        "api_user": "sandbox_user",
        "api_key": "sandbox_key",
        "app_key": "test_appkey",
        "user_id": 15,
    }
    return Account(**values | overrides)


def session(**overrides: Any) -> SessionFacts:
    """Return what is known of a connection."""
    return SessionFacts(**{"peer": "127.0.0.1:40000", "helo": "client.example"} | overrides)


def submission(**overrides: Any) -> Submission:
    """Return a small message to one recipient."""
    values: dict[str, Any] = {
        "api_user": "sandbox_user",
        "label_id": None,
        "source": Source.SMTP,
        "session": session(),
        "mail_from": "sender@example.com",
        "rcpt_to": ("recipient@example.com",),
        "content": CONTENT,
        "transcript": b"C: DATA\nS: 354 go ahead, make my day\n",
    }
    return Submission(**values | overrides)


def record(**overrides: Any) -> Record:
    """Return an accepted message with a new id; a field of `Submission` overrides it there."""
    inner = {name: overrides.pop(name) for name in list(overrides) if name in _OF_SUBMISSION}
    values: dict[str, Any] = {
        "message_id": message_id(),
        "submission": submission(**inner),
        "received_at_ms": NOW_MS,
        "status": MessageStatus.QUEUED,
        "reason": None,
        "findings": (),
    }
    return Record(**values | overrides)


def finding(**overrides: Any) -> Finding:
    """Return a finding."""
    values: dict[str, Any] = {
        "code": "xsmtpapi-not-last",
        "level": Level.REFUSED,
        "where": "X-SMTPAPI",
        "message": "X-SMTPAPI is not the last header field.",
        "remedy": "Add it after all others.",
        "source": "SENDCLOUD.md 3.1",
    }
    return Finding(**values | overrides)


def expansion(*recipients: str, **overrides: Any) -> Expansion:
    """Return what a worker makes of a message: one email for each of `recipients`."""
    emails = enumerate(recipients or ("recipient@example.com",))
    values: dict[str, Any] = {
        "status": MessageStatus.EXPANDED,
        "reason": None,
        "subject": "A test",
        "findings": (),
        "emails": tuple(Email(position, to, EmailStatus.DELIVERED) for position, to in emails),
    }
    return Expansion(**values | overrides)


def outgoing(position: int = 0, **overrides: Any) -> Outgoing:
    """Return a copy on its way out; its emailId follows from message, position and recipient."""
    values: dict[str, Any] = {
        "message_id": message_id(),
        "mail_from": "98a47302-beee-11e4-a3b9-00163e12fa99@sandbox.sendcloud.org",
        "recipient": "recipient@example.com",
        "content": CONTENT,
    } | overrides
    number = f"{values['message_id']}{position}${values['recipient']}"
    return Outgoing(**{"email_id": number} | values)


_OF_SUBMISSION = frozenset(Submission._fields)
