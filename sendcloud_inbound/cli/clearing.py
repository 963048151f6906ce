"""`sendcloud-inbound clear`: mail that goes."""

from __future__ import annotations

import sys

from sendcloud_inbound.cli import filters, options, places  # noqa: TC001 - typer reads the annotations
from sendcloud_inbound.cli.grouping import grouped
from sendcloud_inbound.cli.rows import write


@grouped
def clear(
    *,
    mail: filters.Chosen,
    json: options.AsJson = False,
    sandbox: places.Sandbox,
) -> None:
    """Delete the messages that match, without a question; all of them without a filter."""
    from sendcloud_inbound.client import calls  # noqa: PLC0415 - httpx, a quarter of a second

    write(sandbox, calls.clear(**mail.asked()), tell_deleted, as_lines=json)


def tell_deleted(count: int) -> None:
    """Say how many messages were deleted."""
    sys.stdout.write(f"{count} message{'' if count == 1 else 's'} deleted\n")
