"""From the values of the program to rows and back.

Addresses and findings are JSON in ASCII, so any text survives in them. A text column cannot hold
everything that JSON in an X-SMTPAPI header can say: `storable` replaces the rest, for both engines
alike, so that no message can make the store fail.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sendcloud_inbound.ports import StoredEmail, StoredMessage
from sendcloud_inbound.rules.history import NO_DETAILS
from sendcloud_inbound.rules.model import (
    EmailStatus,
    Finding,
    Level,
    MessageStatus,
    SessionFacts,
    Source,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from sqlalchemy import Row

    from sendcloud_inbound.ports import Attempt
    from sendcloud_inbound.rules.history import Event, Pending, Post
    from sendcloud_inbound.rules.model import Expansion, Record

MESSAGE_COLUMNS = (
    "message_id",
    "api_user",
    "label_id",
    "source",
    "peer",
    "helo",
    "tls",
    "received_at_ms",
    "size",
    "mail_from",
    "rcpt_to",
    "rcpt_to_folded",
    "subject",
    "subject_folded",
    "status",
    "reason",
    "findings",
    "due_at_ms",
    "list_task_id",
)
CONTENT_COLUMNS = ("key", "transcript", "content")
EMAIL_COLUMNS = (
    "message_key",
    "position",
    "recipient",
    "recipient_folded",
    "status",
    "sub_status",
    "reason",
)
EVENT_COLUMNS = (
    "api_user",
    "message_key",
    "kind",
    "position",
    "count",
    "occurred_at_ms",
    "details",
)
OUTBOX_COLUMNS = ("message_key", "position", "due_at_ms", "attempts", "steps")
POST_COLUMNS = (
    "webhook_key",
    "api_user",
    "url",
    "message_key",
    "position",
    "kind",
    "fields",
    "fault",
    "state",
    "due_at_ms",
    "created_at_ms",
)
ATTEMPT_COLUMNS = (
    "post_key",
    "number",
    "started_at_ms",
    "duration_ms",
    "request",
    "status",
    "answer",
    "error",
)

_MAX_FOLDED = 320
"""Characters of an address that are searched: 64 + 1 + 255 (RFC 3696, errata 1690).

PostgreSQL refuses a longer index entry than 2,704 octets; this stays below in any script.
"""

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_LARGEST_INTEGER = 2**31 - 1
"""Of a column; beyond every list of recipients."""
_quoted: Callable[[str], str] = json.encoder.encode_basestring_ascii
"""A text as JSON; a list of them is put together by hand, at a quarter of the cost."""


def storable(text: str) -> str:
    """Return `text` with what a text column cannot hold, NUL and lone surrogates, as U+FFFD."""
    if text.isascii() and "\0" not in text:
        return text
    return _UNSTORABLE.sub("\ufffd", text)


def storable_position(position: int) -> int:
    """Return `position`, or for one that no column holds the largest that nobody has."""
    return min(position, _LARGEST_INTEGER)


def _storable(text: str | None) -> str | None:
    return None if text is None else storable(text)


def folded_address(address: str) -> str:
    """Return what stands for `address` where case does not count."""
    return storable(address.casefold()[:_MAX_FOLDED])


def folded_item(address: str) -> str:
    """Return how `address` stands in a folded JSON list, quotes included."""
    return _quoted(address.casefold())


def _addresses_text(addresses: Iterable[str]) -> str:
    return f"[{','.join(map(_quoted, addresses))}]"


def message_row(record: Record, due_at_ms: int) -> tuple[Any, ...]:
    """Return a new message's row without its key, in the order of `MESSAGE_COLUMNS`."""
    sent, session = record.submission, record.submission.session
    folded = tuple(map(str.casefold, sent.rcpt_to))
    return (
        storable(record.message_id),
        storable(sent.api_user),
        _storable(sent.label_id),
        sent.source.value,
        storable(session.peer),
        storable(session.helo),
        _storable(session.tls),
        record.received_at_ms,
        len(sent.content),
        storable(sent.mail_from),
        _addresses_text(sent.rcpt_to),
        None if folded == sent.rcpt_to else _addresses_text(folded),
        storable(record.subject),
        storable(record.subject.casefold()),
        record.status.value,
        _storable(record.reason),
        findings_text(record.findings),
        due_at_ms,
        sent.list_task_id,
    )


