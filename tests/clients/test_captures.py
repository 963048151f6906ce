"""What real clients put on the wire is judged as SENDCLOUD.md 3.8 and CLIENTS.md say."""

from __future__ import annotations

import email
import email.policy
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sendcloud_inbound.rules import replies, xsmtpapi
from sendcloud_inbound.rules.acceptance import judge
from sendcloud_inbound.rules.copies import offline
from sendcloud_inbound.rules.expansion import WORKER_REASON, expand
from sendcloud_inbound.rules.headers import scan
from sendcloud_inbound.rules.model import EmailStatus, Fidelity, MessageStatus
from tests.clients import libraries, runners
from tests.processes import ProgramProcess

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sendcloud_inbound.rules.model import Finding

CAPTURES = Path(__file__).parent / "captures"
FROM, RCPT = "support@ifaxin.com", ("ben@ifaxin.com",)
TO, NAMES = ["ben@ifaxin.com", "joe@ifaxin.com", "bida@ifaxin.com"], ["Ben", "Joe", "Bida"]
TEXTS = ("text/plain", "text/html")
SIZE = re.compile(r"mail from:\S+ .*?size=(\d+)", re.IGNORECASE)


class Row:
    """What a capture must be judged to be, and the capture."""

    def __init__(self, name: str, expected: dict[str, Any]) -> None:
        self.name = name
        self.follows: str = expected["follows"]
        self.header: str = expected.get("name", "X-SMTPAPI")
        self.followers: list[str] = expected.get("followers", [])
        self.shape = tuple(
            expected.get(each, False) for each in ("folded", "encoded_words", "wrapped")
        )
        self.lines: int = expected.get("lines", 0)
        self.longest: int = expected.get("longest", 0)
        self.readable: bool = expected.get("readable", True)
        self.findings: list[str] = expected.get("findings", [])
        self.refused: bool = expected.get("refused", False)
        self.strict: str | None = expected.get("strict")
        count: int = expected.get("recipients", 100 if name.endswith(runners.HUNDRED) else 3)
        self.to = TO if count == 3 else [f"user{number}@ifaxin.com" for number in range(count)]
        self.names = NAMES if count == 3 else [f"Name{number}" for number in range(count)]

    @property
    def content(self) -> bytes:
        """The octets that the server stored."""
        return (CAPTURES / f"{self.name}.eml").read_bytes()

    @property
    def facts(self) -> dict[str, Any]:
        """Who sent it, its commands, and the code of the last reply."""
        return facts(self.name)


def facts(name: str) -> dict[str, Any]:
    """Return what is known of a capture."""
    return tomllib.loads((CAPTURES / f"{name}.toml").read_text())


TABLE: dict[str, dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "expected.toml").read_text()
)
ROWS = [Row(name, expected) for name, expected in TABLE.items()]
KEYS = {
    "client", "follows", "name", "followers", "folded", "encoded_words", "wrapped", "readable",
    "lines", "longest", "recipients", "findings", "refused", "strict",
}  # fmt: skip
AT_HAND = [row for row in ROWS if libraries.is_at_hand(row.name, row.facts["version"])]
"""Their clients are there to be run; of the others the captures tell all."""

each_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)


def codes(findings: Sequence[Finding]) -> list[str]:
    """Return what findings are called."""
    return [finding.code for finding in findings]


def test_every_program_has_a_capture_and_every_capture_a_row() -> None:
    """Nothing is captured that is not judged; no row says what the test does not read."""
    assert set(runners.PROGRAMS) == {name.removesuffix(runners.HUNDRED) for name in TABLE}
    assert {path.stem for path in CAPTURES.glob("*.eml")} == set(TABLE)
    assert {path.stem for path in CAPTURES.glob("*.toml")} == set(TABLE)
    assert {key for expected in TABLE.values() for key in expected} <= KEYS
    assert all(row.follows for row in ROWS)


def test_captures_come_from_many_libraries() -> None:
    """At least eight, for each has its own way with headers."""
    assert len({row.facts["library"] for row in ROWS}) >= 8


def test_no_octet_is_lost() -> None:
    """Clients that declare a size at MAIL declare that of what was stored (RFC 1870).

    Only smtplib, when a text has no line end at its end, adds one that it has not counted.
    """
    said = {row: " ".join(row.facts["commands"]) for row in ROWS}
    declared = {row: int(size[1]) for row in ROWS if (size := SIZE.search(said[row]))}
    assert len(declared) >= 8
    over = {row.name: len(row.content) - size for row, size in declared.items()}
    ended = {name: 2 if name.startswith("django_raw") else 0 for name in over}
    assert over == ended


@each_row
def test_header_is_read_as_it_was_sent(row: Row) -> None:
    """Its name, its place among the fields and its shape are those of the row."""
    block = scan(row.content)
    reading = xsmtpapi.read(block)
    assert reading.count == 1
    assert block.tail(xsmtpapi.NAME)[0].name == row.header
    assert list(reading.followers) == row.followers
    assert (reading.folded, reading.encoded_words, reading.wrapped) == row.shape


