"""`api-users` and `clear`: names of one's own, and mail that goes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.wire import answer, says

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.running import Cli, Ran

pytestmark = pytest.mark.e2e


class Server:
    """The running server, asked by the commands."""

    def __init__(self, cli: Cli, ports_file: Path) -> None:
        self._cli = cli
        self._where = ("--ports-file", str(ports_file))

    def __call__(self, *arguments: str) -> Ran:
        """Return how a command against the server ended."""
        return self._cli(*arguments, *self._where)

    def lines(self, *arguments: str) -> list[dict[str, Any]]:
        """Return the JSON that a command writes."""
        ran = self(*arguments, "--json")
        assert ran.status == 0, ran.stderr
        return [json.loads(line) for line in ran.stdout.splitlines()]

    def send(self, made: dict[str, Any], *options: str) -> None:
        """Send a mail as an API_USER."""
        login = ("--api-user", made["api_user"], "--api-key", made["api_key"])
        ran = self("send", *login, *options)
        assert ran.status == 0, ran.stderr


@pytest.fixture
def server(cli: Cli, ports_file: Path) -> Iterator[Server]:
    """Return the running server; afterwards it has only its own API_USER."""
    running = Server(cli, ports_file)
    yield running
    for row in running.lines("api-users", "list"):
        if not row["is_configured"]:
            running("api-users", "remove", row["api_user"])


def test_an_api_user_is_made_listed_and_removed(server: Server, tmp_path: Path) -> None:
    """Its keys are told when it is made, and log in; they are not in the list."""
    rules = tmp_path / "rules.json"
    rules.write_text('{"rules": []}', encoding="utf-8")
    (made,) = server.lines("api-users", "add", "--ttl", "600", "--rules", str(rules))
    assert made["expires_at"] is not None
    server.send(made)
    told = server("api-users", "list").stdout
    assert made["api_user"] in told
    assert made["api_key"] not in told
    gone = server("api-users", "remove", made["api_user"])
    assert (gone.status, gone.stdout) == (0, "1 message deleted\n")
    again = server("api-users", "remove", made["api_user"])
    assert (again.status, made["api_user"] in again.stderr) == (1, True)


def test_keys_and_webhooks_can_be_given(server: Server) -> None:
    """They are the ones that were asked for, also for people."""
    with says(answer("200 OK", b"ok", b"text/plain")) as receiver:
        hook = ("--webhook-url", f"http://{receiver}/hook")
        keys = ("--api-key", "key_one", "--app-key", "key_two")
        ran = server("api-users", "add", "given_name", *keys, *hook)
    assert ran.stdout.splitlines()[1].split()[:3] == ["given_name", "key_one", "key_two"]
    (row,) = [row for row in server.lines("api-users", "list") if row["webhooks"]]
    assert row["api_user"] == "given_name"
    taken = server("api-users", "add", "given_name")
    assert (taken.status, "given_name" in taken.stderr) == (1, True)


def test_clear_deletes_what_its_filters_find(server: Server) -> None:
    """Nothing else, and tells how many there were."""
    (made,) = server.lines("api-users", "add")
    server.send(made, "--subject", "first")
    server.send(made, "--subject", "second")
    server.send(made, "--subject", "second")
    mine = ("--api-user", made["api_user"])
    assert server("wait", *mine, "--count", "3").status == 0  # the worker reads the subjects
    assert server("clear", *mine, "--subject", "second").stdout == "2 messages deleted\n"
    assert [row["subject"] for row in server.lines("messages", *mine)] == ["first"]
    assert server.lines("clear", *mine) == [{"messages": 1}]
    assert server.lines("messages", *mine) == []


@pytest.mark.parametrize(
    ("arguments", "about"),
    [
        (("api-users", "add", "no"), "api_user"),
        (("api-users", "add", "--ttl", "0"), "ttl_s"),
        (("api-users", "add", "--ttl", "inf"), "ttl_s"),
        (("api-users", "add", "--rules", "/nowhere"), "--rules"),
        (("api-users", "add", "--rules", "README.md"), "no JSON"),
        (("clear", "--since", "yesterday"), "since"),
    ],
)
def test_a_mistake_is_named(server: Server, arguments: tuple[str, ...], about: str) -> None:
    """In one line, and nothing was done."""
    ran = server(*arguments)
    assert ran.status == 2
    assert about in ran.stderr
    assert len(ran.stderr.splitlines()) == 1
