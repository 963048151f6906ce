"""`run -- CMD`: a sandbox around a command; and `serve --exit-after`."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import PROGRAM, environment
from tests.processes import wait_until

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


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="asks Linux for the children")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_who_is_ended_at_the_start_leaves_no_server_behind(number: int) -> None:
    """At the very moment at which the server is there, and before the command runs."""
    run = subprocess.Popen([*PROGRAM, "run", "--", "true"], env=environment())
    children = Path(f"/proc/{run.pid}/task/{run.pid}/children")
    wait_until(lambda: children.read_text().strip(), "the server was started")
    server = children.read_text().strip()
    run.send_signal(number)
    assert run.wait(timeout=30) == 128 + number
    assert not Path(f"/proc/{server}").exists()


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
    assert done.returncode in {1, 2}
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
