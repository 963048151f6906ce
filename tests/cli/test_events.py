"""`events`, `happen`, `release`, `rules` and `suppressions` against a running server."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from sendcloud_inbound.cli.composing import SUBJECT
from tests.cli.wire import answer, says
from tests.processes import ProgramProcess

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.cli.running import Cli, Ran

    Ask = Callable[..., Ran]

pytestmark = pytest.mark.e2e


@pytest.fixture
def ask(cli: Cli, ports_file: Path) -> Ask:
    """Return what runs a command against the server."""
    return lambda *arguments: cli(*arguments, "--ports-file", str(ports_file))


@pytest.fixture
def relaying(cli: Cli, ports_file: Path, tmp_path: Path) -> Iterator[Ask]:
    """Return what runs a command against a second server, which releases to the first."""
    at = json.loads(ports_file.read_text())["smtp"]
    relay = ProgramProcess(
        tmp_path,
        DELIVERY__HOST=at["host"],
        DELIVERY__PORT=str(at["port"]),
        DELIVERY__USERNAME="sandbox_user",
        DELIVERY__PASSWORD="sandbox_key",
        DELIVERY__ALLOW="*@ifaxin.com,*@sandbox.test",
        SIMULATION__DOMAIN="other.test",
    )
    relay.start()
    where = ("--ports-file", str(tmp_path / "ports.json"))
    yield lambda *arguments: cli(*arguments, *where)
    relay.stop()


def rows(ran: Ran) -> list[dict[str, Any]]:
    """Return the JSON lines of a command that went well."""
    assert ran.status == 0, ran.stderr
    return [json.loads(line) for line in ran.stdout.splitlines()]


def sent(ask: Ask, to: str) -> str:
    """Send a mail and return its emailId, once the email is there."""
    ran = ask("send", "--to", to)
    assert ran.status == 0, ran.stderr
    message_id = ran.stdout.strip()
    (_,) = rows(ask("wait", "event", "--event", "deliver", "--message-id", message_id, "--json"))
    return f"{message_id}0${to}"


def test_events_are_listed_and_made_to_happen(ask: Ask) -> None:
    """By person and by script; `show` has them under the email."""
    number = sent(ask, "ben@ifaxin.com")
    (happened,) = rows(ask("happen", number, "click", "--url", "https://a.b/", "--json"))
    assert (happened["event"], happened["fields"]["url"]) == ("click", "https://a.b/")
    kinds = [each["event"] for each in rows(ask("events", "--email-id", number, "--json"))]
    assert kinds == ["click", "deliver"]
    drawn = ask("events", "--event", "click")
    assert f"click  {number}  https://a.b/" in drawn.stdout
    ran = ask("happen", number, "invalid", "--sub-status", "404", "--message", "no such")
    assert "invalid" in ran.stdout
    assert "404" in ran.stdout
    assert "no such" in ran.stdout
    shown = ask("show", number).stdout
    assert "Events" in shown
    assert shown.index("deliver") < shown.index("click  https://a.b/")


@pytest.mark.parametrize(
    ("event", "fields", "told"),
    [
        ("click", {"url": "https://a.b/", "ip": "::1", "oSName": ""}, "https://a.b/  ::1"),
        ("open", {"explorerName": "Chrome", "explorerVer": "64", "oSName": "Linux"},
         "Chrome  64  Linux"),
        ("invalid", {"subStat": 404, "message": "no such"}, "404  no such"),
        ("soft_bounce", {"subStat": 509, "message": "full"}, "509  full"),
        ("deliver", {"message": "Successfully delivered", "outIp": "10.0.0.1"}, ""),
        ("request", {"recipientSize": 0, "recipientArray": "[]"}, "0"),
        ("click", {"url": "\x1b[2J[red]"}, "\\x1b[2J[red]"),
        ("click", {"url": ["of another version"]}, "['of another version']"),
    ],
)  # fmt: skip
def test_an_event_is_a_line(cli: Cli, event: str, fields: dict[str, Any], told: str) -> None:
    """With what matters of its fields; whatever they hold paints nothing."""
    row = {"event": event, "email_id": "m0$a@b.c", "message_id": "m", "fields": fields}
    row |= {"api_user": "sandbox_user", "occurred_at": "2026-11-22T02:54:01.123Z"}
    page = {"items": [row], "next_cursor": None}
    with says(answer("200 OK", json.dumps(page).encode())) as server:
        ran = cli("events", "--http", server)
    assert (ran.status, ran.stderr) == (0, "")
    assert ran.stdout == f"2026-11-22T02:54:01.123Z  {event}  m0$a@b.c  {told}".rstrip() + "\n"


def test_a_limit_says_that_there_are_more_events(cli: Cli) -> None:
    """As for messages."""
    page = json.dumps({"items": [{"event": "open"}] * 3, "next_cursor": None}).encode()
    with says(answer("200 OK", page)) as server:
        limited = cli("events", "--http", server, "--limit", "2", "--json")
        whole = cli("events", "--http", server, "--all", "--json")
    assert limited.stdout == '{"event": "open"}\n' * 2
    assert limited.stderr == "these are the newest 2; --limit N or --all gives more\n"
    assert (whole.stdout, whole.stderr) == ('{"event": "open"}\n' * 3, "")


def test_every_filter_of_events_is_the_apis(ask: Ask) -> None:
    """None is passed over: each leaves nothing of what there is."""
    number = sent(ask, "kim@ifaxin.com")
    mine = ("--email-id", number)
    assert len(rows(ask("events", *mine, "--since", "2000-01-01", "--json"))) == 1
    others = {
        "--api-user": "nobody",
        "--event": "report_spam",
        "--label-id": "4711",
        "--since": "2999-01-01",
    }
    for name, value in others.items():
        assert rows(ask("events", *mine, name, value, "--json")) == [], name
    assert rows(ask("events", "--recipient", "no@ifaxin.com", "--json")) == []
    assert rows(ask("events", "--message-id", "nothing", "--json")) == []


def test_what_cannot_happen_is_a_misuse(ask: Ask) -> None:
    """In one line, with the server's own words."""
    number = sent(ask, "joe@ifaxin.com")
    ran = ask("happen", number, "open", "--url", "https://a.b/")
    assert (ran.status, ran.stdout) == (2, "")
    assert "url: open has none" in ran.stderr
    ran = ask("happen", "nothing", "open")
    assert ran.status == 1
    assert "No" in ran.stderr or "no email" in ran.stderr


