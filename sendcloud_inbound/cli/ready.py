"""`sendcloud-inbound ready`: do SMTP, HTTP and the store answer? The container's HEALTHCHECK.

It asks with what Python brings and imports nothing of the server. Settings are read only where
the addresses stand in them: with a ports file it takes a third less.
"""

from __future__ import annotations

import json
import select
import socket
import sys
import time
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Annotated

import typer

from sendcloud_inbound.cli import options  # noqa: TC001 - typer reads the annotations
from sendcloud_inbound.cli.addresses import Address, Listener, Server
from sendcloud_inbound.cli.failure import CommandFailed
from sendcloud_inbound.cli.text import reason

if TYPE_CHECKING:
    from collections.abc import Callable

_INTERVAL_S = 0.1
"""Between two looks, while it waits."""
_ANSWER_S = 5.0
"""How long a listener may take to answer; the server itself gives each of its parts 3 s."""
_SILENCE_S = 1.0
_FOR_NOBODY = b"PROXY UNKNOWN\r\n"
"""What lets a server speak that takes this machine for a load balancer (smtp.proxy_trusted): it
waits to be told for whom the connection is."""
_LONGEST_LINE = 512
_LARGEST_ANSWER = 64 * 1024


def ready(
    *,
    wait: Annotated[
        float,
        typer.Option("--wait", metavar="SECONDS", min=0, help="Ask again, at most for so long."),
    ] = 0,
    config: options.Config = None,
    smtp: options.Smtp = None,
    http: options.Http = None,
    ports_file: options.PortsFile = None,
) -> None:
    """Tell whether the server is ready: SMTP, HTTP and the store answer.

    The exit status is 0 when it is, else 1, and stderr names all that is not ready. Of a server
    that runs in part, only that part is asked.
    """
    server = Server(smtp=smtp, http=http, config=config, ports_file=ports_file)
    deadline = time.monotonic() + wait
    answering, faults = _look(server, _ANSWER_S)
    while faults and (left_s := deadline - time.monotonic()) > 0:
        time.sleep(min(_INTERVAL_S, left_s))
        answering, faults = _look(server, min(_ANSWER_S, left_s))
    if faults:
        raise CommandFailed(f"not ready{f' after {wait:g} s' if wait else ''}: {'; '.join(faults)}")
    sys.stdout.write(f"ready: {', '.join(answering) or 'nothing listens here'}\n")


def _look(server: Server, timeout_s: float) -> tuple[list[str], list[str]]:
    """Ask every listener once; return those that answer and what is wrong with the others."""
    answering, faults = [], []
    for listener, ask in _ASK.items():
        try:
            address = server.find(listener)
            if address is not None:
                ask(address, timeout_s)
                answering.append(f"{listener.upper()} at {address}")
        except CommandFailed as error:
            faults.append(str(error))
    return answering, list(dict.fromkeys(faults))


def _ask_smtp(address: Address, timeout_s: float) -> None:
    """Return when the banner is a 220; QUIT leaves no broken session in the server's log."""
    try:
        with (
            socket.create_connection((address.host, address.port), timeout_s) as connection,
            connection.makefile("rb") as replies,
        ):
            if not select.select([connection], [], [], min(_SILENCE_S, timeout_s))[0]:
                connection.sendall(_FOR_NOBODY)
            banner = replies.readline(_LONGEST_LINE)
            if banner.startswith(b"220"):
                connection.sendall(b"QUIT\r\n")
                replies.readline(_LONGEST_LINE)
    except OSError as error:
        raise CommandFailed(f"SMTP at {address}: {reason(error)}") from error
    if not banner.startswith(b"220"):
        said = banner.decode(errors="backslashreplace").strip() or "nothing"
        raise CommandFailed(f"SMTP at {address}: it says {said}, not 220")


def _ask_http(address: Address, timeout_s: float) -> None:
    """Return when /readyz answers 200: all listeners and the store are well."""
    try:
        with closing(HTTPConnection(address.host, address.port, timeout=timeout_s)) as connection:
            connection.request("GET", "/readyz")
            answer = connection.getresponse()
            content = answer.read(_LARGEST_ANSWER)
    except OSError as error:
        raise CommandFailed(f"HTTP at {address}: {reason(error)}") from error
    except HTTPException as error:
        raise CommandFailed(f"HTTP at {address}: what answers is no HTTP server") from error
    if answer.status != 200:  # noqa: PLR2004
        raise CommandFailed(f"HTTP at {address}: {_lacks(answer.status, content)}")


def _lacks(status: int, content: bytes) -> str:
    """Return what the server says it lacks: the `checks` of its problem details."""
    try:
        checks = json.loads(content)["checks"].items()
    except (ValueError, TypeError, KeyError, AttributeError):
        checks = ()
    lacking = ", ".join(f"{part}: {state}" for part, state in checks if state != "ok")
    return lacking or f"/readyz answers {status}, not 200"


_ASK: dict[Listener, Callable[[Address, float], None]] = {"smtp": _ask_smtp, "http": _ask_http}
