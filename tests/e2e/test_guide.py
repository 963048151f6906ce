"""The guide's own Python program, run as a stranger would, against the real server."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.processes import ProgramProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.e2e

GUIDE = Path(__file__).parents[1] / "documents" / "guide_send.py"


@pytest.fixture
def program(tmp_path: Path) -> Iterator[ProgramProcess]:
    """A server that is ended with the test."""
    program = ProgramProcess(tmp_path)
    program.start()
    yield program
    program.stop()


def test_two_recipients_two_emails(program: ProgramProcess) -> None:
    """The ids that the program puts together from the reply are those of the emails (G3, G10)."""
    host, port = program.addresses["smtp"]
    command = [sys.executable, str(GUIDE), host, str(port), "sandbox_user", "sandbox_key"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
    printed = done.stdout.split()
    program.wait_until_expanded()
    (message,) = program.all_of("messages")
    assert printed == [
        f"{message['message_id']}0$ben@ifaxin.com",
        f"{message['message_id']}1$joe@ifaxin.com",
    ]
    assert [row["email_id"] for row in program.all_of("emails")] == printed
    assert message["status"] == "expanded"
    assert message["rcpt_to"] == ["ben@ifaxin.com"]
    assert message["subject"] == "SendCloud Python SMTP"
    assert message["findings"] == {"refused": 0, "invalid": 0, "ignored": 0, "advice": 0}


def test_a_refused_attempt_can_be_looked_at(program: ProgramProcess) -> None:
    """After 552 the message is listed as refused, with its subject, the reason and a finding."""
    with program.client() as client:
        client.mail("support@ifaxin.com")
        client.rcpt("ben@ifaxin.com")
        reply = client.data("Subject: Late\r\nX-SMTPAPI: e30=\r\nX-Mailer: last\r\n\r\nHello.\r\n")
    assert reply == (552, b"xsmtpapi error")
    (message,) = program.all_of("messages")
    assert (message["status"], message["reason"]) == ("refused", "552 xsmtpapi error")
    assert message["subject"] == "Late"
    assert message["findings"]["refused"] == 1
    assert program.all_of("emails") == []
