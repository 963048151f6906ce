"""The real program in its own process, and clients that load it: for faults and signals."""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import smtplib
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx

from tests.launching import forked
from tests.servers import store_url

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.launching import Launch

PATIENCE_S = 30.0


def wait_until(holds: Callable[[], object], what: str, patience_s: float = PATIENCE_S) -> None:
    """Return once a condition holds; fail when it does not in time."""
    deadline = time.monotonic() + patience_s
    while not holds():
        assert time.monotonic() < deadline, f"waited {patience_s} s for: {what}"
        time.sleep(0.02)


class ProgramProcess:
    """`sendcloud-inbound serve` on free ports."""

    def __init__(self, folder: Path, *options: str, store: str | None = None, **env: str) -> None:
        self.folder = folder
        self.store = store or store_url(folder)
        self.options = options
        self.env = {f"SENDCLOUD_INBOUND_{name}": value for name, value in env.items()}
        self.addresses: dict[str, tuple[str, int]] = {}

    def start(self, patience_s: float = PATIENCE_S, launch: Launch = forked) -> None:
        """Start it and wait until it serves."""
        ports = self.folder / "ports.json"
        ports.unlink(missing_ok=True)
        command = ["serve", "--store", self.store, "--ports-file", str(ports)]
        command += ["--smtp", "127.0.0.1:0", "--http", "127.0.0.1:0", *self.options]
        self.process = launch(command, self.folder / "log", os.environ | self.env)
        wait_until(
            lambda: ports.exists() or self.process.poll() is not None, "the ports file", patience_s
        )
        assert ports.exists(), (self.folder / "log").read_text()
        told = json.loads(ports.read_text())
        self.addresses = {name: (at["host"], at["port"]) for name, at in told.items()}

    def kill(self) -> None:
        """Take it away in the middle of things, as kill -9 does."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(PATIENCE_S)

    def terminate(self) -> int:
        """Ask it to stop; return its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_S)

    def stop(self) -> None:
        """End it however it stands."""
        if self.process.poll() is None:
            self.kill()

    def log(self) -> str:
        """Return what it has logged."""
        return (self.folder / "log").read_text()

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        """Ask its inspection API."""
        found: dict[str, Any] = self._ask(path, **params).json()
        return found

    def octets(self, path: str) -> bytes:
        """Ask its inspection API for something that is no JSON."""
        return self._ask(path).content

    def _ask(self, path: str, **params: Any) -> httpx.Response:
        url = "http://{}:{}{}".format(*self.addresses["http"], path)
        return httpx.get(url, params=params).raise_for_status()

    def all_of(self, listing: str, **params: Any) -> list[dict[str, Any]]:
        """Return every item of a listing."""
        items: list[dict[str, Any]] = []
        cursor: dict[str, str] = {}
        while True:
            page = self.get(f"/sandbox/v1/{listing}", limit=500, **params, **cursor)
            items += page["items"]
            if page["next_cursor"] is None:
                return items
            cursor = {"cursor": page["next_cursor"]}

    def wait_until_expanded(self, patience_s: float = PATIENCE_S) -> None:
        """Return once nothing is queued any more."""
        wait_until(
            lambda: not self.get("/sandbox/v1/messages", status="queued", limit=1)["items"],
            "an empty queue",
            patience_s,
        )

    def client(self) -> smtplib.SMTP:
        """Connect and log in with the default account."""
        client = smtplib.SMTP(*self.addresses["smtp"], timeout=PATIENCE_S)
        try:
            client.login("sandbox_user", "sandbox_key")
        except BaseException:
            client.close()
            raise
        return client


RECIPIENTS = ["ben@ifaxin.com", "joe@ifaxin.com", "bida@ifaxin.com"]


def message(number: int = 0, size: int = 0) -> bytes:
    """Return a message for three recipients, told apart by its number."""
    api = base64.b64encode(json.dumps({"to": RECIPIENTS}).encode())
    head = b"From: a@ifaxin.com\r\nSubject: number %d\r\nX-SMTPAPI: %b\r\n\r\n" % (number, api)
    return head + b"Hello.\r\n" + (b"x" * 70 + b"\r\n") * (size // 72)


def message_id(reply: tuple[int, bytes]) -> str:
    """Take the messageId out of the last reply, as the vendor's clients do."""
    code, text = reply
    assert code == 250, reply
    found = re.fullmatch(rb"#(.+)#Queued", text)
    assert found, reply
    return found[1].decode()


@dataclass
class Load:
    """Clients that send without a pause until the server goes away or they are told to stop."""

    program: ProgramProcess
    sessions: int = 4
    size: int = 0
    acknowledged: list[str] = field(default_factory=list)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        """Begin to send."""
        self._stopping.clear()
        self._threads = [threading.Thread(target=self._send) for _ in range(self.sessions)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let what is being sent end."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(PATIENCE_S)

    def wait_for(self, count: int) -> None:
        """Return once so many more messages were acknowledged."""
        goal = len(self.acknowledged) + count
        wait_until(lambda: len(self.acknowledged) >= goal, f"{count} more acknowledgements")

    def _send(self) -> None:
        with suppress(OSError, smtplib.SMTPException), self.program.client() as client:
            number = 0
            while not self._stopping.is_set():
                number += 1
                # Every tenth is large enough to be kept in a file of its own.
                size = 100_000 if number % 10 == 0 else self.size
                client.mail("a@ifaxin.com")
                client.rcpt("ignored@ifaxin.com")
                code, text = client.data(message(number, size))
                if code != 250:
                    return
                self.acknowledged.append(message_id((code, text)))
