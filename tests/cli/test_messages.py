"""`messages` and `show`: what a running server has, in words and in JSON."""

from __future__ import annotations

import json
import re
import time
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from sendcloud_inbound.cli.addresses import Server
from sendcloud_inbound.client.call import ANSWER_S
from tests.cli.wire import answer, says
from tests.nobody import nobody

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.running import Cli, Ran

XSMTPAPI = '{"to":["ben@ifaxin.com","joe@ifaxin.com"],"sub":{"%money%":[288,1989.0]}}'
EVIL = b"""From: a@b.org
To: c@d.org
Subject: [red]x[/red] \x1b[31m\xc2\x9b2J =?utf-8?q?=1B]0;title=07=C2=9B?=
X-Odd: \x1b[2J

"""
NUMBERS = count()
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


class Sandbox:
    """The running server, asked by the commands."""

    def __init__(self, cli: Cli, ports_file: Path) -> None:
        self._cli = cli
        self._where = ("--ports-file", str(ports_file))

    def __call__(self, *arguments: str) -> Ran:
        """Return how a command against the server ended."""
        return self._cli(*arguments, *self._where)

    def send(self, *options: str) -> list[str]:
        """Send a mail or several; return their messageIds once the worker has seen all."""
        message_ids = self("send", *options).stdout.split()
        while self.listed("--status", "queued"):
            pass
        return message_ids

    def listed(self, *options: str) -> list[dict[str, Any]]:
        """Return what `messages --json` lists."""
        return [
            json.loads(line) for line in self("messages", "--json", *options).stdout.splitlines()
        ]


@pytest.fixture
def sandbox(cli: Cli, ports_file: Path) -> Sandbox:
    """Return the running server."""
    return Sandbox(cli, ports_file)


@pytest.fixture
def word() -> str:
    """Return a word that no other mail on the shared server has."""
    return f"word{next(NUMBERS)}end"


@pytest.mark.e2e
def test_messages_are_listed_newest_first(sandbox: Sandbox, word: str) -> None:
    """Each is a line of JSON with the members of the API."""
    sent = sandbox.send("--subject", word, "--count", "3")
    rows = sandbox.listed("--subject", word)
    assert [row["message_id"] for row in rows] == sent[::-1]
    assert rows[0]["rcpt_to"] == ["recipient@example.com"]
    assert rows[0]["status"] == "expanded"


@pytest.mark.e2e
def test_filters_are_the_apis(sandbox: Sandbox, word: str) -> None:
    """Every filter that is given must hold."""
    given = ("--subject", word, "--to", "ben@ifaxin.com", "--header", "SC-Custom-key1: value1")
    sent = sandbox.send(*given, "--label", "123")
    for name, right, wrong in (
        ("--recipient", "BEN@ifaxin.com", "nobody@ifaxin.com"),
        ("--header", "SC-Custom-key1:value1", "SC-Custom-key1:value2"),
        ("--query", "BEN@ value1", "BEN@ value2"),
        ("--label-id", "123", "124"),
        ("--status", "expanded", "refused"),
        ("--event", "deliver", "click"),
        ("--finding", "advice", "refused"),  # there is no such label
        ("--message-id", sent[0], "nobody"),
        ("--api-user", "sandbox_user", "somebody"),
        ("--since", "2020-01-01T00:00:00Z", "2120-01-01T00:00:00Z"),
    ):
        found = sandbox.listed("--subject", word, name, right)
        assert [row["message_id"] for row in found] == sent
        assert sandbox.listed("--subject", word, name, wrong) == []


@pytest.mark.e2e
def test_a_limit_says_that_there_is_more(sandbox: Sandbox, word: str) -> None:
    """The note stands on stderr and only where something was left out."""
    sandbox.send("--subject", word, "--count", "3")
    cut = sandbox("messages", "--json", "--subject", word, "--limit", "2")
    whole = sandbox("messages", "--json", "--subject", word, "--limit", "3")
    assert (cut.stdout.count("\n"), whole.stdout.count("\n")) == (2, 3)
    assert "these are the newest 2; --limit N or --all gives more" in cut.stderr
    assert whole.stderr == ""


@pytest.mark.parametrize("command", ["messages", "events", "deliveries"])
def test_any_limit_can_be_asked_for(command: str, cli: Cli) -> None:
    """One beyond what a machine counts to is as good as --all."""
    nothing = answer("200 OK", b'{"items": [], "next_cursor": null}')
    with says(nothing) as there:
        ran = cli(command, "--json", "--limit", "9" * 20, "--http", there)
    assert (ran.status, ran.stdout, ran.stderr) == (0, "", "")


@pytest.mark.e2e
def test_all_follows_the_cursors(sandbox: Sandbox, word: str) -> None:
    """No page ends the listing."""
    sent = sandbox.send("--subject", word, "--count", "120")
    rows = sandbox.listed("--subject", word, "--all")
    assert [row["message_id"] for row in rows] == sent[::-1]


