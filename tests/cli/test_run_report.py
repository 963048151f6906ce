"""`run --report DIR -- CMD`: a report of what the sandbox saw, however the command ends."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from tests.cli.running import PROGRAM, environment
from tests.processes import wait_until

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

SENDING = """
import os, signal, smtplib, sys, time
env = os.environ
with smtplib.SMTP(env["SENDCLOUD_SMTP_HOST"], int(env["SENDCLOUD_SMTP_PORT"])) as client:
    client.login(env["SENDCLOUD_API_USER"], env["SENDCLOUD_API_KEY"])
    for number in range(int(sys.argv[1])):
        client.sendmail("a@b.c", ["d@e.f"], f"Subject: bill {number}\\r\\n\\r\\nhello\\r\\n")
"""


def sending(count: int, *then: str) -> list[str]:
    """Return a command that sends so many messages, and then does something."""
    return [sys.executable, "-c", "\n".join((SENDING, *then)), str(count)]


def called(report: Path, *command: str) -> list[str]:
    """Return the call of a command within a sandbox of which a report is written."""
    return [*PROGRAM, "run", "--report", str(report), "--", *command]


def ran(report: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command within a sandbox of which a report is written."""
    return subprocess.run(
        called(report, *command),
        env=environment(), capture_output=True, text=True, timeout=50, check=False,
    )  # fmt: skip


def subjects(report: Path) -> list[Any]:
    """Return the subjects of the messages that a report tells."""
    return [row["subject"] for row in json.loads((report / "messages.json").read_bytes())]


def test_a_command_that_fails_has_its_report(tmp_path: Path) -> None:
    """The exit status is the command's; nothing is said."""
    done = ran(tmp_path / "report", *sending(2, "sys.exit(7)"))
    assert (done.returncode, done.stdout, done.stderr) == (7, "", "")
    assert subjects(tmp_path / "report") == ["bill 1", "bill 0"]
    assert {each.name for each in (tmp_path / "report").iterdir()} == {
        *("index.html", "findings.xml", "manifest.txt", "messages", "emails"),
        *("messages.json", "emails.json", "events.json", "webhook-deliveries.json"),
    }
    page = (tmp_path / "report/index.html").read_text()
    assert '<b class="failed">7</b>' in page
    (suite,) = ET.parse(tmp_path / "report/findings.xml").getroot()  # noqa: S314 - our own
    assert [case.get("name") for case in suite] == ["bill 1", "bill 0"]


def test_a_command_that_is_killed_has_its_report(tmp_path: Path) -> None:
    """It tells the status as a shell does."""
    done = ran(tmp_path, *sending(1, "os.kill(os.getpid(), 9)"))
    assert (done.returncode, done.stderr) == (128 + signal.SIGKILL, "")
    assert ">137</b>" in (tmp_path / "index.html").read_text()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_an_interrupted_command_has_its_report(tmp_path: Path, number: int) -> None:
    """A signal to the whole group, as a terminal sends it, ends the command and not the report."""
    waits = f"signal.signal({number}, signal.SIG_DFL); print('up', flush=True); time.sleep(60)"
    with subprocess.Popen(
        called(tmp_path, *sending(1, waits)),
        env=environment(),
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == b"up\n"
        os.killpg(run.pid, number)
        assert run.wait(timeout=50) == 128 + number
    assert subjects(tmp_path) == ["bill 0"]
    assert f">{128 + number}</b>" in (tmp_path / "index.html").read_text()


@pytest.mark.parametrize(("status", "told"), [(0, 128 + signal.SIGTERM), (7, 7)])
def test_a_signal_ends_the_report_where_it_stands(tmp_path: Path, status: int, told: int) -> None:
    """The command has ended: it is for the report, which does not hide the command's status."""
    run = subprocess.Popen(
        called(tmp_path, *sending(300, f"sys.exit({status})")),
        env=environment(),
        stderr=subprocess.PIPE,
    )
    wait_until((tmp_path / "messages.json").exists, "the report is being written")
    run.terminate()
    _, stderr = run.communicate(timeout=50)
    assert run.returncode == told
    assert stderr.decode() == (
        f"sendcloud-inbound: the report in {tmp_path} is not complete: a signal ended it\n"
    )
    assert not (tmp_path / "index.html").exists()


@pytest.mark.parametrize(("status", "told"), [(0, 1), (7, 7)])
def test_a_report_that_fails_is_told(tmp_path: Path, status: int, told: int) -> None:
    """In one line; a command that failed keeps its status."""
    foreign = tmp_path / "index.html"
    writes = f"open({str(foreign)!r}, 'w').write('mine'); sys.exit({status})"
    done = ran(tmp_path, *sending(0, writes))
    assert done.returncode == told
    assert done.stderr == (
        f"sendcloud-inbound: the report in {tmp_path} is not complete: "
        f"{foreign} cannot be written: file exists\n"
    )
    assert foreign.read_text() == "mine"


@pytest.mark.parametrize("name", ["file", "file/deeper", "foreign"])
def test_a_directory_that_cannot_be_is_told_before_the_command_runs(
    tmp_path: Path, name: str
) -> None:
    """In one line, as a mistake in the call."""
    (tmp_path / "file").write_text("mine")
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign/findings.xml").write_text("mine")
    done = ran(tmp_path / name, sys.executable, "-c", "print('it runs')")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("sendcloud-inbound: Invalid value for --report: ")
    assert done.stderr.count("\n") == 1
    assert (tmp_path / "foreign/findings.xml").read_text() == "mine"


def test_an_earlier_report_is_no_report_of_a_sandbox_that_could_not_start(tmp_path: Path) -> None:
    """There is none then."""
    assert ran(tmp_path / "report", "true").returncode == 0
    config = tmp_path / "config.toml"
    config.write_text("[store]\nurl = 'sqlite://'\n[smtp]\ntls_cert = '/nowhere'\n")
    call = called(tmp_path / "report", "true")
    call[-2:-2] = ["--config", str(config)]
    done = subprocess.run(
        call, env=environment(), capture_output=True, text=True, timeout=50, check=False
    )
    assert done.returncode in {1, 2}, done.stderr
    assert list((tmp_path / "report").iterdir()) == []


def test_a_person_sees_how_far_it_is(tmp_path: Path) -> None:
    """On a terminal a bar stands on stderr."""
    controller, terminal = pty.openpty()
    run = subprocess.Popen(
        called(tmp_path, *sending(1)),
        env=environment(TERM="xterm"),
        stdout=subprocess.DEVNULL,
        stderr=terminal,
    )
    os.close(terminal)
    shown = b""
    while b"report: emails" not in shown:
        shown += os.read(controller, 65536)
    assert run.wait(timeout=50) == 0
    os.close(controller)
    assert b"report: messages" in shown
