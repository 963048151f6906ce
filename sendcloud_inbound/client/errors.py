"""What can go wrong with a call: one sentence each, in the server's words where it has any."""

from __future__ import annotations

from typing import Any, NamedTuple


class SandboxError(Exception):
    """The server refused a call; `problem` is what it said (RFC 9457)."""

    def __init__(self, text: str, problem: dict[str, Any] | None = None) -> None:
        super().__init__(text)
        self.problem = problem or {}

    @property
    def status(self) -> int | None:
        """The HTTP status; None when there was no answer."""
        status = self.problem.get("status")
        return status if isinstance(status, int) else None


class ServerGoneError(SandboxError):
    """No server answers there, or something else does."""


class NearMiss(NamedTuple):
    """Something that nearly was what was waited for."""

    what: str
    why: str


class NotComeError(SandboxError, AssertionError):
    """What was waited for did not come, or what was to be absent has come.

    It is an assertion that failed, as a test runner shows it.
    """

    @property
    def near_misses(self) -> tuple[NearMiss, ...]:
        """What nearly was it, and why it was not."""
        told = self.problem.get("near_misses") or ()
        return tuple(NearMiss(str(each["what"]), str(each["why"])) for each in told)
