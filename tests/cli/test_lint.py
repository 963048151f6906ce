"""`lint`: what SendCloud would make of a file, without a server."""

from __future__ import annotations

import base64
import json
import subprocess
from dataclasses import fields
from typing import TYPE_CHECKING

import pytest

from sendcloud_inbound.client import Finding
from tests.cli.running import PROGRAM, environment

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.running import Cli

TO = ["ben@ifaxin.com", "joe@ifaxin.com"]


def message(*after: str, fold: bool = False, **api: object) -> str:
    """Return a message whose X-SMTPAPI names two recipients and more, in LF lines."""
    value = base64.b64encode(json.dumps({"to": TO, **api}).encode()).decode()
    field = f"X-SMTPAPI: {value}".replace(": ", ":\n " if fold else ": ")
    return "\n".join(["From: support@ifaxin.com", "Subject: Hello", field, *after, "", "Hello", ""])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file without mistakes."""
    path = tmp_path / "mail.eml"
    path.write_text(message())
    return path


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_good_message_has_none(cli: Cli, file: Path, ends: str) -> None:
    """An editor's line ends are no mistake; the exit status is 0."""
    file.write_bytes(message().replace("\n", ends).encode())
    for more in ([], ["--strict"], ["--rcpt", TO[0], "--mail-from", "support@ifaxin.com"]):
        ran = cli("lint", str(file), *more)
        assert (ran.status, ran.stdout, ran.stderr) == (0, "no findings\n", "")
    assert json.loads(cli("lint", str(file), "--json").stdout) == {"items": []}


def test_a_refused_message(cli: Cli, file: Path) -> None:
    """The reply stands first, then each finding with its remedy; the exit status is 1."""
    file.write_text(message("Reply-To: a@b.c", category="x"))
    ran = cli("lint", str(file))
    lines = [" ".join(line.split()) for line in ran.stdout.splitlines()]
    assert (ran.status, ran.stderr) == (1, "")
    assert lines[0] == "refused at the end of DATA: 552 xsmtpapi error"
    assert lines[1] == "refused xsmtpapi-not-last, X-SMTPAPI"
    assert "ignored xsmtpapi-unknown-key, X-SMTPAPI category" in lines
    assert "msg.set_raw('X-SMTPAPI', value)" in " ".join(lines)
    assert "\x1b" not in ran.stdout


def test_json_has_the_fields_of_the_sandbox_api(cli: Cli, file: Path) -> None:
    """Items with code, level, where, message, remedy and source."""
    file.write_text(message(sub={"%name%": ["订单"]}).replace("Hello", "Hello %name%"))
    ran = cli("lint", str(file), "--json")
    [item] = json.loads(ran.stdout)["items"]
    assert ran.status == 1
    assert set(item) == {each.name for each in fields(Finding)}
    assert (item["code"], item["level"]) == ("xsmtpapi-sub-short", "invalid")


@pytest.mark.parametrize(
    ("api", "fold", "faithful", "strict"),
    [({}, True, 0, 1), ({"colour": "red"}, False, 0, 0), ({"sub": {"%n%": []}}, False, 1, 1)],
)
def test_the_exit_status_follows_the_mode(  # noqa: PLR0917
    cli: Cli,
    file: Path,
    api: dict[str, object],
    fold: bool,  # noqa: FBT001
    faithful: int,
    strict: int,
) -> None:
    """Only what fails counts; with --strict also what production is reported to drop."""
    file.write_text(message(fold=fold, **api))
    assert cli("lint", str(file)).status == faithful
    ran = cli("lint", str(file), "--strict")
    assert ran.status == strict
    assert ran.stdout.startswith("refused at the end of DATA: 552 xsmtpapi error xs") == bool(
        strict
    )


def test_the_envelope_is_looked_at_when_it_is_given(cli: Cli, file: Path) -> None:
    """Without --rcpt and --mail-from there is no envelope to speak of."""
    envelope = ["--rcpt", "x@y.z", "--rcpt", "a@b.c", "--mail-from", "bounce@ifaxin.com"]
    ran = cli("lint", str(file), "--json", *envelope)
    codes = [item["code"] for item in json.loads(ran.stdout)["items"]]
    assert (ran.status, codes) == (0, ["rcpt-overridden", "mail-from-replaced"])


def test_it_reads_stdin() -> None:
    """As the end of a pipe, with octets that are no text."""
    given = message("X-Octets: \x1b[2J").encode() + b"\xff\x00"
    ran = subprocess.run(
        [*PROGRAM, "lint", "-"], input=given, capture_output=True, env=environment(), check=False
    )
    assert (ran.returncode, ran.stderr) == (1, b"")
    assert b"X-Octets after it" in ran.stdout
    assert b"\x1b" not in ran.stdout


def test_a_file_that_is_no_message(cli: Cli, tmp_path: Path) -> None:
    """Any octets are read as a message, as the server would."""
    path = tmp_path / "picture"
    path.write_bytes(bytes(range(256)) * 100)
    assert cli("lint", str(path)).status == 0
