"""A Mailpit as its API is documented: an HTTP server with some messages, newest listed first."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator


def address(text: str) -> dict[str, str]:
    """Return an address as Mailpit writes it."""
    return {"Name": "", "Address": text}


@dataclass
class Mailpit:
    """Its messages, by their ids, oldest first."""

    raw: dict[str, bytes] = field(default_factory=dict)
    details: dict[str, dict[str, Any]] = field(default_factory=dict)
    page: int = 50
    """It gives no more at a time, whatever `limit` says."""
    gone: set[str] = field(default_factory=set)
    """What was deleted since it was listed."""
    arriving: list[str] = field(default_factory=list)
    """What comes in while it is listed, one after each page."""

    def take(self, message_id: str, raw: bytes, **detail: Any) -> None:
        """Store a message; the members of its JSON are those given, the rest as of nothing."""
        nothing: dict[str, Any] = {
            "From": None,
            "To": [],
            "Cc": [],
            "Bcc": [],
            "ReturnPath": "",
            "Username": "",
        }
        self.raw[message_id] = raw
        self.details[message_id] = {"ID": message_id, **nothing, **detail}

    def answer(self, target: str) -> bytes | None:
        """Return what a call is answered with; None for 404."""
        url = urlsplit(target)
        path = unquote(url.path.removeprefix("/api/v1/"))
        if path == "messages":
            asked = parse_qs(url.query)
            return self._listing(int(asked["start"][0]), int(asked["limit"][0]))
        kind, _, rest = path.partition("/")
        message_id, _, part = rest.partition("/")
        if kind != "message" or message_id not in self.raw or message_id in self.gone:
            return None
        return self.raw[message_id] if part else json.dumps(self.details[message_id]).encode()

    def _listing(self, start: int, limit: int) -> bytes:
        newest = list(self.raw)[::-1]
        rows = [{"ID": each} for each in newest[start:][: min(limit, self.page)]]
        counts = {"total": len(newest), "messages_count": len(newest), "start": start}
        if self.arriving:
            self.take(self.arriving.pop(), b"")
        return json.dumps(counts | {"messages": rows}).encode()


@contextmanager
def running(mailpit: Mailpit) -> Iterator[str]:
    """Serve it; give its URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = mailpit.answer(self.path)
            self.send_response(404 if content is None else 200)
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield "http://{}:{}".format(*server.server_address)
        server.shutdown()
        thread.join()
