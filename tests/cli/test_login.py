"""Commands log in at a server that wants it, as the settings say."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from sendcloud_inbound.testing.server import running
from tests.cli.running import PROGRAM, environment

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.running import Cli

LOGIN = {"username": "me", "password": "p@ss"}
USERNAME, PASSWORD = "SENDCLOUD_INBOUND_HTTP__USERNAME", "SENDCLOUD_INBOUND_HTTP__PASSWORD"
ASKING = """
import os
from sendcloud_inbound.client import SandboxClient
print([*SandboxClient(os.environ["SENDCLOUD_HTTP_URL"]).messages()])
"""


def test_a_command_logs_in_by_the_environment(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever the server is; without it the command says what it wants, and no password."""
    secret = tmp_path / "secret"
    secret.write_text("p@ss\n")
    with running({"http": LOGIN}) as server:
        place = ("--http", server.http_url.rpartition("@")[2])
        without = cli("messages", *place)
        monkeypatch.setenv(USERNAME, "me")
        monkeypatch.setenv(PASSWORD + "_FILE", str(secret))
        with_it = cli("messages", "--json", *place)
        ready = cli("ready", "--smtp", f"{server.smtp_host}:{server.smtp_port}", *place)
    assert without.status == 1
    assert "http.username" in without.stderr
    assert (with_it.status, with_it.stdout) == (0, "")
    assert ready.status == 0


@pytest.mark.e2e
def test_run_tells_its_command_the_login(tmp_path: Path) -> None:
    """In the URL, as the client takes it; the report is written too."""
    call = [*PROGRAM, "run", "--report", str(tmp_path / "r"), "--", sys.executable, "-c", ASKING]
    env = environment(**{USERNAME: "me", PASSWORD: "p@ss"})
    done = subprocess.run(call, env=env, capture_output=True, text=True, timeout=50, check=False)
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr
    assert (tmp_path / "r" / "index.html").exists()


@pytest.mark.parametrize(
    ("env", "said"),
    [({USERNAME: "me"}, "set both or none"), ({USERNAME: "a:b", PASSWORD: "x"}, "colon")],
)
def test_half_a_login_is_a_mistake(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, env: dict[str, str], said: str
) -> None:
    """And so is a name that HTTP Basic cannot say."""
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    told = cli("config", "show")
    assert told.status == 2
    assert said in told.stderr
