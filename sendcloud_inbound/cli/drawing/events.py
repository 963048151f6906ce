"""What happened to mail, drawn: a line for each event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendcloud_inbound.cli.drawing import console, plain, word

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.text import Text

    from sendcloud_inbound.client import Event

_TOLD = (
    "subStat", "url", "ip", "explorerName", "explorerVer", "oSName", "recipientSize", "from",
    "subject",
)  # fmt: skip
"""What of its fields a line has, in this order, beside the text of a failure."""
_FAILURES = ("invalid", "soft_bounce")


def draw_events(events: Iterable[Event]) -> None:
    """Draw events."""
    screen = console()
    for event in events:
        screen.print(event_line(event), soft_wrap=True)


def event_line(event: Event, *, is_alone: bool = True) -> Text:
    """Return an event; one that is not alone stands under its email, which need not be named."""
    line = plain(f"{event.occurred_at}  ").append_text(word(event.event))
    if is_alone:
        line.append_text(plain(f"  {event.email_id or event.message_id or ''}".rstrip()))
    for text in told(event):
        line.append_text(plain(f"  {text}"))
    return line


def told(event: Event) -> list[str]:
    """Return what of an event's fields is worth a word."""
    fields = [event.fields.get(name) for name in _TOLD]
    if event.event in _FAILURES:
        fields.append(event.fields.get("message"))
    return [str(text) for text in fields if text is not None and text != ""]
