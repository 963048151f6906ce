"""`render`: what a recipient gets of a message in a file, without a server."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.running import Cli


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The guide's Ben and Joe (G17), as an editor saves it."""
    api = {
        "to": ["ben@ifaxin.com", "joe@ifaxin.com"],
        "sub": {"%name%": ["Ben", "Joe"], "%money%": [288, 497]},
    }
    value = base64.b64encode(json.dumps(api).encode()).decode()
    path = tmp_path / "mail.eml"
    path.write_text(
        f"From: support@ifaxin.com\nTo: x@y.cn\nSubject: Bill\nX-SMTPAPI: {value}\n\n"
        "Dear %name%:\n\nHello! Your consumption amount in ifaxin this month : %money% .\n"
    )
    return path


def test_each_recipients_copy(cli: Cli, file: Path) -> None:
    """Positions count from 0, as in the emailId; without one it is the first."""
    first, second = cli("render", str(file)), cli("render", str(file), "--recipient", "1")
    assert (first.status, first.stderr) == (0, "")
    assert "Dear Ben:" in first.stdout
    assert "this month : 288 ." in first.stdout
    assert "To: ben@ifaxin.com\r\n" in first.stdout
    assert "Dear Joe:" in second.stdout
    assert "X-SENDCLOUD-UUID: 1426390015358_15_6484_8661.sc-10_10_127_51-inbound1$joe@" in (
        second.stdout
    )
    assert cli("render", str(file)).stdout == first.stdout


def test_rcpt_names_the_recipients_where_to_does_not(cli: Cli, tmp_path: Path) -> None:
    """Without X-SMTPAPI the copy is the mail itself, SendCloud's headers on top (S16)."""
    path = tmp_path / "plain.eml"
    path.write_bytes(b"Subject: %name%\r\nTo: x@y.cn\r\n\r\nHello %name%\r\n")
    ran = cli("render", str(path), "--rcpt", "a@b.cn", "--rcpt", "c@d.cn", "--recipient", "1")
    assert ran.stdout.endswith("Subject: %name%\r\nTo: x@y.cn\r\n\r\nHello %name%\r\n")
    assert "inbound1$c@d.cn" in ran.stdout


@pytest.mark.parametrize(("number", "said"), [("2", "the message has 2 recipients")])
def test_a_position_beyond_the_last(cli: Cli, file: Path, number: str, said: str) -> None:
    """Who does not exist gets no copy; the complaint says how many there are."""
    ran = cli("render", str(file), "--recipient", number)
    assert (ran.status, ran.stdout) == (2, "")
    assert said in ran.stderr


def test_a_file_that_is_not_there(cli: Cli, tmp_path: Path) -> None:
    """One clear line names the file."""
    ran = cli("render", str(tmp_path / "none.eml"))
    assert ran.status == 2
    assert "none.eml cannot be read" in ran.stderr
    assert "Traceback" not in ran.stderr
