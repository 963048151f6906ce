"""A report of a real sandbox: every file, what is left out of a large one, what goes meanwhile."""

from __future__ import annotations

import base64
import json
from itertools import count
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import httpx
import pytest

from sendcloud_inbound.cli.addresses import Address
from sendcloud_inbound.cli.client import CommandClient
from sendcloud_inbound.cli.failure import CommandFailed
from sendcloud_inbound.cli.report.folder import Folder
from sendcloud_inbound.cli.report.values import Limits
from sendcloud_inbound.cli.report.writing import write_report
from tests.cli.report.seen import RAN
from tests.nobody import nobody
from tests.processes import ProgramProcess, message_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.e2e

TO = ["ben@ifaxin.com", "joe/'$x@ifaxin.com", "invalid@sandbox.test"]
LISTINGS = ("messages", "emails", "events", "webhook-deliveries")
RUBBISH = b"X-SMTPAPI: e30=\r\nSubject: <b>not last</b>\r\n\r\n\xff\x00\r\n"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProgramProcess]:
    """A sandbox that saw two messages: three emails of the older, a refusal of the newer."""
    program = ProgramProcess(tmp_path_factory.mktemp("server"))
    program.start()
    with program.client() as client:
        message_id(sent(client, mail()))
        sent(client, RUBBISH)
    program.wait_until_expanded()
    yield program
    program.stop()


def sent(client: Any, content: bytes) -> tuple[int, bytes]:
    """Send a message; return what was said of it."""
    client.mail("a@ifaxin.com")
    client.rcpt(TO[0])
    reply: tuple[int, bytes] = client.data(content)
    return reply


def mail() -> bytes:
    """Return a message for three recipients, in a charset of its own, with text and HTML."""
    api = base64.b64encode(json.dumps({"to": TO, "sub": {"%n%": ["Ben", "Joe", "X"]}}).encode())
    html = "<!doctype html><meta charset=gbk><p>订单 %n%</p>".encode("gbk")
    return (
        b"From: a@ifaxin.com\r\nSubject: Hello %n%\r\n"
        b"Content-Type: multipart/alternative; boundary=b\r\nX-SMTPAPI: "
        + api + b"\r\n\r\n--b\r\n\r\nplain %n%\r\n--b\r\n"
        b"Content-Type: text/html; charset=gbk\r\n\r\n" + html + b"\r\n--b--\r\n"
    )  # fmt: skip


def reported(
    program: ProgramProcess,
    path: Path,
    limits: Limits | None = None,
    check: Callable[[], None] = lambda: None,
) -> Path:
    """Write a report of a sandbox; return the directory."""
    folder = Folder(path)
    folder.prepare()
    with CommandClient(Address(*program.addresses["http"])) as client:
        write_report(client, folder, RAN, check, limits or Limits())
    return path


def listing(path: Path, name: str) -> list[dict[str, Any]]:
    """Read one of the JSON files."""
    found: list[dict[str, Any]] = json.loads((path / f"{name}.json").read_bytes())
    return found


def test_the_listings_are_those_of_the_api(program: ProgramProcess, tmp_path: Path) -> None:
    """Whole, in the same order; those of mail say where the files are."""
    reported(program, tmp_path)
    for name in LISTINGS:
        told = listing(tmp_path, name)
        plain = [
            {key: value for key, value in row.items() if key not in {"file", "files"}}
            for row in told
        ]
        assert plain == program.all_of(name)
    assert [len(listing(tmp_path, name)) for name in LISTINGS] == [2, 3, 4, 0]


def test_the_mail_is_kept_octet_for_octet(program: ProgramProcess, tmp_path: Path) -> None:
    """Each message as it came, a refused one too, and each copy as its recipient gets it."""
    reported(program, tmp_path)
    newer, older = [tmp_path / row["file"] for row in listing(tmp_path, "messages")]
    assert (newer.read_bytes(), older.read_bytes()) == (RUBBISH, mail())
    for number, row in enumerate(listing(tmp_path, "emails"), 1):
        raw = f"/sandbox/v1/emails/{row['email_id'].replace('/', '%2F')}/raw"
        assert (tmp_path / row["files"]["eml"]).read_bytes() == program.octets(raw)
        assert row["files"] == {suffix: f"emails/{number}.{suffix}" for suffix in row["files"]}


def test_text_and_html_are_readable(program: ProgramProcess, tmp_path: Path) -> None:
    """Decoded, in UTF-8, variables replaced; the HTML runs nothing."""
    reported(program, tmp_path)
    assert (tmp_path / "emails/2.txt").read_text().startswith("plain Joe")
    html = (tmp_path / "emails/2.html").read_text()
    assert "<p>订单 Joe</p>" in html
    assert html.startswith('<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Sec')


