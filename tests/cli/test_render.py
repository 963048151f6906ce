"""`render`: what a recipient gets of a message in a file, without a server."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.running import Cli


def encoded(**api: object) -> str:
    """Return X-SMTPAPI as a header has it."""
    return f"X-SMTPAPI: {base64.b64encode(json.dumps(api).encode()).decode()}"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The guide's Ben and Joe (G17), as an editor saves it."""
    api: dict[str, object] = {
        "to": ["ben@ifaxin.com", "joe@ifaxin.com"],
        "sub": {"%name%": ["Ben", "Joe"], "%money%": [288, 497]},
    }
    path = tmp_path / "mail.eml"
    path.write_text(
        f"From: support@ifaxin.com\nTo: x@y.cn\nSubject: Bill\n{encoded(**api)}\n\n"
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


@pytest.mark.parametrize(
    ("field", "said"),
    [
        (encoded(to="ben@ifaxin.com"), "the message is refused at the end of DATA: 552 xsmtpapi"),
        (f"{encoded(to=['ben@ifaxin.com'])}\nX-After: it", "refused at the end of DATA: 552 "),
        ("X-SMTPAPI: !!!!", "the message is invalid: worker: invalid XSMTP-API"),
        (encoded(to=["nobody", "ben@x.cn"]), "recipient 0, 'nobody', is invalid: 404 address form"),
    ],
)
def test_what_is_not_sent_has_no_copy(cli: Cli, tmp_path: Path, field: str, said: str) -> None:
    """Refused at the end of DATA or invalid later; one line says it, and where to read on."""
    path = tmp_path / "mail.eml"
    path.write_text(f"Subject: Bill\n{field}\n\nHello\n")
    ran = cli("render", str(path), "--rcpt", "joe@ifaxin.com")
    assert (ran.status, ran.stdout, ran.stderr.count("\n")) == (1, "", 1)
    assert said in ran.stderr
    assert ran.stderr.endswith("; so there is no copy, and lint FILE tells what to mend\n")
    assert cli("lint", str(path)).status == 1


def test_an_invalid_recipient_is_no_matter_for_the_others(cli: Cli, tmp_path: Path) -> None:
    """Each entry of `to` is an email of its own (S12)."""
    path = tmp_path / "mail.eml"
    path.write_text(f"Subject: Bill\n{encoded(to=['nobody', 'ben@x.cn'])}\n\nHello\n")
    ran = cli("render", str(path), "--recipient", "1")
    assert (ran.status, ran.stderr) == (0, "")
    assert "To: ben@x.cn\r\n" in ran.stdout


def test_a_file_that_is_not_there(cli: Cli, tmp_path: Path) -> None:
    """One clear line names the file."""
    ran = cli("render", str(tmp_path / "none.eml"))
    assert ran.status == 2
    assert "none.eml cannot be read" in ran.stderr
    assert "Traceback" not in ran.stderr
