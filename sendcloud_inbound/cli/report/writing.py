"""A report, written whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendcloud_inbound.cli.report.junit import junit
from sendcloud_inbound.cli.report.page import page
from sendcloud_inbound.cli.report.reading import Reader
from sendcloud_inbound.cli.report.values import Limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from sendcloud_inbound.cli.client import CommandClient
    from sendcloud_inbound.cli.report.folder import Folder
    from sendcloud_inbound.cli.report.values import Ran

_LIMITS = Limits()


def write_report(
    client: CommandClient,
    folder: Folder,
    ran: Ran,
    check: Callable[[], None],
    limits: Limits = _LIMITS,
) -> None:
    """Write all that a sandbox saw while a command ran.

    Args:
        client: Of the sandbox, which still runs.
        folder: Where to, prepared before the command ran.
        ran: The command.
        check: Called again and again; what it raises ends the report where it stands.
        limits: How much is told in full.

    Raises:
        CommandFailed: The sandbox does not answer, or a file cannot be written.
    """
    seen = Reader(client, folder, limits, check).read()
    folder.write("findings.xml", junit(ran, seen))
    with folder.open("index.html") as file:
        for part in page(ran, seen):
            file.write(part)