def test_the_page_links_to_every_file(program: ProgramProcess, tmp_path: Path) -> None:
    """And escapes what the mail says."""
    page = (reported(program, tmp_path) / "index.html").read_text()
    for file in tmp_path.rglob("*/*"):
        assert f'href="{file.relative_to(tmp_path).as_posix()}"' in page
    assert "&lt;b&gt;not last" in page
    assert "<b>not last" not in page
    assert "550 Mailbox not found" in page


def test_the_refused_message_is_a_failure(program: ProgramProcess, tmp_path: Path) -> None:
    """With the finding, its remedy and the dialogue."""
    (suite,) = ET.parse(reported(program, tmp_path) / "findings.xml").getroot()  # noqa: S314
    refused, taken = suite
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert "xsmtpapi-not-last" in (refused.findtext("failure") or "")
    assert "S: 552 xsmtpapi error" in (refused.findtext("system-out") or "")
    assert (taken.get("name"), taken.find("failure")) == ("Hello %n%", None)
    assert "S: 250 #" in (taken.findtext("system-out") or "")


def test_of_a_large_sandbox_the_newest_is_told(program: ProgramProcess, tmp_path: Path) -> None:
    """The listings stay whole; the page says what is left out."""
    path = reported(program, tmp_path, Limits(messages=1, emails=2, events=3))
    assert [len(listing(path, name)) for name in LISTINGS] == [2, 3, 4, 0]
    assert [row["file"] is None for row in listing(path, "messages")] == [False, True]
    assert [bool(row["files"]) for row in listing(path, "emails")] == [True, True, False]
    assert {file.name for file in (path / "emails").glob("*.eml")} == {"1.eml", "2.eml"}
    page = " ".join((path / "index.html").read_text().split())
    assert "1 messages, the files of 1 messages and of 1 emails, 1 events" in page
    (suite,) = ET.parse(path / "findings.xml").getroot()  # noqa: S314
    assert suite.get("tests") == "2"


def test_files_take_no_more_room_than_they_may(program: ProgramProcess, tmp_path: Path) -> None:
    """What would be too much is left out and listed."""
    path = reported(program, tmp_path, Limits(octets=len(RUBBISH)))
    assert [row["file"] is None for row in listing(path, "messages")] == [False, True]
    assert [row["files"] for row in listing(path, "emails")] == [{}, {}, {}]
    assert [file.read_bytes() for file in path.rglob("*.eml")] == [RUBBISH]
    assert "Hello %n%" in (path / "index.html").read_text()


def clearing(program: ProgramProcess, call: int) -> Callable[[], None]:
    """Return a check that clears all mail when it is called for that time, from 1."""
    url = "http://{}:{}/sandbox/v1/messages".format(*program.addresses["http"])
    calls = count(1)

    def check() -> None:
        if next(calls) == call:
            httpx.delete(url).raise_for_status()

    return check


@pytest.fixture
def fleeting(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[ProgramProcess]:
    """A sandbox with one message, and the parts that the test names."""
    program = ProgramProcess(tmp_path, *getattr(request, "param", ()))
    program.start()
    with program.client() as client:
        client.sendmail("a@ifaxin.com", TO[:1], "Subject: fleeting\r\n\r\n.\r\n")
    yield program
    program.stop()


@pytest.mark.parametrize("rows", [1, 2])
def test_mail_that_goes_meanwhile_is_told_without_its_files(
    fleeting: ProgramProcess, tmp_path: Path, rows: int
) -> None:
    """What the command left running may still clear: the first row is the message's."""
    fleeting.wait_until_expanded()
    path = reported(fleeting, tmp_path / "report", check=clearing(fleeting, rows))
    assert [row["file"] is None for row in listing(path, "messages")] == [rows == 1]
    assert [row["files"] for row in listing(path, "emails")] == [{}] * (rows - 1)
    assert "fleeting" in (path / "index.html").read_text()


NO_WORKER = ("--role", "smtp", "--role", "http")


@pytest.mark.parametrize("fleeting", [NO_WORKER], indirect=True)
def test_the_report_waits_while_mail_is_queued(fleeting: ProgramProcess, tmp_path: Path) -> None:
    """It asks again until none is: here because it is cleared before the first listing."""
    path = reported(fleeting, tmp_path / "report", check=clearing(fleeting, 1))
    assert listing(path, "messages") == []


@pytest.mark.parametrize("fleeting", [NO_WORKER], indirect=True)
def test_mail_that_stays_queued_is_told_as_that(fleeting: ProgramProcess, tmp_path: Path) -> None:
    """The report does not wait for good."""
    path = reported(fleeting, tmp_path / "report", Limits(settle_s=0))
    assert [row["status"] for row in listing(path, "messages")] == ["queued"]
    assert 'class="queued"' in (path / "index.html").read_text()


def test_a_sandbox_that_is_gone_is_told(tmp_path: Path) -> None:
    """In one line."""
    host, _, port = nobody().rpartition(":")
    folder = Folder(tmp_path)
    with (
        CommandClient(Address(host, int(port))) as client,
        pytest.raises(CommandFailed, match="no server answers at"),
    ):
        write_report(client, folder, RAN, lambda: None)
