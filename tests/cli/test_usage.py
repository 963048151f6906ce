"""Help, version, completion, and what a mistyped command line gets."""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
import typer

from sendcloud_inbound import __version__
from sendcloud_inbound.cli.program import app
from tests.cli.running import PROGRAM, environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.cli.running import Cli

PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"
MODULE, _, MAIN = tomllib.loads(PYPROJECT.read_text())["project"]["scripts"][
    "sendcloud-inbound"
].partition(":")
SCRIPT = (sys.executable, "-c", f"import sys; from {MODULE} import {MAIN} as f; sys.exit(f())")
"""What an installer writes into the script."""
INTERRUPT = "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n[...]\n"
"""A module that is interrupted while it is imported."""


def with_modules(folder: Path) -> dict[str, str]:
    """Return an environment where a folder's modules come before those that are installed."""
    return environment(PYTHONPATH=f"{folder}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")


def _commands(command: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    yield name or "sendcloud-inbound", command
    for inner_name, inner in getattr(command, "commands", {}).items():
        yield from _commands(inner, f"{name} {inner_name}".strip())


COMMANDS = dict(_commands(typer.main.get_command(app)))


def test_the_commands_are_those_of_the_contract() -> None:
    """There is nothing else than what works."""
    assert set(COMMANDS) == {
        "sendcloud-inbound",
        "serve",
        "ready",
        "run",
        "send",
        "messages",
        "show",
        "lint",
        "render",
        *("wait", "events", "happen", "release"),
        "rules",
        *(f"rules {deed}" for deed in ("show", "put", "remove")),
        "suppressions",
        *(f"suppressions {deed}" for deed in ("list", "add", "lift")),
        "api-users",
        *(f"api-users {deed}" for deed in ("list", "add", "remove")),
        "clear",
        "clock",
        "deliveries",
        "replay",
        "webhooks",
        *(f"webhooks {deed}" for deed in ("list", "add", "remove", "pause", "resume")),
        *("export", "import", "config", "config show"),
    }


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_every_option_has_help(name: str) -> None:
    """Nothing has to be guessed."""
    command = COMMANDS[name]
    assert command.help
    assert [each.name for each in command.params if not each.help] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_a_result(name: str, cli: Cli) -> None:
    """--help goes to stdout and is a success."""
    words = [] if name == "sendcloud-inbound" else name.split()
    ran = cli(*words, "--help")
    assert (ran.status, ran.stderr) == (0, "")
    assert f"Usage: sendcloud-inbound {' '.join(words)}".strip() in ran.stdout


def test_version(cli: Cli) -> None:
    """--version names the program and its version."""
    ran = cli("--version")
    assert (ran.status, ran.stdout, ran.stderr) == (0, f"sendcloud-inbound {__version__}\n", "")


def test_python_m_is_the_same_program() -> None:
    """`python -m sendcloud_inbound` calls itself sendcloud-inbound too."""
    ran = subprocess.run(
        [*PROGRAM, "--help"], capture_output=True, text=True, env=environment(), check=True
    )
    assert "Usage: sendcloud-inbound" in ran.stdout


def test_completion_offers_the_commands() -> None:
    """The shell completes what --install-completion promises."""
    asked = environment(
        _SENDCLOUD_INBOUND_COMPLETE="complete_bash",
        COMP_WORDS="sendcloud-inbound se",
        COMP_CWORD="1",
    )
    ran = subprocess.run(PROGRAM, capture_output=True, text=True, env=asked, check=False)
    assert ran.stdout.split() == ["serve", "send"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["serve", "--smpt", "x"], "No such option: --smpt (Possible options: --smtp"),
        (["sned"], "No such command 'sned'"),
        (["serve", "--role", "postman"], "'postman' is not one of 'smtp', 'worker', 'http'"),
        (["serve", "--log-level", "loud"], "--log-level"),
        (["ready", "--wait", "long"], "--wait"),
        (["show"], "Missing argument"),
        (["show", "x", "--raw", "--json"], "--raw, --transcript and --json exclude each other"),
        (["messages", "--all", "--limit", "3"], "--limit and --all exclude each other"),
        (["send", "--count", "0"], "--count"),
        (["send", "--header", "no colon"], "'no colon' is not 'Name: value'"),
        (["send", "--html", "/nowhere.html"], "/nowhere.html cannot be read"),
        (["send", "--api-user", "somebody"], "no account somebody is configured"),
        (["lint"], "Missing argument"),
        (["lint", "/nowhere.eml"], "/nowhere.eml cannot be read: no such file or directory"),
        (["lint", "/"], "/ cannot be read: is a directory"),
        (["lint", "/nowhere.eml", "--rcpt"], "--rcpt"),
        (["run", "--report", "--", "true"], "--report: a directory has to follow"),
        (["run", "--report", "/dev/null", "--", "true"], "/dev/null is a file; name a directory"),
        (["deliveries", "--all", "--limit", "3"], "--limit and --all exclude each other"),
        (["deliveries", "--event", "sent"], "'sent' is not one of 'request'"),
        (["replay"], "give the ID of a delivery, or --all"),
        (["replay", "5", "--all"], "give the ID of a delivery, or --all"),
        (["replay", "5", "--event", "open"], "the filters go with --all"),
        (["webhooks", "pause", "x"], "should be a valid integer"),
        (["webhooks"], "Missing command"),
        (["events", "--all", "--limit", "3"], "--limit and --all exclude each other"),
        (["events", "--event", "sent"], "'sent' is not one of 'request'"),
        (["happen", "m0$a@b.c"], "Missing argument"),
        (["happen", "m0$a@b.c", "sent"], "'sent' is not one of 'deliver', 'open', 'click'"),
        (["happen", "m0$a@b.c", "invalid", "--sub-status", "x"], "--sub-status"),
        (["release"], "Missing argument"),
        (["rules"], "Missing command"),
        (["rules", "put", "/nowhere.json"], "/nowhere.json cannot be read"),
        (["suppressions"], "Missing command"),
        (["suppressions", "add", "a@b.c", "--kind", "odd"], "'odd' is not one of"),
        (["config"], "Missing command"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else "",
)
def test_a_mistyped_command_line_gets_one_line(
    arguments: list[str], complaint: str, cli: Cli
) -> None:
    """The line names what is wrong; the exit status is 2; nothing stands on stdout."""
    ran = cli(*arguments)
    assert (ran.status, ran.stdout) == (2, "")
    assert ran.stderr.startswith("sendcloud-inbound: ")
    assert ran.stderr.count("\n") == 1
    assert complaint in ran.stderr
    assert "--help" in ran.stderr


@pytest.mark.parametrize("command", ["lint", "render", "send"])
def test_an_empty_file_holds_no_message(
    command: str, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is as little a message on stdin: whoever wrote it has failed."""
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO()))
    (tmp_path / "mail.eml").touch()
    for given in (str(tmp_path / "mail.eml"), "-"):
        ran = cli(command, given)
        assert (ran.status, ran.stdout, ran.stderr.count("\n")) == (2, "", 1)
        assert f"FILE: {given} is empty and holds no message" in ran.stderr


def test_a_complaint_moves_no_cursor(cli: Cli) -> None:
    """Control characters of the command line come back escaped."""
    ran = cli("show", "a", "\x1b[2J\x9b")
    assert ran.status == 2
    assert "\x1b" not in ran.stderr
    assert "\x9b" not in ran.stderr


@pytest.mark.parametrize(
    "arguments",
    [["show", "\udcff"], ["messages", "--subject", "\udcff"], ["send", "--text", "\udcff"]],
)
def test_octets_that_are_no_text(arguments: list[str], cli: Cli) -> None:
    """What a shell hands over may be anything; it is told in one line."""
    ran = cli(*arguments)
    assert ran.status == 2
    assert "\\udcff" in ran.stderr
    assert ran.stderr.count("\n") == 1


def test_a_screen_without_chinese_gets_escapes() -> None:
    """Results are written whatever the encoding of stdout is."""
    given = environment(PYTHONIOENCODING="ascii", SENDCLOUD_INBOUND_STORE__URL="sqlite:////订单.db")
    ran = subprocess.run(
        [*PROGRAM, "config", "show"], capture_output=True, text=True, env=given, check=True
    )
    assert r"sqlite:////\u8ba2\u5355.db" in ran.stdout


def test_ctrl_c_is_quiet() -> None:
    """An interrupted command ends with 130 and without a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = "{}:{}".format(*listener.getsockname())
        command = subprocess.Popen(
            [*PROGRAM, "ready", "--smtp", address, "--http", address],
            stderr=subprocess.PIPE,
            env=environment(),
        )
        connection, _ = listener.accept()  # it runs, and waits for a banner
        command.send_signal(signal.SIGINT)
        _, stderr = command.communicate(timeout=30)
        connection.close()
    assert (command.returncode, stderr) == (130, b"")


@pytest.mark.parametrize("arguments", [["serve"], ["send", "--help"]], ids=" ".join)
@pytest.mark.parametrize("entry", [PROGRAM, SCRIPT], ids=["module", "script"])
def test_ctrl_c_is_quiet_during_the_imports(
    entry: Sequence[str], arguments: list[str], tmp_path: Path
) -> None:
    """However the program is started; nothing has been done yet, and nothing is said."""
    (tmp_path / "typer.py").write_text(INTERRUPT)
    ran = subprocess.run(
        [*entry, *arguments], capture_output=True, env=with_modules(tmp_path), check=False
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (130, b"", b"")


@pytest.mark.parametrize("entry", [PROGRAM, SCRIPT], ids=["module", "script"])
def test_ctrl_c_behind_an_exec_is_130_too(entry: Sequence[str], tmp_path: Path) -> None:
    """Python dies of it even where it is caught, and what commands import has many."""
    (tmp_path / "rich.py").write_text(f"exec({INTERRUPT!r})\n")
    (tmp_path / "mail.eml").write_text("Subject: Hello\n\nHello\n")
    ran = subprocess.run(
        [*entry, "lint", str(tmp_path / "mail.eml")],
        capture_output=True,
        env=with_modules(tmp_path),
        check=False,
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (130, b"", b"")


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_reader_that_has_gone_is_no_matter(form: list[str]) -> None:
    """As behind `| head`, nothing is said when stdout is closed."""
    reading, writing = os.pipe()
    os.close(reading)
    ran = subprocess.run(
        [*PROGRAM, "config", "show", *form],
        stdout=writing,
        stderr=subprocess.PIPE,
        env=environment(),
        check=False,
    )
    os.close(writing)
    assert (ran.returncode, ran.stderr) == (1, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device of Linux")  # noqa: PTH110
def test_a_full_disk_is_told_in_one_line() -> None:
    """Results that cannot be written are a failure."""
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        ran = subprocess.run(
            [*PROGRAM, "config", "show", "--json"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(),
            check=False,
        )
    assert ran.returncode == 1
    assert ran.stderr == "sendcloud-inbound: no space left on device\n"