def test_mail_is_waited_for(ask: Ask) -> None:
    """Printed when it is there; else what nearly was it, and exit status 1."""
    number = sent(ask, "eve@ifaxin.com")
    assert ask("wait", "--recipient", "eve@ifaxin.com").stdout == f"{number}\n"
    (event,) = rows(ask("wait", "event", "--event", "deliver", "--recipient", "eve@ifaxin.com",
                        "--json"))  # fmt: skip
    assert event["email_id"] == number
    assert "deliver" in ask("wait", "event", "--message-id", number.partition("0$")[0]).stdout
    ran = ask("wait", "--recipient", "evy@ifaxin.com", "--timeout", "0")
    assert (ran.status, ran.stdout) == (1, "")
    assert f"{number}: its recipient is eve@ifaxin.com" in ran.stderr
    assert ask("wait", "--recipient", "nobody@x.y", "--absent", "--timeout", "0").status == 0
    ran = ask("wait", "--recipient", "eve@ifaxin.com", "--absent")
    assert ran.status == 1
    assert f"{number}: {SUBJECT}" in ran.stderr


def test_nothing_is_released_without_a_server(ask: Ask) -> None:
    """And it is said what to set."""
    ran = ask("release", sent(ask, "ann@ifaxin.com"))
    assert (ran.status, ran.stdout) == (1, "")
    assert "delivery.host" in ran.stderr


def test_a_copy_is_released(ask: Ask, relaying: Ask) -> None:
    """To its recipient or another; the server's no, and an address not allowed, are failures."""
    number = sent(relaying, "lee@ifaxin.com")
    ran = relaying("release", number)
    assert (ran.status, ran.stderr) == (0, "")
    assert ran.stdout
    assert relaying("release", number, "--to", "max@ifaxin.com").status == 0
    for recipient in ("lee@ifaxin.com", "max@ifaxin.com"):
        assert ask("wait", "--recipient", recipient).stdout.endswith(f"0${recipient}\n")
    refused = relaying("release", number, "--to", "refuse@sandbox.test", "--json")
    assert refused.status == 1
    assert json.loads(refused.stdout)["status"] == "invalid"
    assert "550" in refused.stderr
    kept = relaying("release", number, "--to", "max@elsewhere.com")
    assert (kept.status, kept.stdout) == (1, "")
    assert "max@elsewhere.com" in kept.stderr


@pytest.mark.parametrize(("status", "code"), [("delivered", 0), ("invalid", 1), (None, 1)])
def test_a_release_that_fails_is_a_failure(cli: Cli, status: str | None, code: int) -> None:
    """The exit status tells it to a script."""
    result = {"status": status, "sub_status": None, "reason": "mx said so", "reply": None}
    said = answer("200 OK", json.dumps(result).encode(), b"application/json")
    with says(said) as address:
        ran = cli("release", "m0$a@b.c", "--to", "c@d.e", "--http", address)
    assert ran.status == code
    assert "mx said so" in (ran.stderr if code else ran.stdout)


def test_rules_are_put_shown_and_removed(ask: Ask, tmp_path: Path) -> None:
    """What is shown can be put again; what is wrong is said."""
    file = tmp_path / "rules.json"
    file.write_text('{"seed": 3, "rules": [{"recipient": "x@y.z", "outcome": "invalid"}]}')
    put = ask("rules", "put", str(file))
    assert put.status == 0, put.stderr
    shown = ask("rules", "show")
    assert json.loads(shown.stdout) == json.loads(put.stdout)
    assert json.loads(shown.stdout)["seed"] == 3
    file.write_text('{"rules": [{"outcome": "explode"}]}')
    wrong = ask("rules", "put", str(file))
    assert wrong.status == 2
    assert "rules[0]" in wrong.stderr
    assert ask("rules", "remove").status == 0
    assert json.loads(ask("rules", "show").stdout)["rules"] == []


def test_addresses_are_suppressed_and_lifted(ask: Ask) -> None:
    """Blacklisted by default."""
    (added,) = rows(ask("suppressions", "add", "bad@a.b", "--json"))
    assert (added["address"], added["kind"], added["until"]) == ("bad@a.b", "blacklist", None)
    assert "bad@a.b" in ask("suppressions", "list").stdout
    assert ask("suppressions", "lift", "BAD@a.b").stdout == "lifted 1\n"
    assert ask("suppressions", "lift", "BAD@a.b").stdout == "lifted 0\n"
    assert ask("suppressions", "list").stdout == ""
