"""The pytest plugin, in projects of its own that pytest runs in another process."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from sendcloud_inbound.testing.server import running

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

OTHER = "127.0.0.2" if sys.platform == "linux" else "localhost"
"""An address of this machine that who listens on 127.0.0.1 alone is not reached by."""

SEND = """
import smtplib

def send(sandbox, to="ben@ifaxin.com", subject="bill"):
    with smtplib.SMTP(sandbox.smtp_host, sandbox.smtp_port, timeout=30) as smtp:
        smtp.login(sandbox.api_user, sandbox.api_key)
        smtp.sendmail("a@b.c", [to], f"Subject: {subject}\\r\\n\\r\\nhello\\r\\n")
"""
MANY = """
import pytest
from sending import send

@pytest.mark.parametrize("number", range(200))
def test_each_sees_its_own(sendcloud, number):
    send(sendcloud, subject=f"mail {number}")
    assert sendcloud.wait_for(timeout_s=60).subject == f"mail {number}"
    assert len(sendcloud.messages()) == 1
    assert {event.event for event in sendcloud.events()} == {"request", "deliver"}
"""
FEATURES = """
import pytest
from sending import send

def test_webhooks(sendcloud, sendcloud_webhook_receiver):
    send(sendcloud, "click@sandbox.test")
    events = sendcloud_webhook_receiver.wait_for(3)
    assert {event["event"] for event in events} == {"request", "deliver", "open"}
    assert sendcloud_webhook_receiver.forged == []

@pytest.mark.sendcloud(rules=[{"recipient": "*", "outcome": "invalid", "sub_status": 404}])
def test_rules(sendcloud):
    send(sendcloud)
    assert sendcloud.wait_for_event("invalid").fields["subStat"] == 404
    sendcloud.rules.remove()
    sendcloud.assert_none_comes(recipient="joe@ifaxin.com", within_s=0.1)

def test_findings(sendcloud, capfd):
    send(sendcloud)
    sendcloud.wait_for()
    sendcloud.assert_no_findings()
    assert capfd.readouterr() == ("", "")
"""
FAILING = """
import pytest
from sending import send

def test_it_never_comes(sendcloud):
    send(sendcloud, subject="the bill")
    sendcloud.wait_for()
    sendcloud.wait_for(recipient="bem@ifaxin.com", timeout_s=0)

@pytest.mark.sendcloud(strict=True)
def test_it_is_not_as_it_should_be(sendcloud):
    send(sendcloud, subject="x\\r\\nX-SMTPAPI: no base64!")
    sendcloud.wait_for(status="invalid")

@pytest.mark.sendcloud(colour="red")
def test_a_misspelt_marker(sendcloud):
    pass
"""
HOOKS = """
import pytest
from sending import send

def test_webhooks(sendcloud, sendcloud_webhook_receiver):
    assert sendcloud_webhook_receiver.url.startswith("http://{host}:")
    send(sendcloud)
    assert len(sendcloud_webhook_receiver.wait_for(2)) == 2
"""


def run(folder: Path, text: str, *options: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run pytest on a project with that test file."""
    (folder / "sending.py").write_text(SEND)
    (folder / "test_project.py").write_text(text)
    (folder / "pytest.ini").write_text("[pytest]\npythonpath = .\n")
    known = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", *options],
        cwd=folder, env=known | env, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip


@pytest.mark.slow
def test_two_hundred_tests_in_parallel_see_their_own_mail(tmp_path: Path) -> None:
    """On one server, four at a time."""
    with running() as server:
        done = run(
            tmp_path, MANY, "-n", "4",
            SENDCLOUD_HTTP_URL=server.http_url, SENDCLOUD_SMTP_PORT=str(server.smtp_port),
        )  # fmt: skip
    assert "200 passed" in done.stdout, done.stdout + done.stderr


@pytest.mark.slow
def test_the_fixtures_do_what_they_say(tmp_path: Path) -> None:
    """Without a server that runs already, one is started in the test process."""
    done = run(tmp_path, FEATURES)
    assert "3 passed" in done.stdout, done.stdout + done.stderr


@pytest.mark.slow
def test_a_failure_shows_the_mail_and_why(tmp_path: Path) -> None:
    """The near misses, the dialogue, the findings; a misspelt marker is a mistake."""
    done = run(tmp_path, FAILING)
    assert done.returncode == 1, done.stdout + done.stderr
    told = done.stdout
    assert "its recipient is ben@ifaxin.com" in told
    assert "SendCloud sandbox" in told
    assert "'the bill'" in told
    assert "C: RCPT TO:<ben@ifaxin.com>" in told or "C: rcpt TO:<ben@ifaxin.com>" in told
    assert "xsmtpapi-not-base64" in told
    assert "subject: x" in told.lower() or "C: (" in told.partition("xsmtpapi-not-base64")[2]
    assert "sendcloud takes rules, seed, strict" in told


@pytest.mark.slow
def test_a_server_elsewhere_reaches_the_receiver_by_the_host_that_is_set(tmp_path: Path) -> None:
    """In pytest's settings, or before them in the environment."""
    setting = ("-o", "sendcloud_webhook_host=localhost")
    done = run(tmp_path, HOOKS.format(host="localhost"), *setting)
    assert "1 passed" in done.stdout, done.stdout + done.stderr
    done = run(tmp_path, HOOKS.format(host=OTHER), *setting, SENDCLOUD_WEBHOOK_HOST=OTHER)
    assert "1 passed" in done.stdout, done.stdout + done.stderr


@pytest.mark.slow
def test_a_host_that_is_none_is_a_mistake(tmp_path: Path) -> None:
    """A URL, say; the line tells what to give."""
    done = run(tmp_path, HOOKS, SENDCLOUD_WEBHOOK_HOST="http://ci:8000")
    assert "sendcloud_webhook_host is 'http://ci:8000': give a name" in done.stdout, done.stdout


def test_who_does_not_use_it_pays_nothing(tmp_path: Path) -> None:
    """A project without these fixtures loads nothing of the server."""
    done = run(
        tmp_path,
        "import sys\ndef test_it():\n    names = {n.partition('.')[0] for n in sys.modules}\n"
        "    assert not names & {'aiosmtpd', 'sqlalchemy', 'fastapi', 'httpx'}\n",
        "-p", "no:hypothesispytest",
    )  # fmt: skip
    assert "1 passed" in done.stdout, done.stdout + done.stderr
