"""What real clients of the HTTP API put on the wire is answered and sent as they meant it.

Each captured request is sent again, octet for octet, to the real program; each client that is there
in the version of its capture is run too.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.clients import libraries, runners
from tests.clients.http import replaying
from tests.clients.http.recorder import NEUTRAL, Recorder
from tests.processes import ProgramProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
CAPTURES = HERE / "captures"
TO, NAMES = ["ben@ifaxin.com", "joe@ifaxin.com"], ["小本", "小乔"]
FILES = {"账单.txt": "99.5 元\n".encode(), "logo.png": b"\x89PNG\r\n\x1a\n"}
FROM = "support@ifaxin.com"


class Row:
    """What becomes of a capture, and the capture."""

    def __init__(self, name: str, expected: dict[str, Any]) -> None:
        self.name = name
        self.follows: str = expected["follows"]
        self.individual: bool = expected.get("individual", True)
        self.reply_to: str = expected.get("reply_to", FROM)
        self.headers: dict[str, str] = expected.get("headers", {})
        self.files = FILES if expected.get("files", False) else {}
        self.findings: list[str] = expected.get("findings", [])
        self.octets = (CAPTURES / f"{name}.http").read_bytes()
        self.facts = tomllib.loads((CAPTURES / f"{name}.toml").read_text())
        self.subject = "%name%，您的账单" if self.individual else "您的账单"
        self.names = NAMES if self.individual else ["客户", "客户"]


TABLE: dict[str, dict[str, Any]] = tomllib.loads((HERE / "expected.toml").read_text())
ROWS = [Row(name, expected) for name, expected in TABLE.items()]
KEYS = {"follows", "individual", "reply_to", "headers", "files", "findings"}
AT_HAND = [row for row in ROWS if libraries.is_at_hand(row.name, row.facts["version"])]
"""Their clients are there to be run; of the others the captures tell all."""


class Sent(NamedTuple):
    """A capture that was sent again, and what has become of it."""

    row: Row
    answer: replaying.Answer
    message: dict[str, Any]
    copies: list[dict[str, Any]]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProgramProcess]:
    """A server for all clients, ended with the last of them."""
    server = ProgramProcess(tmp_path_factory.mktemp("server"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module", params=ROWS, ids=lambda row: row.name)
def sent(request: pytest.FixtureRequest, server: ProgramProcess) -> Sent:
    """Each capture in turn."""
    row: Row = request.param
    answer = replaying.replay(server, row.octets)
    assert len(answer.message_ids) == 1, answer.text
    server.wait_until_expanded()
    message = server.get(f"/sandbox/v1/messages/{answer.message_ids[0]}")
    ids = [email["email_id"] for email in message["emails"]]
    copies = [server.get(f"/sandbox/v1/emails/{email_id}") for email_id in ids]
    return Sent(row, answer, message, copies)


def fields(copy: dict[str, Any]) -> dict[str, str]:
    """Return the header of a copy."""
    return {field["name"]: field["value"] for field in copy["headers"]}


def test_every_program_has_a_capture_and_every_capture_a_row() -> None:
    """Nothing is captured that is not judged; no row says what the test does not read."""
    assert set(runners.HTTP_PROGRAMS) == set(TABLE)
    assert {path.stem for path in CAPTURES.glob("*.http")} == set(TABLE)
    assert {path.stem for path in CAPTURES.glob("*.toml")} == set(TABLE)
    assert {key for expected in TABLE.values() for key in expected} <= KEYS
    assert all(row.follows for row in ROWS)
    assert not set(runners.HTTP_PROGRAMS) & set(runners.PROGRAMS)


def test_captures_come_from_many_libraries() -> None:
    """Each writes requests in its own way, of both generations and with both kinds of body."""
    assert len({row.facts["library"] for row in ROWS}) >= 8
    calls = {row.octets.split(b" ", 2)[1] for row in ROWS}
    assert calls == {b"/apiv2/mail/send", b"/api/mail/send", b"/webapi/mail.send.json"}
    kinds = {replaying.gist(row.octets)[1].partition(b";")[0] for row in ROWS}
    assert kinds == {b"application/x-www-form-urlencoded", b"multipart/form-data"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_captures_ask_no_host_of_somebody(row: Row) -> None:
    """Where a capture was made is no matter."""
    head = row.octets.partition(b"\r\n\r\n")[0].lower().split(b"\r\n")
    assert [line for line in head if line.startswith(b"host:")] == [b"host: " + NEUTRAL]


@pytest.mark.e2e
def test_client_is_answered_as_when_it_was_captured(sent: Sent) -> None:
    """With the emailIds, in the order of the recipients (G3)."""
    assert sent.answer.status == 200
    assert sent.answer.shown == sent.row.facts["answer"]
    for position, recipient in enumerate(TO):
        assert f'"M{position}${recipient}"' in sent.answer.shown


@pytest.mark.e2e
def test_message_is_what_the_client_meant(sent: Sent) -> None:
    """Its subject and recipients; what had no effect is told, and nothing else."""
    assert (sent.message["source"], sent.message["status"]) == ("api", "expanded")
    assert sent.message["subject"] == sent.row.subject
    assert [email["recipient"] for email in sent.message["emails"]] == TO
    found = [f"{each['code']} {each['where']}" for each in sent.message["findings"]]
    assert found == sent.row.findings


@pytest.mark.e2e
def test_each_recipient_gets_a_copy(sent: Sent) -> None:
    """With the own name in it, or shown to all."""
    names = zip(sent.copies, sent.row.names, TO, strict=True)
    for copy, name, recipient in names:
        greeting = copy["html"] or copy["text"]
        assert f"亲爱的{name}" in greeting
        assert copy["subject"] == sent.row.subject.replace("%name%", name)
        shown = {"From": f"爱发信 <{FROM}>", "REPLY-TO": sent.row.reply_to} | sent.row.headers
        shown["To"] = recipient if sent.row.individual else ", ".join(TO)
        assert fields(copy) | shown == fields(copy)


@pytest.mark.e2e
def test_files_arrive_whole(sent: Sent, server: ProgramProcess) -> None:
    """Under their names, octet for octet."""
    for copy in sent.copies:
        place = f"/sandbox/v1/emails/{copy['email_id']}/attachments"
        files = {
            each["filename"]: server.octets(f"{place}/{each['n']}") for each in copy["attachments"]
        }
        assert files == sent.row.files


@pytest.mark.e2e
@pytest.mark.parametrize("row", AT_HAND, ids=lambda row: row.name)
def test_program_sends_today_what_was_captured(row: Row, server: ProgramProcess) -> None:
    """But for the boundary, and for what the machine adds to the head of the request."""
    with Recorder(server) as recorder:
        done = runners.run(row.name, recorder)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip(), done.stderr
    assert replaying.gist(recorder.octets) == replaying.gist(row.octets)
