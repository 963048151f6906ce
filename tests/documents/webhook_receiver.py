"""A receiver of webhooks, as SendCloud documents one (SENDCLOUD.md 4.1, 4.2): python FILE PORT.

Answers 200 to what is signed with the APP KEY, 403 to what is not; GET, and the POST that tests a
URL when it is saved, get 200.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

APP_KEY = os.environ.get("SENDCLOUD_APP_KEY", "test_appkey")


def verify(form: dict[str, str]) -> bool:
    """Tell whether SendCloud signed it: the time first, then the token, nothing between."""
    message = f"{form['timestamp']}{form['token']}"
    signature = hmac.new(APP_KEY.encode(), message.encode(), hashlib.sha256).hexdigest()
    return hmac.compare_digest(signature, form["signature"])


def handle(form: dict[str, str]) -> str:
    """Do something with an event; lists are JSON text in one field."""
    recipients = json.loads(form["recipientArray"]) if "recipientArray" in form else [""]
    return f"{form['event']} {len(recipients)} {form['message']}"


class Receiver(BaseHTTPRequestHandler):
    """Answers."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Say that somebody is here."""
        self._answer(200, "ok")

    def do_POST(self) -> None:
        """Take an event."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.headers["Content-Type"] == "application/json":
            self._answer(200, "ok")
            return
        form = dict(parse_qsl(body, keep_blank_values=True))
        if verify(form):
            self._answer(200, handle(form))
        else:
            self._answer(403, "wrong signature")

    def _answer(self, status: int, text: str) -> None:
        octets = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(octets)))
        self.end_headers()
        self.wfile.write(octets)


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
