"""The dialogue that a message came by, as people read it.

The store keeps `<ms> C: line` as `rules.transcript` writes it. Here the times become readable, and
the reply to the message itself is added: it was said after the message was stored.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sendcloud_inbound.http.times import to_iso
from sendcloud_inbound.rules import replies
from sendcloud_inbound.rules.model import MessageStatus, Source

if TYPE_CHECKING:
    from sendcloud_inbound.ports import StoredMessage

_AT = re.compile(r"\d{1,14}(?= [CS]: )")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def transcript_text(message: StoredMessage, transcript: bytes) -> str:
    """Return the dialogue, one line per line, its last reply included."""
    lines = transcript.decode(errors="backslashreplace").split("\n") if transcript else []
    if message.source is Source.SMTP:
        lines.append(f"{message.received_at_ms} S: {_last_reply(message)}")
    return "".join(f"{_readable(line)}\n" for line in lines)


def _last_reply(message: StoredMessage) -> str:
    """Return what the client was told after its message."""
    if message.status is MessageStatus.REFUSED:
        return message.reason or ""
    return str(replies.queued(message.message_id))


def _readable(line: str) -> str:
    """Write the time as ISO 8601, and controls so that no terminal obeys them."""
    timed = _AT.sub(lambda found: to_iso(int(found[0])), line, count=1)
    return _CONTROLS.sub(lambda found: f"\\x{ord(found[0]):02x}", timed)
