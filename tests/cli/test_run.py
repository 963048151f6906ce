"""`run -- CMD`: a sandbox around a command; and `serve --exit-after`."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.cli.running import PROGRAM, environment
from tests.processes import wait_until

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.e2e

SENDING = """
import os, smtplib, sys, urllib.request
env = os.environ
with smtplib.SMTP(env["SENDCLOUD_SMTP_HOST"], int(env["SENDCLOUD_SMTP_PORT"])) as client:
    client.login(env["SENDCLOUD_API_USER"], env["SENDCLOUD_API_KEY"])
    client.sendmail("a@b.c", ["d@e.f"], "Subject: s\\r\\n\\r\\nhello\\r\\n")
url = env["SENDCLOUD_HTTP_URL"] + "/sandbox/v1/wait?recipient=d@e.f"
print(urllib.request.urlopen(url).read().decode(), env["SENDCLOUD_APP_KEY"])
sys.exit(7)
"""


def ran(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a command within a sandbox."""
    call = [*PROGRAM, "run", *command]
    return subprocess.run(
        call, env=environment(), capture_output=True, text=True, timeout=50, check=False
    )


def test_the_command_finds_the_sandbox_and_its_status_is_handed_on() -> None:
    """It can send and wait at once; nothing else is on stdout."""
    done = ran("--", sys.executable, "-c", SENDING)
    assert done.returncode == 7, done.stderr
    assert '"recipient":"d@e.f"' in done.stdout
    assert done.stdout.rstrip().endswith("test_appkey")


def test_a_command_that_is_killed_is_told_as_a_shell_does() -> None:
    """128 and the number of the signal."""
    done = ran("--", sys.executable, "-c", "import os; os.kill(os.getpid(), 9)")
    assert done.returncode == 128 + signal.SIGKILL


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_who_is_ended_at_the_start_leaves_no_server_behind(tmp_path: Path, number: int) -> None:
    """While the server is being started, and before the command runs."""
    run = subprocess.Popen(
        [*PROGRAM, "run", "--", "true"],
        env=environment() | {"TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    # Its folder is the last thing made before the server is.
    wait_until(lambda: any(tmp_path.iterdir()), "the server is being started")
    run.send_signal(number)
    run.communicate(timeout=30)  # ends when the last process ends that has its stdout
    assert run.returncode == 128 + number
    assert not any(tmp_path.iterdir())


def test_a_signal_is_handed_on() -> None:
    """The command ends by it, and its status is told."""
    program = "import signal, sys, time; signal.signal(15, lambda *_: sys.exit(9)); print('up'); "
    program += "sys.stdout.flush(); time.sleep(60)"
    call = [*PROGRAM, "run", "--", sys.executable, "-c", program]
    with subprocess.Popen(call, env=environment(), stdout=subprocess.PIPE) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == b"up\n"
        run.terminate()
        assert run.wait(timeout=30) == 9


def test_what_cannot_be_run_is_said(tmp_path: Path) -> None:
    """A command that does not exist, and a sandbox that cannot start."""
    done = ran("--", str(tmp_path / "nothing"))
    assert (done.returncode, done.stdout) == (1, "")
    assert "cannot run" in done.stderr
    config = tmp_path / "config.toml"
    config.write_text("[tracking]\ndomain = 'a b'\n")
    done = ran("--config", str(config), "--", "true")
    assert (done.returncode, done.stdout) == (2, "")
    assert "tracking.domain" in done.stderr


def test_a_server_stops_by_itself_when_told_so() -> None:
    """After so many seconds, in order."""
    call = [*PROGRAM, "serve", "--smtp", "127.0.0.1:0", "--http", "127.0.0.1:0"]
    done = subprocess.run(
        [*call, "--store", "sqlite://", "--exit-after", "0.1"],
        env=environment(), capture_output=True, text=True, timeout=50, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "stopped" in done.stderr
