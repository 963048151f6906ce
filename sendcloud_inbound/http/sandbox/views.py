"""From what the store holds to what the API answers."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING

from sendcloud_inbound.http.sandbox import answers
from sendcloud_inbound.http.times import to_iso
from sendcloud_inbound.rules import headers, xsmtpapi
from sendcloud_inbound.rules.events import About, form
from sendcloud_inbound.rules.ids import email_id
from sendcloud_inbound.rules.model import Level
from sendcloud_inbound.rules.xsmtpapi.showing import to_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sendcloud_inbound.ports import StoredEmail, StoredEvent, StoredMessage
    from sendcloud_inbound.rules.history import Event
    from sendcloud_inbound.rules.model import Finding


def message_row(message: StoredMessage) -> answers.MessageRow:
    """Return a message in short."""
    return answers.MessageRow(
        message_id=message.message_id,
        api_user=message.api_user,
        label_id=message.label_id,
        received_at=to_iso(message.received_at_ms),
        size=message.size,
        mail_from=message.mail_from,
        rcpt_to=list(message.rcpt_to),
        subject=message.subject,
        status=message.status,
        reason=message.reason,
        source=message.source,
        findings=_counts(message.findings),
    )


def email_row(email: StoredEmail) -> answers.EmailRow:
    """Return an email."""
    return answers.EmailRow(
        email_id=email_id(email.message_id, email.position, email.recipient),
        message_id=email.message_id,
        position=email.position,
        recipient=email.recipient,
        status=email.status,
        sub_status=email.sub_status,
        reason=email.reason,
        subject=email.subject,
        api_user=email.api_user,
        label_id=email.label_id,
        received_at=to_iso(email.received_at_ms),
    )


def message_detail(message: StoredMessage, content: bytes, emails: Iterable[StoredEmail]) -> str:
    """Return a message whole, as JSON.

    X-SMTPAPI comes in as text: read into Python's numbers, it would lose their spelling, which is
    what goes into the mail (S9).
    """
    block = headers.scan(content)
    detail = answers.MessageDetail(
        message_id=message.message_id,
        source=message.source,
        received_at=to_iso(message.received_at_ms),
        size=message.size,
        subject=message.subject,
        status=message.status,
        reason=message.reason,
        envelope=answers.Envelope(mail_from=message.mail_from, rcpt_to=list(message.rcpt_to)),
        session=session(message),
        headers=[header_field(field) for field in block.fields()],
        findings=finding_items(message.findings),
        emails=[email_row(email) for email in emails],
    )
    api = to_json(xsmtpapi.read(block).api)
    return f'{detail.model_dump_json(exclude={"xsmtpapi"})[:-1]},"xsmtpapi":{api}}}'


def finding_items(findings: Iterable[Finding]) -> list[answers.FindingItem]:
    """Return findings."""
    return [answers.FindingItem(**asdict(finding)) for finding in findings]


def _counts(findings: Iterable[Finding]) -> answers.FindingCounts:
    found = Counter(finding.level for finding in findings)
    return answers.FindingCounts(**{level.value: found[level] for level in Level})


def session(message: StoredMessage) -> answers.Session:
    """Return the connection that a message came by."""
    return answers.Session(
        peer=message.session.peer,
        helo=message.session.helo,
        tls=message.session.tls,
        api_user=message.api_user,
        label_id=message.label_id,
    )


def header_field(field: headers.Field) -> answers.HeaderField:
    """Return a header field."""
    value = headers.decode_text(field.raw)
    sent = field.raw.decode(errors="backslashreplace").removeprefix(" ")
    return answers.HeaderField(name=field.name, value=value, raw=None if sent == value else sent)


def event_item(stored: StoredEvent) -> answers.EventItem:
    """Return an event as the API tells it."""
    recipients = stored.recipients
    mail = About(
        stored.message_id or "",
        stored.label_id,
        stored.user_headers,
        recipients,
        stored.label_name,
        stored.list_task_id,
    )
    return event_of(stored.event, stored.message_id, mail)


def event_of(event: Event, message_id: str | None, mail: About) -> answers.EventItem:
    """Return an event about some mail; the recipients are those it happened to."""
    is_of_one = message_id is not None and event.emails == 1
    number = email_id(mail.message_id, event.position, mail.recipients[0]) if is_of_one else None
    return answers.EventItem(
        event=event.kind,
        email_id=number,
        message_id=message_id,
        recipient=mail.recipients[0] if is_of_one else None,
        api_user=event.api_user,
        occurred_at=to_iso(event.occurred_at_ms),
        fields=form(event, mail),
    )
