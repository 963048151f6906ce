"""One email, drawn: the copy that its recipient gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from sendcloud_inbound.cli.drawing import plain, word
from sendcloud_inbound.cli.drawing.events import event_line
from sendcloud_inbound.cli.drawing.message import grid, value
from sendcloud_inbound.cli.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.table import Table

    from sendcloud_inbound.cli.drawing.message import Row
    from sendcloud_inbound.client import Copy


def copy_details(email: Copy) -> Iterator[Table | Text]:
    """Yield an email in parts: a table fits the screen, a text is a line that must stay whole."""
    yield Text("Email", "bold")
    yield Text("  ").append(plain(email.email_id))
    yield grid(list(_facts(email)))
    sections: dict[str, list[Row]] = {
        "Events": [(event_line(event, is_alone=False),) for event in email.events],
        "Variables": [(plain(name), value(text)) for name, text in email.substitutions.items()],
        "Settings": list(_settings(email)),
        "Headers": [(plain(field.name), value(field.value)) for field in email.headers],
        "Attachments": list(_attachments(email)),
        "Links": [(plain(link),) for link in email.links],
    }
    for title, rows in sections.items():
        if rows:
            yield Text(title, "bold")
            yield grid(rows)
    for title, text in (("Text", email.text), ("HTML", email.html)):
        if text is not None:
            yield Text(title, "bold")
            yield from (Text(f"  {visible(line)}") for line in text.splitlines())


def _facts(email: Copy) -> Iterator[Row]:
    status = word(email.status)
    yield (
        Text("status"),
        status if email.sub_status is None else status.append(f" {email.sub_status}"),
    )
    if email.reason is not None:
        yield Text("reason"), plain(email.reason)
    yield Text("recipient"), plain(email.recipient)
    yield Text("subject"), value(email.subject)
    yield Text("leaves as"), plain(f"<{email.mail_from}>")


def _settings(email: Copy) -> Iterator[Row]:
    for name, setting in email.effective.items():
        shown = str(setting.value).lower() if isinstance(setting.value, bool) else setting.value
        why = f"{setting.origin}; {setting.in_vain}" if setting.in_vain else setting.origin
        yield plain(name), plain(str(shown)), plain(why)


def _attachments(email: Copy) -> Iterator[Row]:
    for each in email.attachments:
        yield (
            Text(str(each.n)),
            plain(each.filename or ""),
            plain(each.content_type),
            Text(f"{each.size} octets"),
        )
