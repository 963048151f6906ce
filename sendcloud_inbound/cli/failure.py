"""The end of a command that could not do what it was asked to."""

from __future__ import annotations

from sendcloud_inbound.errors import InboundError


class CommandFailed(InboundError):  # noqa: N818 - it says what happened
    """A check failed, a time ran out or a server refused; one line, exit status 1 or another."""

    def __init__(self, text: str, status: int = 1) -> None:
        super().__init__(text)
        self.status = status


class NotThere(CommandFailed):
    """The server has no such thing, has it no longer, or cannot make it."""
