"""Listening sockets, bound before anything else starts, so that a taken port is told at once."""

from __future__ import annotations

import errno
import socket

from sendcloud_inbound.errors import StartupError

_BACKLOG = 2048
"""Connections the kernel holds while the program is busy."""

_WHY = {
    errno.EADDRINUSE: "the port is taken; stop what uses it, or choose another (0: any free one)",
    errno.EADDRNOTAVAIL: "this machine does not have that address",
    errno.EACCES: "ports below 1024 need a privilege; choose a higher one",
}


def listen(what: str, host: str, port: int) -> socket.socket:
    """Return a socket that listens; port 0 is any free one. `StartupError` names the listener."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, UnicodeError) as error:
        raise StartupError(f"{what} cannot listen on {host}:{port}: no such host") from error
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        why = _WHY.get(error.errno or 0, str(error.strerror))
        raise StartupError(f"{what} cannot listen on {host}:{port}: {why}") from error
    listener.setblocking(False)
    return listener


def address_of(listener: socket.socket) -> tuple[str, int]:
    """Return the host and the real port that a socket listens on."""
    host, port = listener.getsockname()[:2]
    return host, port
