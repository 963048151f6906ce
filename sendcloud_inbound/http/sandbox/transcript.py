"""The dialogue that a message came by, as people read it.

The times become readable, and the reply to the message itself is added: it was said after the
message was stored.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sendcloud_inbound.http.times import to_iso
from sendcloud_inbound.rules import replies, transcript
from sendcloud_inbound.rules.model import MessageStatus, Source
from sendcloud_inbound.rules.transcript import Line

if TYPE_CHECKING:
    from sendcloud_inbound.ports import StoredMessage

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def transcript_text(message: StoredMessage, written: bytes) -> str:
    """Return the dialogue, one line per line, its last reply included."""
    lines = list(transcript.read(written))
    if message.source is Source.SMTP:
        last = Line(message.received_at_ms, "S", _last_reply(message).encode())
        lines.append(last)
    return "".join(f"{_readable(line)}\n" for line in lines)


def _last_reply(message: StoredMessage) -> str:
    """Return what the client was told after its message."""
    if message.status is MessageStatus.REFUSED:
        return message.reason or ""
    if any(finding.code == "forced-silence" for finding in message.findings):
        return f"({replies.SILENCE.lines[0]})"
    return str(replies.queued(message.message_id))


def _readable(line: Line) -> str:
    """Write the time as ISO 8601."""
    return f"{to_iso(line.at_ms)} {line.who}: {readable(line.text)}"


def readable(octets: bytes) -> str:
    """Return what was said as text, its controls so that no terminal obeys them."""
    text = octets.decode(errors="backslashreplace")
    return _CONTROLS.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
