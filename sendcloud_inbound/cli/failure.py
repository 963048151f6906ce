"""The end of a command that could not do what it was asked to."""

from __future__ import annotations

from sendcloud_inbound.errors import InboundError


class CommandFailed(InboundError):  # noqa: N818 - it says what happened
    """A check failed, a time ran out or a server refused; one line, exit status 1."""