def email_rows(key: int, expansion: Expansion) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a message's emails, in the order of `EMAIL_COLUMNS`."""
    for position, recipient, status, sub_status, reason in expansion.emails:
        yield (
            key,
            position,
            storable(recipient),
            folded_address(recipient),
            status.value,
            sub_status,
            _storable(reason),
        )


def outcome_row(key: int, expansion: Expansion) -> tuple[Any, ...]:
    """Return what becomes of a message, in the order of `tables.OUTCOME`."""
    return (
        key,
        expansion.status.value,
        _storable(expansion.reason),
        storable(expansion.subject),
        storable(expansion.subject.casefold()),
        findings_text(expansion.findings),
        storable(expansion.user_headers) or None,
    )


def event_row(key: int | None, event: Event) -> tuple[Any, ...]:
    """Return an event's row, in the order of `EVENT_COLUMNS`; `key` is its message's."""
    kind, api_user, occurred_at_ms, position, count, details = event
    text = json.dumps({**details}) if details else None
    return storable(api_user), key, kind.value, position, count, occurred_at_ms, text


def details_of(text: str | None) -> Mapping[str, Any]:
    """Return what an event has of its own, from its column."""
    if text is None:
        return NO_DETAILS
    details: Mapping[str, Any] = json.loads(text)
    return details


def outbox_row(key: int, pending: Pending) -> tuple[Any, ...]:
    """Return the row of what an email has before it, in the order of `OUTBOX_COLUMNS`."""
    return key, pending.position, pending.due_at_ms, pending.attempts, pending.steps


def post_row(key: int | None, post: Post) -> tuple[Any, ...]:
    """Return a post's row, in the order of `POST_COLUMNS`; `key` is its message's."""
    return (
        post.webhook_key,
        storable(post.api_user),
        post.url,
        key,
        post.position,
        post.kind.value,
        post.fields,
        None if post.fault is None else str(post.fault),
        post.state.value,
        post.due_at_ms,
        post.created_at_ms,
    )


def attempt_row(post_key: int, attempt: Attempt) -> tuple[Any, ...]:
    """Return the row of an attempt at a post, in the order of `ATTEMPT_COLUMNS`."""
    number, started_at_ms, duration_ms, request, status, answer, error = attempt
    return (
        post_key,
        number,
        started_at_ms,
        duration_ms,
        request,
        status,
        _storable(answer),
        _storable(error),
    )


def findings_text(findings: tuple[Finding, ...]) -> str:
    """Return findings as they stand in their column."""
    return json.dumps([asdict(finding) for finding in findings]) if findings else "[]"


def finding_item(level: Level) -> str:
    """Return how the level stands in the column of a message that has such a finding.

    In no other place: within a text of a finding, quotes are escaped.
    """
    return f'"level": "{level}"'


def findings_of(text: str) -> tuple[Finding, ...]:
    """Return the findings of a column."""
    return tuple(
        Finding(**{**item, "level": Level(item["level"])})  # the column is written by us alone
        for item in json.loads(text)
    )


def addresses_of(text: str) -> tuple[str, ...]:
    """Return the addresses of a column that holds a JSON list of them."""
    return tuple(json.loads(text))


def stored_message(row: Row[Any]) -> StoredMessage:
    """Return the message of a row of `statements.MESSAGE_FIELDS`."""
    return StoredMessage(
        message_id=row.message_id,
        api_user=row.api_user,
        label_id=row.label_id,
        source=Source(row.source),
        session=SessionFacts(peer=row.peer, helo=row.helo, tls=row.tls),
        received_at_ms=row.received_at_ms,
        size=row.size,
        mail_from=row.mail_from,
        rcpt_to=addresses_of(row.rcpt_to),
        subject=row.subject,
        status=MessageStatus(row.status),
        reason=row.reason,
        findings=findings_of(row.findings),
    )


def stored_email(row: Row[Any]) -> StoredEmail:
    """Return the email of a row of `statements.EMAIL_FIELDS`."""
    return StoredEmail(
        key=row.key,
        message_id=row.message_id,
        position=row.position,
        recipient=row.recipient,
        status=EmailStatus(row.status),
        sub_status=row.sub_status,
        reason=row.reason,
        api_user=row.api_user,
        label_id=row.label_id,
        subject=row.subject,
        received_at_ms=row.received_at_ms,
        deferrals=row.deferrals,
        user_headers=row.user_headers or "",
        label_name=row.label_name or "",
        list_task_id=row.list_task_id,
    )
