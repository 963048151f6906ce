"""Small real servers that behave badly, and ports where nobody listens."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@contextmanager
def says(*first_words: bytes) -> Iterator[str]:
    """Listen, give each connection in turn its words (the last ones for good), then hang up.

    What the client says is read until it hangs up too, so that it is never cut off while it talks.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_serve, args=(listener, first_words), daemon=True).start()
        yield "{}:{}".format(*listener.getsockname())
        listener.shutdown(socket.SHUT_RDWR)


def _serve(listener: socket.socket, first_words: Sequence[bytes]) -> None:
    turn = 0
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection, suppress(ConnectionResetError):  # by who hangs up without reading all
            connection.sendall(first_words[min(turn, len(first_words) - 1)])
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(4096):
                pass
        turn += 1


def answer(status: str, content: bytes = b"", kind: bytes = b"application/json") -> bytes:
    """Return an HTTP answer."""
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(content)}\r\nConnection: close\r\n"
    return head.encode() + b"Content-Type: " + kind + b"\r\n\r\n" + content