@pytest.mark.e2e
@pytest.mark.parametrize("columns", ["80", "120", "200"])
def test_the_listing_fits_the_screen(
    columns: str, sandbox: Sandbox, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A messageId is never cut, and no line is too long."""
    sent = sandbox.send("--subject", f"{word} 订单", "--count", "2")
    monkeypatch.setenv("COLUMNS", columns)
    shown = sandbox("messages", "--subject", word).stdout
    assert all(message_id in shown for message_id in sent)
    assert f"{word} 订单" in shown
    assert max(map(len, shown.splitlines())) <= int(columns)


@pytest.mark.e2e
def test_a_message_is_shown_whole(sandbox: Sandbox, word: str) -> None:
    """Session, headers, X-SMTPAPI with numbers as they are spelt, findings and emails."""
    given = ("--subject", word, "--label", "123", "--to", "ben@ifaxin.com")
    extra = XSMTPAPI[:-1] + ',"category":"x"}'
    (message_id,) = sandbox.send(*given, "--header", "SC-Custom-key1: v", "--xsmtpapi", extra)
    shown = " ".join(sandbox("show", message_id).stdout.split())
    for part in (
        f"messageId {message_id} status expanded",
        f"subject {word}",
        "RCPT TO <ben@ifaxin.com>",
        "API_USER sandbox_user label 123",
        "SC-Custom-key1 v",
        "sub %money% [288, 1989.0]",
        "ignored xsmtpapi-unknown-key",
        f"delivered {message_id}0$ben@ifaxin.com",
        f"delivered {message_id}1$joe@ifaxin.com",
    ):
        assert part in shown


@pytest.mark.e2e
def test_an_email_id_shows_the_copy(sandbox: Sandbox) -> None:
    """Its variables, its settings with their origin, its headers and text are this recipient's."""
    (message_id,) = sandbox.send("--subject", "Bill: %money%", "--xsmtpapi", XSMTPAPI)
    email_id = f"{message_id}1$joe@ifaxin.com"
    shown = [" ".join(line.split()) for line in sandbox("show", email_id).stdout.splitlines()]
    for line in (
        email_id,
        "recipient joe@ifaxin.com",
        "subject Bill: 1989.0",
        "%money% 1989.0",
        "open_tracking true account",
        f"X-SENDCLOUD-UUID {email_id}",
        "To joe@ifaxin.com",
        "Sent with sendcloud-inbound send.",
    ):
        assert line in shown, line
    assert json.loads(sandbox("show", email_id, "--json").stdout)["recipient"] == "joe@ifaxin.com"
    assert "\r\nSubject: Bill: 1989.0\r\n" in sandbox("show", email_id, "--raw").stdout
    assert "C: " in sandbox("show", email_id, "--transcript").stdout


@pytest.mark.e2e
def test_an_email_id_is_never_cut(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """It stands whole on its line, however narrow the screen is, so that it can be copied."""
    (message_id,) = sandbox.send("--to", f"{'long' * 10}@ifaxin.com")
    monkeypatch.setenv("COLUMNS", "60")
    lines = sandbox("show", message_id).stdout.splitlines()
    assert f"  delivered  {message_id}0${'long' * 10}@ifaxin.com" in lines


@pytest.mark.e2e
def test_an_email_that_the_message_does_not_have(sandbox: Sandbox) -> None:
    """The message is there, the email is not."""
    (message_id,) = sandbox.send()
    ran = sandbox("show", f"{message_id}7$joe@ifaxin.com")
    assert (ran.status, ran.stdout) == (1, "")
    assert f"no email '{message_id}7$joe@ifaxin.com' is stored" in ran.stderr


@pytest.mark.e2e
def test_a_refused_message_is_shown_with_its_reason(sandbox: Sandbox, word: str) -> None:
    """What was refused can be looked at."""
    sandbox("send", "--header", f"X-Word: {word}", "--xsmtpapi", "{not json")
    (row,) = sandbox.listed("--status", "refused", "--header", f"X-Word:{word}")
    shown = " ".join(sandbox("show", row["message_id"]).stdout.split())
    assert "status refused reason 552 xsmtpapi error" in shown
    assert "refused xsmtpapi-not-json" in shown


@pytest.mark.e2e
def test_json_is_the_servers_own_spelling(sandbox: Sandbox) -> None:
    """A number of X-SMTPAPI is not read and written again on its way."""
    (message_id,) = sandbox.send("--xsmtpapi", '{"to":["a@b.org"],"sub":{"%n%":[1e2]}}')
    assert "1e2" in sandbox("show", message_id, "--json").stdout


@pytest.mark.e2e
def test_the_transcript_masks_secrets(sandbox: Sandbox) -> None:
    """The dialogue is shown to its last reply."""
    (message_id,) = sandbox.send()
    lines = sandbox("show", message_id, "--transcript").stdout.splitlines()
    assert lines[-1].endswith(f"S: 250 #{message_id}#Queued")
    assert any(line.endswith("C: AUTH LOGIN ********") for line in lines)


@pytest.mark.e2e
def test_nothing_in_a_mail_moves_the_cursor(sandbox: Sandbox, tmp_path: Path) -> None:
    """Controls are escaped everywhere, and markup is text."""
    file = tmp_path / "evil.eml"
    file.write_bytes(EVIL)
    (message_id,) = sandbox.send(str(file))
    listing = sandbox("messages", "--limit", "500").stdout
    for shown in (
        listing,
        sandbox("messages", "--json", "--limit", "500").stdout,
        *(sandbox("show", message_id, *form).stdout for form in ([], ["--json"], ["--transcript"])),
    ):
        assert message_id in shown
        assert CONTROL.search(shown) is None
    assert "[red]x[/red]" in listing


@pytest.mark.e2e
def test_raw_is_every_octet(sandbox: Sandbox, tmp_path: Path) -> None:
    """--raw is the one that hides nothing."""
    file = tmp_path / "evil.eml"
    file.write_bytes(EVIL)
    (message_id,) = sandbox.send(str(file))
    raw = sandbox("show", message_id, "--raw").stdout
    assert raw.encode() == EVIL.replace(b"\n", b"\r\n")


@pytest.mark.e2e
def test_a_message_that_is_not_there(sandbox: Sandbox) -> None:
    """The server's detail and remedy are the complaint."""
    ran = sandbox("show", "1426390015358_15_6484_8661.sc-10_10_127_51-inbound")
    assert (ran.status, ran.stdout) == (1, "")
    assert ran.stderr.startswith("sendcloud-inbound: no message '1426390015358_15_6484_8661")
    assert "GET /sandbox/v1/messages lists the messages there are" in ran.stderr


@pytest.mark.e2e
def test_a_wrong_filter_is_a_wrong_command_line(sandbox: Sandbox) -> None:
    """The server says what a time is; the exit status is that of usage."""
    ran = sandbox("messages", "--since", "yesterday")
    assert (ran.status, ran.stdout) == (2, "")
    assert "since: a time is ISO 8601" in ran.stderr


@pytest.mark.parametrize("command", [["messages"], ["show", "x"], ["show", "x", "--raw"]])
def test_no_server(command: list[str], cli: Cli) -> None:
    """The line says how to get one."""
    address = nobody()
    ran = cli(*command, "--http", address)
    assert (ran.status, ran.stdout) == (1, "")
    assert ran.stderr == (
        f"sendcloud-inbound: no server answers at http://{address}: start one with "
        "sendcloud-inbound serve, or name another with --http HOST:PORT\n"
    )


def test_a_port_where_nobody_can_be(cli: Cli) -> None:
    """Nobody answers there either."""
    ran = cli("messages", "--http", "127.0.0.1:0")
    assert ran.status == 1
    assert "no server answers at http://127.0.0.1:0: start one" in ran.stderr


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (answer("404 Not Found", b"<h1>?</h1>", b"text/html"), "is not sendcloud-inbound"),
        (answer("200 OK", b"[]"), "is not sendcloud-inbound"),
        (answer("500 No", b"{}"), "is not sendcloud-inbound"),
        (answer("200 OK", b'{"items": [{}], "next_cursor": null}'), "of one version?"),
        (b"220 ready\r\n", "is no HTTP server; is that the SMTP port?"),
        (b"HTTP/ready\r\n\r\n", "speaks no HTTP"),
        (b"", "speaks no HTTP"),
    ],
)
def test_another_server(given: bytes, said: str, cli: Cli) -> None:
    """What answers but is none of ours is told so, in one line."""
    with says(given) as address:
        ran = cli("messages", "--http", address)
    assert ran.status == 1
    assert said in ran.stderr
    assert ran.stderr.count("\n") == 1


def test_a_server_without_http_cannot_be_asked(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line says what to name instead."""
    monkeypatch.setenv("SENDCLOUD_INBOUND_ROLES", "smtp")
    ran = cli("messages")
    assert ran.status == 1
    assert "this server takes no HTTP; name another with --http HOST:PORT" in ran.stderr


@pytest.mark.e2e
def test_the_smtp_port_is_taken_for_what_it_is(cli: Cli, ports_file: Path) -> None:
    """At once: its banner is no answer of HTTP, and nothing that follows ends one."""
    there = Server(ports_file=ports_file).address("smtp")
    began = time.monotonic()
    ran = cli("messages", "--http", str(there))
    assert (ran.status, ran.stdout) == (1, "")
    assert ran.stderr == (
        f"sendcloud-inbound: what answers at http://{there} is no HTTP server; "
        "is that the SMTP port?\n"
    )
    assert time.monotonic() - began < ANSWER_S
