"""The client of the sandbox API, failing as commands do."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any, TypeVar

import httpx

from sendcloud_inbound.cli.failure import CommandFailed, NotThere
from sendcloud_inbound.client import SandboxClient, SandboxError
from sendcloud_inbound.client.fitting import Misfit
from sendcloud_inbound.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sendcloud_inbound.cli.addresses import Address
    from sendcloud_inbound.client.call import Call, Login
    from sendcloud_inbound.errors import InboundError

Result = TypeVar("Result")

_KINDS: dict[int | None, type[InboundError]] = {
    httpx.codes.BAD_REQUEST: ConfigError,  # a wrong filter is a wrong command line
    httpx.codes.NOT_FOUND: NotThere,
    httpx.codes.CONFLICT: NotThere,  # such as a copy that is too large to be made
}

_OF_WAITING = {"/docs#not-come", "/docs#came"}
"""Problems whose remedy speaks of the members of the answer, which are written out instead."""
_BEGIN = b"HTTP/"


class CommandClient(SandboxClient):
    """A client whose every failure is one sentence for the command line."""

    def __init__(self, address: Address, login: Login | None = None) -> None:
        url = f"http://{address}"
        try:
            super().__init__(url, login=login)
        except SandboxError as error:  # port 0, where nobody can be
            raise _nobody(url) from error
        self._client.event_hooks = {"request": [_watch]}

    def do(self, call: Call[Result]) -> Result:
        """Make one call, and return what is answered."""
        try:
            return super().do(call)
        except SandboxError as error:
            raise _failure(error, self.url, call.timeout_s) from error


class _NoHttp(httpx.RemoteProtocolError):
    """Something else than an HTTP server answers."""


def _watch(request: httpx.Request) -> None:
    request.extensions["trace"] = _FirstOctets()


class _FirstOctets:
    """Looks at those of a new connection's answer, for httpx waits for the end of its header.

    An SMTP server never sends the empty line that it would be.
    """

    def __init__(self) -> None:
        self._connection: socket.socket | None = None

    def __call__(self, event: str, facts: Mapping[str, Any]) -> None:
        if event == "connection.connect_tcp.complete":
            self._connection = facts["return_value"].get_extra_info("socket")
        elif event == "http11.receive_response_headers.started" and self._connection is not None:
            _look(self._connection)


def _look(connection: socket.socket) -> None:
    """Raise `_NoHttp` when an answer does not begin as one of HTTP; it stays to be read."""
    try:
        octets = connection.recv(len(_BEGIN), socket.MSG_PEEK)
    except TimeoutError as error:
        raise httpx.ReadTimeout(str(error)) from error
    except OSError:  # httpx will meet it too
        return
    if not _BEGIN.startswith(octets):
        raise _NoHttp(repr(octets))


def _failure(error: SandboxError, url: str, timeout_s: float) -> InboundError:
    match error.__cause__:
        case httpx.ConnectError():
            return _nobody(url)
        case httpx.TimeoutException():
            return CommandFailed(f"no answer from {url} within {timeout_s:g} s")
        case httpx.HTTPError() as why:
            return CommandFailed(f"what answers at {url} {_oddity(why)}")
        case Misfit() as misfit:
            return CommandFailed(
                f"the server's answer is not a {misfit.kind.__name__} of this version: "
                "are server and command of one version?"
            )
        case _ if "detail" in error.problem:
            return _KINDS.get(error.status, CommandFailed)(_told(error.problem))
        case _:
            return CommandFailed(
                f"what answers at {url} is not sendcloud-inbound (HTTP {error.status}): "
                "name another with --http HOST:PORT"
            )


def _oddity(error: httpx.HTTPError) -> str:
    if isinstance(error, _NoHttp):
        return "is no HTTP server; is that the SMTP port?"
    return f"speaks no HTTP: {error}"


def _nobody(url: str) -> CommandFailed:
    return CommandFailed(
        f"no server answers at {url}: start one with sendcloud-inbound serve, "
        "or name another with --http HOST:PORT"
    )


def _told(problem: Mapping[str, Any]) -> str:
    """Return problem details (RFC 9457) as a sentence, with a line for each thing it speaks of."""
    text = str(problem["detail"])
    if problem.get("type") not in _OF_WAITING and problem.get("remedy"):
        text = f"{text.rstrip('.')}. {str(problem['remedy']).rstrip('.')}"
    for miss in problem.get("near_misses", ()):
        text += f"\n{miss.get('what')}: {miss.get('why')}"
    for one in problem.get("found", ()):
        text += f"\n{one.get('email_id') or one.get('message_id')}: {one.get('subject', '')}"
    return text
