"""One message, drawn: a section for each thing there is to know about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from sendcloud_inbound.cli.drawing import plain, word
from sendcloud_inbound.cli.spelling import Spelt
from sendcloud_inbound.cli.text import as_json, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sendcloud_inbound.client import Email, Finding, WholeMessage
    from sendcloud_inbound.rules import model

    Row = tuple[Text, ...]

_LONGEST_VALUE = 400
"""Characters of a value that are drawn; --json and --raw give all of it."""


def details(message: WholeMessage) -> Iterator[Table | Text]:
    """Yield a message in parts: a table fits the screen, a text is a line that must stay whole."""
    sections: dict[str, list[Row]] = {
        "Message": list(_facts(message)),
        "Session": list(_session(message)),
        "Headers": [(plain(field.name), value(field.value)) for field in message.headers],
        "X-SMTPAPI": list(_members(message.xsmtpapi or {})),
        "Findings": list(_findings(message.findings)),
    }
    for title, rows in sections.items():
        if rows:
            yield Text(title, "bold")
            yield grid(rows)
    if message.emails:
        yield Text("Emails", "bold")
        yield from map(_email, message.emails)


def findings(found: Sequence[Finding | model.Finding]) -> Table:
    """Return findings alone, as they stand among a message's details."""
    return grid(list(_findings(found)))


def grid(rows: Sequence[Row]) -> Table:
    """Return rows as a table without lines, set in a little."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(width=0)
    for row in rows:
        grid.add_row(Text(), *row)
    for column in grid.columns:
        column.overflow = "fold"
    return grid


def _facts(message: WholeMessage) -> Iterator[Row]:
    yield Text("messageId"), plain(message.message_id)
    yield Text("status"), word(message.status)
    if message.reason is not None:
        yield Text("reason"), plain(message.reason)
    yield Text("received"), plain(f"{message.received_at} by {message.source}")
    yield Text("size"), Text(f"{message.size} octets")
    yield Text("subject"), value(message.subject)
    yield Text("MAIL FROM"), plain(f"<{message.envelope.mail_from}>")
    for address in message.envelope.rcpt_to:
        yield Text("RCPT TO"), plain(f"<{address}>")


def _session(message: WholeMessage) -> Iterator[Row]:
    session = message.session
    yield Text("API_USER"), plain(session.api_user)
    if session.label_id is not None:
        yield Text("label"), plain(session.label_id)
    yield Text("peer"), plain(session.peer)
    yield Text("HELO"), plain(session.helo)
    yield Text("TLS"), plain(session.tls or "none")


def _members(xsmtpapi: dict[str, Any]) -> Iterator[Row]:
    """Return a row for each key, and one for each variable of `sub` and its like."""
    for key, member in xsmtpapi.items():
        if isinstance(member, dict) and member:
            for name, inner in member.items():
                yield plain(key), plain(name), value(_spelt(inner))
        else:
            yield plain(key), Text(), value(_spelt(member))


def _findings(found: Sequence[Finding | model.Finding]) -> Iterator[Row]:
    for finding in found:
        yield word(finding.level), plain(f"{finding.code}, {finding.where}")
        yield Text(), plain(f"{finding.message} ({finding.source})")
        for line in finding.remedy.splitlines():  # one for each client, to be copied
            yield Text(), plain(line, "dim")


def _email(email: Email) -> Text:
    line = Text("  ").append(word(email.status))
    if email.sub_status is not None:
        line.append(f" {email.sub_status}")
    line.append("  ").append(plain(email.email_id))
    return line.append(f"  {visible(email.reason)}") if email.reason else line


def value(text: str) -> Text:
    """Return a value that a client wrote, cut when it is very long."""
    if len(text) <= _LONGEST_VALUE:
        return plain(text)
    return plain(text[:_LONGEST_VALUE]).append(f"... ({len(text)} characters)", "dim")


def _spelt(value: object) -> str:
    """Return a value of X-SMTPAPI on one line, its numbers as they are spelt there."""
    match value:
        case Spelt():
            return str(value)
        case dict():
            members = (f"{as_json(name)}: {_spelt(inner)}" for name, inner in value.items())
            return f"{{{', '.join(members)}}}"
        case list():
            return f"[{', '.join(map(_spelt, value))}]"
        case _:
            return as_json(value)
