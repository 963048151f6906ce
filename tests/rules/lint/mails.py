"""Mails with X-SMTPAPI as its last header, and what is found in them."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

from sendcloud_inbound.rules.expansion import expand
from sendcloud_inbound.rules.lint.text_rows import TEXTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sendcloud_inbound.rules.model import Finding

TO = ("ben@ifaxin.com", "joe@ifaxin.com")
SENDER = "support@ifaxin.com"


def mail(*lines: str, api: object = None, body: str = "Hello") -> bytes:
    """Return a mail with these header lines, a JSON document in X-SMTPAPI, and a body."""
    header = [f"From: Support <{SENDER}>", "Subject: Hello", *lines]
    if api is not None:
        header.append(f"X-SMTPAPI: {base64.b64encode(json.dumps(api).encode()).decode()}")
    return "\r\n".join([*header, "", body, ""]).encode()


def found(
    content: bytes, rcpt_to: Sequence[str] = TO[:1], mail_from: str | None = SENDER
) -> list[Finding]:
    """Return what is found in a mail that was taken, but for what its texts tell."""
    findings = expand(content, rcpt_to, (), mail_from=mail_from).findings
    return [each for each in findings if each.code not in TEXTS]


def codes(findings: Sequence[Finding]) -> list[str]:
    """Return the codes of findings."""
    return [each.code for each in findings]