@pytest.mark.parametrize("row", [row for row in ROWS if row.lines], ids=lambda row: row.name)
def test_long_header_has_the_lines_that_its_client_makes(row: Row) -> None:
    """One however long, or as many as the client makes of it (CLIENTS.md, traps, 1)."""
    (field,) = scan(row.content).tail(xsmtpapi.NAME)[:1]
    lines = f"{field.name}:{field.raw.decode()}".split("\r\n")
    assert len(lines) == row.lines
    assert max(map(len, lines)) == row.longest


@each_row
def test_custom_header_is_found_however_it_is_spelt(row: Row) -> None:
    """Nodemailer, emailjs and MIME::Lite write `Sc-Custom-Key1` (CLIENTS.md, traps, 4)."""
    (field,) = scan(row.content).starting_with(b"sc-custom-")
    assert field.name.lower() == "sc-custom-key1"
    assert field.raw.strip() == b"value1"


@each_row
def test_value_is_decoded_whatever_its_shape(row: Row) -> None:
    """Recipients and names are those of the program, in its order."""
    reading = xsmtpapi.read(scan(row.content))
    if not row.readable:
        assert reading.api is None
        return
    assert reading.api is not None
    assert reading.api.to == row.to
    assert reading.api.sub == {"%name%": row.names}


@each_row
def test_client_is_told_what_faithful_mode_says(row: Row) -> None:
    """552 in the session or 250 (D10, D12, D13); the client was told the same."""
    verdict = judge(row.content, Fidelity.FAITHFUL, FROM, RCPT)
    assert verdict.refusal == (replies.XSMTPAPI_ERROR if row.refused else None)
    assert row.facts["reply"] == (552 if row.refused else 250)
    told = codes(verdict.findings)
    assert told == row.findings[: len(told)]
    assert not row.refused or told == row.findings


@each_row
def test_strict_mode_refuses_what_fails_later(row: Row) -> None:
    """The reply names the finding; a message that would be right in production is taken."""
    verdict = judge(row.content, Fidelity.STRICT, FROM, RCPT)
    wanted = replies.xsmtpapi_error(row.strict) if row.strict else None
    assert verdict.refusal == wanted
    assert codes(verdict.findings) == row.findings


@each_row
def test_worker_makes_an_email_for_each_of_to(row: Row) -> None:
    """In the order of `to`; of what is refused, or cannot be read, nothing is sent (S4)."""
    accepted = judge(row.content, Fidelity.FAITHFUL, FROM, RCPT)
    expansion = expand(row.content, RCPT, accepted.findings, mail_from=FROM)
    emails = [(each.position, each.recipient, each.status) for each in expansion.emails]
    assert codes(expansion.findings) == row.findings
    assert expansion.subject == "Hello %name%"
    if row.refused or not row.readable:
        assert (expansion.status, expansion.reason) == (MessageStatus.INVALID, WORKER_REASON)
        assert emails == [(0, RCPT[0], EmailStatus.INVALID)]
    else:
        assert expansion.status is MessageStatus.EXPANDED
        assert emails == [
            (position, to, EmailStatus.REQUESTED) for position, to in enumerate(row.to)
        ]


@each_row
def test_each_recipient_is_called_by_name(row: Row) -> None:
    """In Subject and text, however the client encoded them (S10); X-SMTPAPI arrives empty."""
    copies = offline(row.content, FROM, RCPT)
    names = row.names if row.readable else ["%name%"]
    recipients = row.to if row.readable else list(RCPT)
    for position, (to, name) in enumerate(zip(recipients, names, strict=True)):
        copy = email.message_from_bytes(copies.copy(position, to), policy=email.policy.default)
        texts = [part.get_content() for part in copy.walk() if part.get_content_type() in TEXTS]
        assert copy["Subject"] == f"Hello {name}"
        assert texts
        assert all(f"Dear {name}" in text for text in texts)
        assert not copy["X-SMTPAPI"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProgramProcess]:
    """A server for all programs, ended with the last of them."""
    server = ProgramProcess(tmp_path_factory.mktemp("server"))
    server.start()
    yield server
    server.stop()


@pytest.mark.e2e
@pytest.mark.parametrize("row", AT_HAND, ids=lambda row: row.name)
def test_program_sends_today_what_was_captured(row: Row, server: ProgramProcess) -> None:
    """Its mail is read and answered as its capture, and its emails are those of `to`."""
    known = {message["message_id"] for message in server.all_of("messages")}
    done = runners.run(row.name, server)
    new = [each for each in server.all_of("messages") if each["message_id"] not in known]
    assert len(new) == 1, done.stderr
    place = f"/sandbox/v1/messages/{new[0]['message_id']}"
    sent = xsmtpapi.read(scan(server.octets(f"{place}/raw")))
    assert sent == xsmtpapi.read(scan(row.content))
    assert (new[0]["status"] == "refused") is row.refused
    server.wait_until_expanded()
    told = server.get(place)
    assert [each["code"] for each in told["findings"]] == row.findings
    if row.readable and not row.refused:
        ids = [each["email_id"] for each in told["emails"]]
        assert ids == [f"{told['message_id']}{at}${to}" for at, to in enumerate(row.to)]  # G3
