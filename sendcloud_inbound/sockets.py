"""Listening sockets, bound before anything else starts, so that a taken port is told at once."""

from __future__ import annotations

import errno
import socket

from sendcloud_inbound.errors import StartupError

BACKLOG = 2048
"""Connections the kernel holds while the program is busy."""

_WHY = {
    errno.EADDRINUSE: "the port is taken; stop what uses it, or choose another (0: any free one)",
    errno.EADDRNOTAVAIL: "this machine does not have that address",
    errno.EACCES: "ports below 1024 need a privilege; choose a higher one",
}


def listen(what: str, host: str, port: int, *, shared: bool = False) -> socket.socket:
    """Return a socket that listens; port 0 is any free one. `StartupError` names the listener.

    A `shared` one listens beside those of other processes of this user (SO_REUSEPORT).
    """
    listener = _bound(what, host, port, shared=shared)
    try:
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise _cannot(what, host, port, error) from error
    return listener


def reserve(what: str, host: str, port: int) -> socket.socket:
    """Return a socket that keeps a port for `shared` ones and takes no connections itself."""
    if not hasattr(socket, "SO_REUSEPORT"):
        raise StartupError("smtp.processes: on this system processes share no port; set it to 1")
    with listen(what, host, port) as alone:  # a shared one would not tell that the port is taken
        port = address_of(alone)[1]
    return _bound(what, host, port, shared=True)


def _bound(what: str, host: str, port: int, *, shared: bool) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, UnicodeError) as error:
        raise StartupError(f"{what} cannot listen on {host}:{port}: no such host") from error
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind(address)
    except OSError as error:
        listener.close()
        raise _cannot(what, host, port, error) from error
    listener.setblocking(False)
    return listener


def _cannot(what: str, host: str, port: int, error: OSError) -> StartupError:
    why = _WHY.get(error.errno or 0, str(error.strerror))
    return StartupError(f"{what} cannot listen on {host}:{port}: {why}")


def address_of(listener: socket.socket) -> tuple[str, int]:
    """Return the host and the real port that a socket listens on."""
    host, port = listener.getsockname()[:2]
    return host, port
