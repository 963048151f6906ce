"""`webhooks`, `deliveries` and `replay`: where events are told, what came of it, and once more."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.wire import answer, says
from tests.nobody import nobody

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.running import Cli, Ran

pytestmark = pytest.mark.e2e

OK = answer("200 OK", b"ok", b"text/plain")
DELIVERY = {
    "id": 7,
    "webhook_id": 1,
    "api_user": "sandbox_user",
    "url": "http://127.0.0.1:8000/hook",
    "event": "deliver",
    "message_id": "m",
    "email_id": "m0$ben@ifaxin.com",
    "state": "waiting",
    "fault": "late:5",
    "created_at": "2026-11-22T02:54:01.123Z",
    "due_at": "2026-11-22T02:55:01.123Z",
    "fields": {},
    "attempts": [
        {
            "number": 1,
            "started_at": "2026-11-22T02:54:01.123Z",
            "duration_ms": 12,
            "request": {"body": "a=b", "fields": {"a": "b"}},
            "status": 500,
            "answer": "\x1b[2J",
            "error": "HTTP 500, not 200",
        }
    ],
}


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


@pytest.fixture
def server(cli: Cli, ports_file: Path) -> Iterator[Server]:
    """Return the running server; afterwards it has no webhook."""
    running = Server(cli, ports_file)
    yield running
    for row in running.lines("webhooks", "list"):
        running("webhooks", "remove", str(row["id"]))


def test_a_webhook_is_added_paused_resumed_and_removed(server: Server) -> None:
    """The server tests the URL; the list tells how each stands."""
    with says(OK) as receiver:
        url = f"http://{receiver}/hook"
        (added,) = server.lines("webhooks", "add", url, "--event", "open", "--event", "click")
    key = str(added["id"])
    assert (added["url"], added["events"]) == (url, ["click", "open"])
    (paused,) = server.lines("webhooks", "pause", key)
    assert paused["is_paused"]
    told = server("webhooks", "list")
    assert told.stdout.splitlines()[1].split() == [
        *(key, "(every)", "click,", "open", "paused", "call", url)
    ]
    server("webhooks", "resume", key)
    assert server.lines("webhooks", "list") == [added]
    gone = server("webhooks", "remove", key)
    assert (gone.status, gone.stdout, gone.stderr) == (0, "", "")
    again = server("webhooks", "remove", key)
    assert (again.status, f"there is no webhook {key}" in again.stderr) == (1, True)


def test_a_url_that_does_not_answer_is_told(server: Server) -> None:
    """With what is wrong and what to do."""
    with says(answer("404 Not Found")) as receiver:
        ran = server("webhooks", "add", f"http://{receiver}/")
    assert ran.status == 1
    assert "GET: HTTP 404, not 200" in ran.stderr
    odd = server("webhooks", "add", "example.com")
    assert (odd.status, "a URL is such as" in odd.stderr) == (2, True)
    with says(OK) as receiver:
        unknown = server("webhooks", "add", f"http://{receiver}/", "--api-user", "nobody")
    told = "api_user: there is no account 'nobody'"
    assert (unknown.status, told in unknown.stderr) == (2, True), unknown
    silent = server("webhooks", "add", f"http://{nobody()}/")
    assert (silent.status, "GET: no connection" in silent.stderr) == (1, True)


def test_nothing_told_is_nothing_listed(server: Server) -> None:
    """Every filter is the API's; none is passed over."""
    given = ("--api-user", "x", "--event", "open", "--state", "given_up", "--webhook", "5")
    assert (
        server.lines(
            "deliveries", *given, "--email-id", "1426571113174_15_1_4.sc-10_1_1_1-inbound0$a@b.c"
        )
        == []
    )
    assert server("replay", "--all", *given, "--original").stdout == "replayed 0\n"
    assert server.lines("replay", "--all", "--since", "2026-11-22") == [{"replayed": 0}]
    refused = server("deliveries", "--email-id", "x")
    assert (refused.status, "email_id" in refused.stderr) == (2, True)
    missing = server("replay", "4711")
    assert (missing.status, "there is no delivery 4711" in missing.stderr) == (1, True)


@pytest.mark.parametrize("columns", ["40", "200"])
def test_a_delivery_is_drawn_with_its_attempts(
    cli: Cli, columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line each; what a receiver said moves no cursor."""
    monkeypatch.setenv("COLUMNS", columns)
    page = json.dumps({"items": [DELIVERY], "next_cursor": None}).encode()
    with says(answer("200 OK", page)) as server:
        drawn = cli("deliveries", "--http", server)
        listed = cli("deliveries", "--http", server, "--json")
    due = "due at 2026-11-22T02:55:01.123Z"
    assert drawn.stdout.splitlines() == [
        f"7  2026-11-22T02:54:01.123Z  deliver  waiting  on purpose: late:5  {due}",
        "  to http://127.0.0.1:8000/hook",
        "  about m0$ben@ifaxin.com",
        "  1. 2026-11-22T02:54:01.123Z  12 ms  HTTP 500, not 200",
    ]
    assert json.loads(listed.stdout) == DELIVERY
    assert "\x1b" not in drawn.stdout + listed.stdout


def test_a_limit_says_that_there_is_more(cli: Cli) -> None:
    """As for messages."""
    page = json.dumps({"items": [DELIVERY] * 3, "next_cursor": None}).encode()
    with says(answer("200 OK", page)) as server:
        ran = cli("deliveries", "--http", server, "--limit", "2", "--json")
    assert ran.stdout.count("\n") == 2
    assert "these are the newest 2; --limit N or --all gives more" in ran.stderr
