"""`sendcloud-inbound export`: messages and all that is known of them, into a directory."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path  # noqa: TC003 - typer reads it
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sendcloud_inbound.cli import filters, places  # noqa: TC001 - typer reads the annotations
from sendcloud_inbound.cli.failure import NotThere
from sendcloud_inbound.cli.grouping import grouped
from sendcloud_inbound.cli.progress import with_progress
from sendcloud_inbound.cli.rows import LARGEST_PAGE
from sendcloud_inbound.cli.spelling import loads
from sendcloud_inbound.cli.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import httpx

    from sendcloud_inbound.cli.archive import Exported
    from sendcloud_inbound.cli.client import CommandClient


@grouped
def export(
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where to; empty, or not there yet.")
    ],
    *,
    mail: filters.Chosen,
    sandbox: places.Sandbox,
) -> None:
    """Write messages as .eml files, and what is known of them as lines of JSON.

    All filters that are given must hold; without one, all messages. Oldest first, so that import
    repeats the order.
    """
    from sendcloud_inbound.cli.archive import Archive  # noqa: PLC0415 - tempfile

    archive = Archive(directory)
    messages = emails = events = 0
    with sandbox.client() as client:
        message_ids = _oldest_first(client, mail)
        with archive:
            found = with_progress(message_ids, "exporting", len(message_ids))
            for exported in _exported(client, found):
                archive.add(exported)
                messages += 1
                emails += len(exported.emails)
                events += len(exported.events)
    if gone := len(message_ids) - messages:
        sys.stderr.write(f"{gone} cleared meanwhile\n")
    counts = f"{messages} messages, {emails} emails and {events} events"
    sys.stdout.write(f"exported {counts} to {visible(str(directory))}\n")


def _oldest_first(client: CommandClient, mail: filters.Chosen) -> Sequence[str]:
    """Return the messageIds, some 50 octets each: the listing begins with the newest."""
    found = client.messages(**mail.asked(), limit=LARGEST_PAGE)
    return [message.message_id for message in found][::-1]


def _exported(client: CommandClient, message_ids: Iterator[str]) -> Iterator[Exported]:
    """Yield those that are still there."""
    from sendcloud_inbound.cli.archive import Exported  # noqa: PLC0415 - tempfile
    from sendcloud_inbound.client import calls  # noqa: PLC0415 - httpx, a quarter of a second

    for message_id in message_ids:
        try:
            detail, emails = client.do(calls.message(message_id).read_by(_detail))
            raw = client.raw(message_id)
        except NotThere:
            continue
        found = calls.events(message_id=message_id, limit=LARGEST_PAGE).as_json()
        yield Exported(message_id, detail, raw, emails, [*client.all_of(found)][::-1])


@dataclass(frozen=True)
class MessageEmails:
    """The emails of a message, as their rows stand in it."""

    emails: list[dict[str, Any]]


def _detail(answer: httpx.Response) -> tuple[str, Sequence[dict[str, Any]]]:
    """Return a message's JSON as it is spelt, and the rows of its emails."""
    from sendcloud_inbound.client.fitting import of  # noqa: PLC0415 - httpx

    try:
        message = loads(answer.text)
    except ValueError:
        message = None
    return answer.text, of(MessageEmails, message).emails
