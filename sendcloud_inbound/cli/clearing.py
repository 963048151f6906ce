"""`sendcloud-inbound clear`: mail that goes."""

from __future__ import annotations

import sys
from typing import Any

from sendcloud_inbound.cli import filters, options
from sendcloud_inbound.cli.addresses import Server
from sendcloud_inbound.cli.text import as_json


def clear(
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
    json: options.AsJson = False,
    config: options.Config = None,
    http: options.Http = None,
    ports_file: options.PortsFile = None,
) -> None:
    """Delete the messages that match, without a question; all of them without a filter."""
    from sendcloud_inbound.cli.api import SandboxApi  # noqa: PLC0415 - httpx, a quarter of a second

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
    with SandboxApi(server.address("http")) as api:
        tell_deleted(api.clear(asked), as_line=json)


def tell_deleted(answer: dict[str, Any], *, as_line: bool) -> None:
    """Say how much was deleted."""
    from sendcloud_inbound.cli.answers import read_deleted  # noqa: PLC0415 - pydantic

    count = read_deleted(answer).messages
    text = as_json(answer) if as_line else f"{count} message{'' if count == 1 else 's'} deleted"
    sys.stdout.write(text + "\n")
