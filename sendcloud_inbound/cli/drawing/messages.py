"""Messages, drawn: a line each where the screen is wide enough, else two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from sendcloud_inbound.cli.drawing import plain, table, word

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import RenderableType
    from rich.table import Table

    from sendcloud_inbound.client import Message

_WIDE = 150
"""Columns from which on all of a message has room beside its messageId of 50."""


def listing(rows: Sequence[Message], width: int) -> RenderableType:
    """Return messages as they are drawn; a messageId stays whole, so that it can be copied."""
    return _table(rows) if width >= _WIDE else Group(*map(_two_lines, rows))


def _table(rows: Sequence[Message]) -> Table:
    drawn = table("RECEIVED", "MESSAGE ID", "STATUS", "FINDINGS", "TO", "SUBJECT")
    for column in drawn.columns:
        column.no_wrap = True
    for row in rows:
        drawn.add_row(
            plain(row.received_at),
            plain(row.message_id),
            word(row.status),
            _counts(row.findings),
            _recipients(row.rcpt_to),
            plain(row.subject),
        )
    return drawn


def _two_lines(row: Message) -> Group:
    parts = (word(row.status), _counts(row.findings), _recipients(row.rcpt_to), plain(row.subject))
    below = Text("  ", no_wrap=True, overflow="ellipsis")
    below.append_text(Text("  ").join(part for part in parts if part))
    return Group(plain(f"{row.message_id}  {row.received_at}", "bold"), below)


def _counts(findings: Mapping[str, int]) -> Text:
    """Return `2 ignored 1 advice`, leaving out the levels that have none."""
    levels = [Text(f"{count} ").append(word(level)) for level, count in findings.items() if count]
    return Text(" ").join(levels)


def _recipients(rcpt_to: Sequence[str]) -> Text:
    """Return the first address of RCPT, and how many follow."""
    others = f" +{len(rcpt_to) - 1}" if len(rcpt_to) > 1 else ""
    return plain(f"{rcpt_to[0]}{others}" if rcpt_to else "")
