"""What a report tells, as the sandbox would give it; a keyword overrides a member."""

from __future__ import annotations

from typing import Any

from sendcloud_inbound.cli.report.values import Ran, SeenMessage
from sendcloud_inbound.client import Finding, Message

RAN = Ran(("npm", "test"), 3, 1.25)
HOSTILE = "<script>alert(1)</script>\x1b[2J\x00\x0b\ufffe\u202e]]>&\"'"
"""What would run, paint, be illegal in XML, turn text around or end something early."""


def row(**members: Any) -> Message:
    """Return a message of the listing."""
    values: dict[str, Any] = {
        "message_id": "m1",
        "api_user": "sandbox_user",
        "label_id": None,
        "received_at": "2026-11-22T02:54:01.123Z",
        "size": 100,
        "mail_from": "a@ifaxin.com",
        "rcpt_to": ["ben@ifaxin.com"],
        "subject": "Your bill",
        "status": "expanded",
        "reason": None,
        "source": "smtp",
        "findings": {},
    }
    return Message(**values | members)


def finding(**members: Any) -> Finding:
    """Return a finding."""
    values = {
        "code": "xsmtpapi-not-last",
        "level": "refused",
        "where": "X-SMTPAPI",
        "message": "X-SMTPAPI is not the last header",
        "remedy": "Set it last\nnodemailer: raw",
        "source": "SENDCLOUD.md 3.4",
    }
    return Finding(**values | members)


def message(*findings: Finding, dialogue: str = "", **members: Any) -> SeenMessage:
    """Return a message told in full."""
    return SeenMessage(row(**members), "messages/m1.eml", findings, dialogue)
