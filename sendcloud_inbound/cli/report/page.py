"""The report as one page, which needs nothing but itself and the files beside it.

All that comes from a mail is text on it: Jinja escapes HTML, and what does not print is escaped
before. A mail's own HTML is only linked to.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from sendcloud_inbound.cli.drawing.events import told
from sendcloud_inbound.cli.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sendcloud_inbound.cli.report.values import Ran, Seen

_FILES = {"eml": "source", "html": "HTML", "txt": "text"}
"""The files of an email, and what the page calls them."""


def page(ran: Ran, seen: Seen) -> Iterator[bytes]:
    """Yield the page, part by part."""
    template = _environment().get_template("index.html")
    values = {
        "ran": ran,
        "command": shlex.join(ran.command),
        "seen": seen,
        "totals": _totals(seen),
        "file_names": _FILES,
    }
    stream = template.stream(values)
    stream.enable_buffering(1000)
    return (part.encode("utf-8", "replace") for part in stream)


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("sendcloud_inbound.cli.report"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["told"] = told
    return environment


def _shown(value: object) -> object:
    """Return a value as it may stand on the page: no control, nothing that turns text around."""
    return visible(value) if isinstance(value, str) else value


def _totals(seen: Seen) -> dict[str, tuple[int, dict[str, int]]]:
    """Return how much there was of each thing, and how that is made up."""
    parts = {
        "Messages": seen.message_statuses,
        "Emails": seen.email_statuses,
        "Events": seen.events,
        "Events told to webhooks": seen.delivery_states,
        "Findings": seen.findings,
    }
    made_up = {
        name: {part: count for part, count in counter.items() if count}
        for name, counter in parts.items()
    }
    return {name: (sum(counts.values()), counts) for name, counts in made_up.items()}
