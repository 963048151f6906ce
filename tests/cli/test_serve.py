"""`serve`: its options are settings, it is what runs without a command, and how it ends."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, get_args

import pytest

from sendcloud_inbound.cli import serve
from sendcloud_inbound.config import values
from tests.cli.running import PROGRAM, environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.running import Cli

PRIVATE = {
    "SENDCLOUD_INBOUND_SMTP__PORT": "0",
    "SENDCLOUD_INBOUND_HTTP__PORT": "0",
    "SENDCLOUD_INBOUND_STORE__URL": "sqlite://",
}


@contextmanager
def serving(*arguments: str, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """Start the program; it is gone at the end."""
    command = subprocess.Popen(
        [*PROGRAM, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(**PRIVATE | settings),
    )
    try:
        yield command
    finally:
        command.kill()
        command.communicate()


def events(log: IO[str] | None) -> Iterator[dict[str, object]]:
    """Yield the events of a JSON log as they come."""
    assert log is not None
    yield from map(json.loads, log)


def wait_ready(ports_file: Path) -> dict[str, object]:
    """Return what the ports file says once everything in it answers."""
    waiting = [*PROGRAM, "ready", "--wait", "30", "--ports-file", str(ports_file)]
    subprocess.run(waiting, check=True, env=environment())
    listeners: dict[str, object] = json.loads(ports_file.read_text())
    return listeners


def test_the_choices_are_those_of_the_settings() -> None:
    """What an option offers, the settings take, and nothing else."""
    assert [role.value for role in serve.Role] == list(get_args(values.Role))
    assert get_args(serve.LogFormat) == get_args(values.LogFormat)
    assert get_args(serve.LogLevel) == get_args(values.LogLevel)


@pytest.mark.e2e
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_no_arguments_serve(number: signal.Signals) -> None:
    """It serves both listeners, logs to stderr, writes nothing to stdout and stops when asked."""
    with serving() as server:
        log = events(server.stderr)
        up = {next(event["listener"] for event in log if event["event"] == "listening")}
        up |= {next(event["listener"] for event in log if event["event"] == "listening")}
        server.send_signal(number)
        stdout, _ = server.communicate(timeout=30)
    assert up == {"smtp", "http"}
    assert (server.returncode, stdout) == (0, "")


@pytest.mark.e2e
def test_options_win_over_the_environment(tmp_path: Path) -> None:
    """The command line is the highest of the sources."""
    ports_file = tmp_path / "ports.json"
    options = (
        "--role",
        "http",
        "--role",
        "worker",
        "--http",
        "127.0.0.1:0",
        "--log-level",
        "error",
    )
    where = ("--ports-file", str(ports_file), "--store", f"sqlite:///{tmp_path / 'mail.db'}")
    settings = {"SENDCLOUD_INBOUND_ROLES": "smtp", "SENDCLOUD_INBOUND_HTTP__HOST": "192.0.2.1"}
    with serving("serve", *options, *where, **settings) as server:
        listeners = wait_ready(ports_file)
        server.terminate()
        _, stderr = server.communicate(timeout=30)
    assert list(listeners) == ["http"]
    assert (tmp_path / "mail.db").exists()
    assert (server.returncode, stderr) == (0, "")


@pytest.mark.e2e
def test_the_log_can_be_made_for_people(tmp_path: Path) -> None:
    """--log-format console is told apart from JSON."""
    with serving("serve", "--log-format", "console", "--ports-file", str(tmp_path / "p")) as server:
        wait_ready(tmp_path / "p")
        server.terminate()
        _, stderr = server.communicate(timeout=30)
    assert "listening" in stderr
    assert not stderr.startswith("{")


@pytest.mark.e2e
def test_a_taken_port_is_told_at_once() -> None:
    """One line names the listener and its address; the exit status is 1."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = "{}:{}".format(*taken.getsockname())
        with serving("serve", "--smtp", address) as server:
            stdout, stderr = server.communicate(timeout=30)
    assert (server.returncode, stdout) == (1, "")
    assert stderr.startswith(f"sendcloud-inbound: SMTP cannot listen on {address}: ")
    assert stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--smtp", "2525"], "--smtp: '2525' is not HOST:PORT"),
        (["--http", "localhost:http"], "--http: 'localhost:http' is not HOST:PORT"),
        (["--store", "mysql://db"], "store.url on the command line"),
        (["--config", "/nowhere.toml"], "config file /nowhere.toml, named by --config"),
    ],
    ids=lambda given: given[0] if isinstance(given, list) else "",
)
def test_a_wrong_setting_is_told_before_anything_starts(
    options: list[str], complaint: str, cli: Cli
) -> None:
    """One line, exit status 2."""
    ran = cli("serve", *options)
    assert (ran.status, ran.stdout) == (2, "")
    assert complaint in ran.stderr
    assert ran.stderr.count("\n") == 1
