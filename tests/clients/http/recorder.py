"""Stands between a client and the server's HTTP port, and keeps what the client says."""

from __future__ import annotations

import re
import socket
import socketserver
import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from tests.processes import ProgramProcess

NEUTRAL = b"localhost:8025"
"""The host that every capture asks, wherever it was made."""

_HOST = re.compile(rb"^(host:[ \t]*)[^\r\n]*", re.IGNORECASE | re.MULTILINE)
_CHUNK = 65_536


class Recorder:
    """Passes octets on in both directions until it is closed; to be used with `with`."""

    def __init__(self, server: ProgramProcess) -> None:
        self._said = bytearray()
        to = server.addresses["http"]

        class _Handler(socketserver.BaseRequestHandler):
            def handle(handler) -> None:  # noqa: N805 - `self` is the recorder
                with socket.create_connection(to) as upstream:
                    back = threading.Thread(target=_pass_on, args=(upstream, handler.request))
                    back.start()
                    _pass_on(handler.request, upstream, self._said)
                    back.join()

        self._tcp = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Handler)
        self.addresses = server.addresses | {"http": ("127.0.0.1", self._tcp.server_address[1])}
        """Where the client is to be sent."""

    def __enter__(self) -> Self:
        threading.Thread(target=self._tcp.serve_forever, args=(0.05,)).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._tcp.shutdown()
        self._tcp.server_close()  # waits for the connections

    @property
    def octets(self) -> bytes:
        """What the client has said, but for the host it asked."""
        head, end, body = bytes(self._said).partition(b"\r\n\r\n")
        return _HOST.sub(rb"\g<1>" + NEUTRAL, head, count=1) + end + body


def _pass_on(source: socket.socket, to: socket.socket, kept: bytearray | None = None) -> None:
    """Pass on what one side says until it has no more to say."""
    try:
        while octets := source.recv(_CHUNK):
            if kept is not None:
                kept += octets  # before the other side can answer
            to.sendall(octets)
        to.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # the other side is gone, which ends a conversation too
