"""An API_USER for one test, on a server that others use too, and the commands pointed at it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import httpx

from sendcloud_inbound.cli.addresses import Server
from sendcloud_inbound.cli.submitting import Login, Session

if TYPE_CHECKING:
    from pathlib import Path

    from sendcloud_inbound.cli.composing import Mail
    from tests.cli.running import Cli, Ran


@dataclass(frozen=True)
class Inbox:
    """One API_USER's mail."""

    cli: Cli
    ports_file: Path
    api_user: str
    api_key: str

    @classmethod
    def make(cls, cli: Cli, ports_file: Path) -> Self:
        """Make an API_USER on the server of a ports file."""
        url = f"http://{Server(ports_file=ports_file).address('http')}/sandbox/v1/api-users"
        made = httpx.post(url, json={}).raise_for_status().json()
        return cls(cli, ports_file, made["api_user"], made["api_key"])

    def __call__(self, *arguments: str) -> Ran:
        """Return how a command about this API_USER ended."""
        where = ("--ports-file", str(self.ports_file))
        return self.cli(*arguments, "--api-user", self.api_user, *where)

    def take(self, *mails: Mail, label: str = "") -> list[str]:
        """Send mails, one after the other; return their messageIds once all are expanded."""
        login = Login(f"{self.api_user}#{label}" if label else self.api_user, self.api_key)
        with Session(Server(ports_file=self.ports_file).address("smtp")) as session:
            message_ids = [session.send(login, mail) for mail in mails]
        self.settle()
        return message_ids

    def settle(self) -> None:
        """Return once the worker has seen all."""
        while self.listed("--status", "queued"):
            pass

    def listed(self, *options: str) -> list[dict[str, Any]]:
        """Return what `messages --json` lists, newest first."""
        ran = self("messages", "--json", "--all", *options)
        return [json.loads(line) for line in ran.stdout.splitlines()]


def lines(file: Path) -> list[dict[str, Any]]:
    """Return the objects of a file of JSON lines."""
    return [json.loads(line) for line in file.read_bytes().split(b"\n") if line]
