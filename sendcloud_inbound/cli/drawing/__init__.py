"""Tables and colours on stdout. Text from a mail is only ever text: no markup, no control octet.

messages   a listing of them
message    one message, with its findings
email      one email: the copy that its recipient gets
events     what happened to mail
webhooks   where events are told, and what was told

rich is slow to load: commands import this when they draw.
"""

from __future__ import annotations

import os
import sys

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sendcloud_inbound.cli.text import visible

_WIDTH_IN_A_PIPE = 200
"""Whoever reads a pipe wants whole lines, not 80 columns."""

_STYLES = {
    "queued": "yellow",
    "expanded": "green",
    "requested": "yellow",
    "delivered": "green",
    "soft_bounce": "red",
    "invalid": "red",
    "waiting": "yellow",
    "paused": "yellow",
    "running": "green",
    "given_up": "red",
    "dropped": "red",
    "refused": "red",
    "ignored": "yellow",
    "advice": "cyan",
}
"""Of statuses (SENDCLOUD.md 5.1), of webhooks, and of the levels of findings."""


def console() -> Console:
    """Return where results are drawn."""
    is_known = sys.stdout.isatty() or "COLUMNS" in os.environ
    return Console(
        highlight=False, markup=False, emoji=False, width=None if is_known else _WIDTH_IN_A_PIPE
    )


def table(*headings: str) -> Table:
    """Return a table without lines, which can be copied from."""
    drawn = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for heading in headings:
        drawn.add_column(heading)
    return drawn


def plain(text: str, style: str = "") -> Text:
    """Return foreign text as it may be drawn."""
    return Text(visible(text), style)


def word(text: str) -> Text:
    """Return a status or a level in its colour."""
    return plain(text, _STYLES.get(text, ""))
