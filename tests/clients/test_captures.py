"""What real clients put on the wire is judged as SENDCLOUD.md 3.8 and CLIENTS.md say."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sendcloud_inbound.rules.acceptance import judge
from sendcloud_inbound.rules.expansion import expand
from sendcloud_inbound.rules.headers import scan
from sendcloud_inbound.rules.lint import refused_in_strict
from sendcloud_inbound.rules.model import Fidelity, MessageStatus
from sendcloud_inbound.rules.xsmtpapi import read
from tests.processes import ProgramProcess

if TYPE_CHECKING:
    from sendcloud_inbound.rules.xsmtpapi import Reading

HERE = Path(__file__).parent
TABLE: dict[str, Any] = tomllib.loads((HERE / "expected.toml").read_text())
FROM, RCPT = "support@ifaxin.com", ("ben@ifaxin.com",)
TO = ["ben@ifaxin.com", "joe@ifaxin.com", "bida@ifaxin.com"]
STANDARD = ["py_vendor", "py_legacy_sm", "py_modern", "py_modern_early", "py_modern_raw"]
"""They need nothing beyond Python."""


def capture(name: str) -> bytes:
    """Return what the server took."""
    return (HERE / "captures" / f"{name}.eml").read_bytes()


def known(name: str) -> dict[str, Any]:
    """Return who sent it, and what it was told."""
    return tomllib.loads((HERE / "captures" / f"{name}.toml").read_text())


def shape(reading: Reading) -> str:
    """Return how the value of an X-SMTPAPI stands in its header."""
    if reading.wrapped:
        return "wrapped"
    if reading.encoded_words:
        return "encoded-words"
    return "folded" if reading.folded else "one line"


def test_every_program_has_a_capture_and_every_capture_a_row() -> None:
    """Nothing is captured for nothing; at least eight libraries are there."""
    programs = {path.stem for path in (HERE / "programs").iterdir()}
    captures = {path.stem for path in (HERE / "captures").glob("*.eml")}
    assert programs == captures == set(TABLE)
    libraries = {known(name)["client"].split()[0] for name in captures}
    assert len(libraries) >= 8


@pytest.mark.parametrize("name", TABLE)
def test_header_is_read_as_it_was_sent(name: str) -> None:
    """Its place among the fields and its shape are those of the table."""
    reading = read(scan(capture(name)))
    assert reading.count == 1
    assert list(reading.followers) == TABLE[name].get("after", [])
    assert shape(reading) == TABLE[name]["value"]


@pytest.mark.parametrize("name", TABLE)
def test_judgement_is_that_of_the_table(name: str) -> None:
    """Refused at once, later, or taken; strict mode refuses what is reported to fail (D12, D13)."""
    content, wanted = capture(name), TABLE[name].get("findings", [])
    faithful = judge(content, Fidelity.FAITHFUL, FROM, RCPT)
    assert known(name)["reply"] == (250 if faithful.refusal is None else faithful.refusal.code)
    found = faithful.findings
    if faithful.refusal is None:
        found = expand(content, RCPT, found, mail_from=FROM).findings
    assert [each.code for each in found] == wanted
    strict = judge(content, Fidelity.STRICT, FROM, RCPT)
    assert (strict.refusal is not None) is any(map(refused_in_strict, found))


@pytest.mark.parametrize("name", TABLE)
def test_emails_are_those_of_to(name: str) -> None:
    """Whatever shape it had, what was taken becomes an email for each address of `to`."""
    content = capture(name)
    verdict = judge(content, Fidelity.FAITHFUL)
    expansion = expand(content, RCPT, verdict.findings)
    if verdict.refusal is None and expansion.status is MessageStatus.EXPANDED:
        assert [email.recipient for email in expansion.emails] == TO
    else:
        assert "xsmtpapi-not-base64" in TABLE[name]["findings"] or verdict.refusal is not None


@pytest.mark.e2e
def test_programs_run_as_they_stand(tmp_path: Path) -> None:
    """Those of the standard library are run: what comes is judged as what was captured."""
    server = ProgramProcess(tmp_path)
    server.start()
    try:
        host, port = server.addresses["smtp"]
        told = {
            "SENDCLOUD_SMTP_HOST": host,
            "SENDCLOUD_SMTP_PORT": str(port),
            "SENDCLOUD_API_USER": "sandbox_user",
            "SENDCLOUD_API_KEY": "sandbox_key",
        }
        for name in STANDARD:
            program = HERE / "programs" / f"{name}.py"
            ran = subprocess.run(
                [sys.executable, str(program)],
                env=os.environ | told,
                stderr=subprocess.PIPE,
                timeout=30,
                check=False,
            )
            assert (ran.returncode == 0) is (known(name)["reply"] == 250), ran.stderr
        server.wait_until_expanded()
        rows = server.all_of("messages")
    finally:
        server.stop()
    assert [row["status"] for row in reversed(rows)] == [
        "expanded" if known(name)["reply"] == 250 else "refused" for name in STANDARD
    ]
