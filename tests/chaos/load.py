"""Clients that send on whatever happens, and a receiver of webhooks that is always there."""

from __future__ import annotations

import random
import smtplib
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from tests.processes import message, message_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.processes import ProgramProcess

_PATIENCE_S = 20.0
_TRY_AGAIN_S = 0.2


class Senders:
    """SMTP clients that send at a rate, each to one node until that fails, then to another."""

    def __init__(self, nodes: list[ProgramProcess], rate: float, sessions: int) -> None:
        """Send `rate` messages a second by so many sessions together."""
        self._nodes = nodes
        self._pause_s = sessions / rate
        self.acknowledged: list[tuple[float, str]] = []
        """When each was, and its messageId."""
        self.refused = 0
        """Answers other than 250, and connections that broke."""
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._run) for _ in range(sessions)]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let what is being sent end."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(2 * _PATIENCE_S)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._send_on(random.choice(self._nodes))
            except (OSError, smtplib.SMTPException, AssertionError):
                self.refused += 1
                self._stopping.wait(_TRY_AGAIN_S)

    def _send_on(self, node: ProgramProcess) -> None:
        with node.client() as client:
            while not self._stopping.wait(self._pause_s):
                client.mail("a@ifaxin.com")
                client.rcpt("ignored@ifaxin.com")
                reply = client.data(message())
                if reply[0] != 250:
                    self.refused += 1
                    return
                self.acknowledged.append((time.time(), message_id(reply)))


class Receiver:
    """Takes every call of a webhook, and remembers it."""

    def __init__(self) -> None:
        self.calls: list[tuple[float, str, str]] = []
        """When each came, its event, and the emailId (of `request`: the messageId)."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self._note))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self._server.server_port}/"

    def close(self) -> None:
        """Take no more."""
        self._server.shutdown()
        self._server.server_close()

    def _note(self, body: bytes) -> None:
        form = {name: texts[0] for name, texts in parse_qs(body.decode()).items()}
        about = form.get("emailId") or form.get("messageId", "")
        self.calls.append((time.time(), form["event"], about))


def _handler(note: Callable[[bytes], None]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            note(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            del format, args

    return Handler
