"""`sendcloud-inbound export`: messages and all that is known of them, into a directory."""

from __future__ import annotations

import sys
from pathlib import Path  # noqa: TC003 - typer reads it
from typing import TYPE_CHECKING, Annotated

import typer

from sendcloud_inbound.cli import filters, options
from sendcloud_inbound.cli.addresses import Server
from sendcloud_inbound.cli.failure import NotThere
from sendcloud_inbound.cli.progress import with_progress
from sendcloud_inbound.cli.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sendcloud_inbound.cli.api import SandboxApi
    from sendcloud_inbound.cli.archive import Exported


def export(
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where to; empty, or not there yet.")
    ],
    *,
    api_user: filters.ApiUser = None,
    recipient: filters.Recipient = None,
    subject: filters.Subject = None,
    header: filters.Header = None,
    query: filters.Query = None,
    message_id: filters.MessageId = None,
    status: filters.Status = None,
    label_id: filters.LabelId = None,
    since: filters.Since = None,
    config: options.Config = None,
    http: options.Http = None,
    ports_file: options.PortsFile = None,
) -> None:
    """Write messages as .eml files, and what is known of them as lines of JSON.

    All filters that are given must hold; without one, all messages. Oldest first, so that import
    repeats the order.
    """
    from sendcloud_inbound.cli.api import SandboxApi  # noqa: PLC0415 - httpx, a quarter of a second
    from sendcloud_inbound.cli.archive import Archive  # noqa: PLC0415 - tempfile

    archive = Archive(directory)
    asked = filters.given(
        api_user=api_user,
        recipient=recipient,
        subject=subject,
        header=header,
        q=query,
        message_id=message_id,
        status=status,
        label_id=label_id,
        since=since,
    )
    server = Server(http=http, config=config, ports_file=ports_file)
    messages = emails = events = 0
    with SandboxApi(server.address("http")) as api:
        message_ids = _oldest_first(api, asked)
        with archive:
            found = with_progress(message_ids, "exporting", len(message_ids))
            for exported in _exported(api, found):
                archive.add(exported)
                messages += 1
                emails += len(exported.emails)
                events += len(exported.events)
    if gone := len(message_ids) - messages:
        sys.stderr.write(f"{gone} cleared meanwhile\n")
    counts = f"{messages} messages, {emails} emails and {events} events"
    sys.stdout.write(f"exported {counts} to {visible(str(directory))}\n")


def _oldest_first(api: SandboxApi, asked: dict[str, str]) -> Sequence[str]:
    """Return the messageIds, some 50 octets each: the listing begins with the newest."""
    from sendcloud_inbound.cli.answers import read_row  # noqa: PLC0415 - pydantic
    from sendcloud_inbound.cli.api import LARGEST_PAGE  # noqa: PLC0415

    found = api.messages(asked, page=LARGEST_PAGE)
    return [read_row(row).message_id for row in found][::-1]


def _exported(api: SandboxApi, message_ids: Iterator[str]) -> Iterator[Exported]:
    """Yield those that are still there."""
    from sendcloud_inbound.cli.answers import read_emails  # noqa: PLC0415
    from sendcloud_inbound.cli.api import LARGEST_PAGE  # noqa: PLC0415
    from sendcloud_inbound.cli.archive import Exported  # noqa: PLC0415

    for message_id in message_ids:
        try:
            detail, raw = api.message(message_id), api.raw(message_id)
        except NotThere:
            continue
        events = list(api.events({"message_id": message_id}, page=LARGEST_PAGE))[::-1]
        yield Exported(message_id, detail, raw, read_emails(detail), events)
