"""A container engine that has one image, ours: Docker's HTTP API as far as testcontainers asks it.

A container is the real program in a process of its own, with the environment that it was made with.
"""

from __future__ import annotations

import json
import os
import re
import struct
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

IMAGE = "sendcloud-inbound"
_STDERR = 2
_NOBODYS = 1
"""Where nothing listens: of a container that ended before it had a port, or has none."""

Answer = tuple[int, Any]
"""A status, and what is told as JSON; octets as they are."""


@dataclass
class Container:
    """One container: what it was ordered to be, and its process."""

    name: str
    order: dict[str, Any]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    ports: dict[str, int] = field(default_factory=dict)

    @property
    def environ(self) -> dict[str, str]:
        """The environment that was ordered."""
        return dict(each.split("=", 1) for each in self.order["Env"])

    @property
    def extra_hosts(self) -> list[str]:
        """The names of other machines that it is to know."""
        found: list[str] = self.order["HostConfig"]["ExtraHosts"]
        return found

    def start(self) -> None:
        """Run the program as the image does, on ports that it is given by the system.

        A real engine has them before; here one that is chosen first may be another's by then.
        """
        told = self.log.with_suffix(".ports")
        command = [sys.executable, "-m", "sendcloud_inbound", "serve", "--store", "sqlite://"]
        command += ["--smtp", "127.0.0.1:0", "--http", "127.0.0.1:0", "--ports-file", str(told)]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, stderr=log, env=os.environ | self.environ)
        while not told.exists() and self.process.poll() is None:
            time.sleep(0.01)
        ports = json.loads(told.read_text()) if told.exists() else {}
        listeners = {"2525/tcp": "smtp", "8025/tcp": "http"}
        self.ports = {
            name: ports.get(listeners[name], {}).get("port", _NOBODYS)
            for name in self.order["ExposedPorts"]
        }

    def end(self) -> None:
        """End its process, if it has one."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def told(self) -> dict[str, Any]:
        """Return what the engine tells of it."""
        is_running = self.process is not None and self.process.poll() is None
        ports = {name: [{"HostPort": str(port)}] for name, port in self.ports.items()}
        return {
            "Id": self.name,
            "State": {"Status": "running" if is_running else "exited"},
            "Config": {"Tty": False},
            "NetworkSettings": {"Ports": ports},
        }


class Engine:
    """The engine: its address, and the containers that were ordered."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = ""
        self.ordered: list[Container] = []
        self.removed: list[Container] = []
        self._of_containers: dict[str, Callable[[Container, str], Answer]] = {
            "POST start": self._start,
            "GET json": lambda container, _: (200, container.told()),
            "GET logs": self._log,
            "DELETE": self._remove,
        }

    def answer(self, method: str, path: str, body: bytes) -> Answer:
        """Answer a call."""
        path, _, query = re.sub(r"^/v[\d.]+", "", path).partition("?")
        call = f"{method} {path}"
        if call == "GET /version":
            return 200, {"ApiVersion": "1.44"}
        if call == f"GET /images/{IMAGE}/json":
            return 200, {"Id": IMAGE}
        if call == "POST /containers/create":
            return self._create(json.loads(body))
        _, _, number, *deed = path.split("/")
        return self._of_containers[" ".join([method, *deed])](self.ordered[int(number)], query)

    def _create(self, order: dict[str, Any]) -> Answer:
        number = str(len(self.ordered))
        self.ordered.append(Container(number, order, self.folder / f"log{number}"))
        return 201, {"Id": number, "Warnings": []}

    def _start(self, container: Container, _: str) -> Answer:
        container.start()
        return 204, b""

    def _log(self, container: Container, query: str) -> Answer:
        """Give the log in a frame of Docker's, which says of which stream it is."""
        text = container.log.read_bytes() if "stderr=1" in query else b""
        return 200, struct.pack(">BxxxL", _STDERR, len(text)) + text

    def _remove(self, container: Container, _: str) -> Answer:
        container.end()
        self.removed.append(container)
        return 204, b""


@contextmanager
def running_engine(folder: Path) -> Iterator[Engine]:
    """Run an engine until the block ends; no container outlives it."""
    engine = Engine(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.engine = engine  # type: ignore[attr-defined]  # for the handler
    engine.url = f"tcp://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield engine
    finally:
        for container in engine.ordered:
            container.end()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        engine: Engine = self.server.engine  # type: ignore[attr-defined]
        status, told = engine.answer(self.command, self.path, body)
        octets = told if isinstance(told, bytes) else json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(octets)))
        self.end_headers()
        self.wfile.write(octets)

    def do_POST(self) -> None:
        self.do_GET()

    def do_DELETE(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Say nothing."""
