"""A receiver of webhooks in a thread: it verifies what comes, and keeps it."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from sendcloud_inbound.rules.signatures import is_valid

if TYPE_CHECKING:
    from collections.abc import Iterator

LOCAL = "127.0.0.1"
_ALL = "0.0.0.0"  # noqa: S104 - a server in a container comes in by another interface
_FORM = "application/x-www-form-urlencoded"


class Receiver:
    """Answers 200, or what `status` says, and keeps every event that came."""

    def __init__(self, url: str, app_key: str) -> None:
        self.url = url
        self.app_key = app_key
        self.status = 200
        self.events: list[dict[str, str]] = []
        """Those whose signature is right, in the order in which they came."""
        self.forged: list[dict[str, str]] = []
        """Those whose signature is wrong."""
        self._came = threading.Condition()

    def wait_for(self, count: int = 1, *, timeout_s: float = 10) -> list[dict[str, str]]:
        """Return the events once there are so many."""
        with self._came:
            if not self._came.wait_for(lambda: len(self.events) >= count, timeout_s):
                told = [event.get("event") for event in self.events]
                raise AssertionError(f"{len(told)} of {count} events came: {told}")
            return [*self.events]

    def take(self, form: dict[str, str]) -> None:
        """Keep an event."""
        with self._came:
            (self.events if self._is_signed(form) else self.forged).append(form)
            self._came.notify_all()

    def _is_signed(self, form: dict[str, str]) -> bool:
        try:
            timestamp_ms = int(form["timestamp"])
            return is_valid(self.app_key, timestamp_ms, form["token"], form["signature"])
        except (KeyError, ValueError):  # a field is missing, or the time is no number
            return False


@contextmanager
def receiving(app_key: str, host: str = LOCAL) -> Iterator[Receiver]:
    """Run a receiver on a free port until the block ends.

    Args:
        app_key: What calls are signed with.
        host: The name or IPv4 address that the server reaches this machine under; with another
            than the local one, the receiver listens on all addresses.
    """
    server = ThreadingHTTPServer((LOCAL if host == LOCAL else _ALL, 0), _Handler)
    receiver = Receiver(f"http://{host}:{server.server_port}/", app_key)
    server.receiver = receiver  # type: ignore[attr-defined]  # for the handler
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def _receiver(self) -> Receiver:
        receiver: Receiver = self.server.receiver  # type: ignore[attr-defined]
        return receiver

    def do_GET(self) -> None:
        """Answer the test of the URL."""
        self._answer(200)

    def do_POST(self) -> None:
        """Take an event; the test of the URL is JSON, and none."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        status = 200
        if self.headers.get_content_type() == _FORM:
            status = self._receiver.status
            if status == 200:  # noqa: PLR2004 - what counts as received (SENDCLOUD.md 4.1)
                self._receiver.take(dict(parse_qsl(body.decode(), keep_blank_values=True)))
        self._answer(status)

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""
