"""`import`: mail from exports, files, mboxes and Mailpit, submitted as a client would."""

from __future__ import annotations

import json
import mailbox
import os
import pty
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, strategies as st

from sendcloud_inbound.cli import envelopes
from sendcloud_inbound.cli.composing import Draft, Mail
from sendcloud_inbound.cli.letters import LARGEST, Letter
from sendcloud_inbound.cli.submitting import NotTaken
from tests.cli.inboxes import Inbox, lines
from tests.cli.mailpits import Mailpit, address, running
from tests.cli.running import PROGRAM, environment
from tests.cli.wire import answer, says
from tests.nobody import nobody
from tests.processes import ProgramProcess

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.running import Cli, Ran

BEN = "To: ben@ifaxin.com"
ODD = (
    b"X: \xff\x00\r\n\r\n.\r\n..\r\n\n.x\rend\r\n",
    b".\r\n",
    b"\r\n\r\n\r\n",
    b"",
    b"Subject: \xe4\r\n\r\n" + b"x" * 5000 + b"\r\nFrom here\r\n>From there\r\n",
)


def letter(number: int, *fields: str) -> bytes:
    """Return a message in the lines of a file, with fields and a number for a subject."""
    head = "\n".join(("From: a@shop.test", *fields, f"Subject: number {number}"))
    return head.encode() + b"\n\n\xe4\n.\n"


def as_sent(message: bytes) -> bytes:
    """Return a message as it goes over the wire."""
    return message.replace(b"\n", b"\r\n")


@pytest.fixture
def inbox(cli: Cli, ports_file: Path) -> Inbox:
    """An API_USER that nobody else has."""
    return Inbox.make(cli, ports_file)


class Arrived:
    """What an inbox has after an import, oldest first."""

    def __init__(self, inbox: Inbox, directory: Path) -> None:
        inbox.settle()
        assert inbox("export", str(directory)).status == 0
        self.messages = lines(directory / "messages.jsonl")
        self.raw = [(directory / each["file"]).read_bytes() for each in self.messages]
        self.envelopes = [
            (each["envelope"]["mail_from"], each["envelope"]["rcpt_to"]) for each in self.messages
        ]


def carry(inbox: Inbox, *arguments: str) -> Ran:
    """Import for an inbox."""
    return inbox("import", *arguments, "--api-key", inbox.api_key)


@pytest.fixture
def other(tmp_path: Path) -> Iterator[ProgramProcess]:
    """Start another server, with a store of its own."""
    (tmp_path / "other").mkdir()
    program = ProgramProcess(tmp_path / "other")
    program.start()
    yield program
    program.stop()


@pytest.mark.e2e
def test_an_export_comes_out_of_another_server_as_it_was(
    inbox: Inbox, other: ProgramProcess, cli: Cli, tmp_path: Path
) -> None:
    """Every octet, the order, envelopes, labels and what became of each; only the ids are new."""
    sent = [Mail("a@b.org", ("c@d.org", "e@f.org"), content) for content in ODD]
    api = b'{"to": ["ben@ifaxin.com"], "sub": {"%n%": [1e2]}}'
    sent += [
        Draft("a@b.org", ("c@d.org",), "bill", None, None, (), api).compose(),
        Mail("", ('"a(b"@d.org',), b"Subject: a bounce\r\n\r\n"),
    ]
    inbox.take(*sent)
    inbox.take(Mail("a@b.org", ("c@d.org",), b"Subject: labelled\r\n\r\n"), label="7")
    inbox.cli("send", "--api-user", inbox.api_user, "--api-key", inbox.api_key,
        "--xsmtpapi", "{no json", "--ports-file", str(inbox.ports_file))  # fmt: skip
    before = Arrived(inbox, tmp_path / "before")

    there = Inbox(cli, other.folder / "ports.json", "sandbox_user", "sandbox_key")
    ran = carry(there, str(tmp_path / "before"))
    after = Arrived(there, tmp_path / "after")

    assert (ran.status, ran.stdout) == (1, f"imported {len(sent) + 1}, refused 1\n")
    assert ran.stderr == (
        f"{tmp_path / 'before' / 'messages.jsonl'} line {len(sent) + 2}: "
        "refused at the end of DATA: 552 xsmtpapi error\n"
    )
    assert before.raw[: len(sent)] == [mail.content for mail in sent]
    assert (after.raw, after.envelopes) == (before.raw, before.envelopes)
    for old, new in zip(before.messages, after.messages, strict=True):
        assert old["message_id"] != new["message_id"]
        for member in ("status", "reason", "findings", "xsmtpapi", "headers"):
            assert old[member] == new[member]
        assert old["session"]["label_id"] == new["session"]["label_id"]


@pytest.mark.e2e
@pytest.mark.parametrize("more", [[], ["--format", "mbox"]])
def test_an_mbox_is_imported(more: list[str], inbox: Inbox, tmp_path: Path) -> None:
    """In its order, octet for octet in lines of SMTP; its header gives the envelope."""
    letters = [letter(number, BEN) + b"\nFrom here\n" for number in range(3)]
    box = mailbox.mbox(tmp_path / "box")
    for each in letters:
        box.add(each)
    box.close()
    ran = carry(inbox, str(tmp_path / "box"), *more)
    assert (ran.status, ran.stdout, ran.stderr) == (0, "imported 3, refused 0\n", "")
    arrived = Arrived(inbox, tmp_path / "out")
    assert arrived.raw == list(map(as_sent, letters))
    assert arrived.envelopes == [("a@shop.test", ["ben@ifaxin.com"])] * 3


@pytest.mark.e2e
def test_a_directory_of_files_is_imported_oldest_first(inbox: Inbox, tmp_path: Path) -> None:
    """By their times, as Mailpit's dump sets them, then by name; other files stay out."""
    box = tmp_path / "box"
    box.mkdir()
    for name, time_s in (("z", 1), ("b", 3), ("a", 3), ("y", 2)):
        (box / f"{name}.EML").write_bytes(letter(ord(name), BEN))
        os.utime(box / f"{name}.EML", (time_s, time_s))
    (box / "notes.txt").write_text("no mail")
    (box / "folder.eml").mkdir()
    assert carry(inbox, str(box)).stdout == "imported 4, refused 0\n"
    arrived = Arrived(inbox, tmp_path / "out")
    assert arrived.raw == [as_sent(letter(ord(name), BEN)) for name in "zyab"]


@pytest.mark.e2e
def test_one_file_is_imported(inbox: Inbox, tmp_path: Path) -> None:
    """--from and --to win over its header."""
    (tmp_path / "mail").write_bytes(letter(1, BEN))
    addresses = ("--from", "Me <me@b.org>", "--to", "x@y.org", "--to", "Joe <joe@ifaxin.com>")
    assert carry(inbox, str(tmp_path / "mail"), *addresses).status == 0
    arrived = Arrived(inbox, tmp_path / "out")
    assert arrived.envelopes == [("me@b.org", ["x@y.org", "joe@ifaxin.com"])]
    assert arrived.raw == [as_sent(letter(1, BEN))]


@pytest.mark.e2e
def test_a_mailpit_is_imported(inbox: Inbox, tmp_path: Path) -> None:
    """Over many pages, oldest first, in the envelope that its API tells."""
    mailpit = Mailpit(page=2, arriving=["late"])
    for number in range(5):
        mailpit.take(
            f"id {number}",
            as_sent(letter(number, "To: ignored@b.org")),
            From=address("ignored@b.org"),
            To=[address("ben@ifaxin.com")],
            Cc=[address("joe@ifaxin.com"), address("ben@ifaxin.com")],
            Bcc=[address("bida@ifaxin.com")] if number else None,
            ReturnPath="bounce@shop.test",
        )
    mailpit.take("bare", as_sent(letter(5, BEN)))
    with running(mailpit) as url:
        ran = carry(inbox, url)
    assert (ran.status, ran.stdout, ran.stderr) == (0, "imported 6, refused 0\n", "")
    arrived = Arrived(inbox, tmp_path / "out")
    assert arrived.raw == list(mailpit.raw.values())[:6]
    known = ["ben@ifaxin.com", "joe@ifaxin.com"]
    assert arrived.envelopes[0] == ("bounce@shop.test", known)
    assert arrived.envelopes[1] == ("bounce@shop.test", [*known, "bida@ifaxin.com"])
    assert arrived.envelopes[5] == ("a@shop.test", ["ben@ifaxin.com"])


@pytest.mark.e2e
def test_what_mailpit_has_no_more_is_told(inbox: Inbox) -> None:
    """A message that was deleted since it was listed holds up no other."""
    mailpit = Mailpit(gone={"m1"})
    for number in range(3):
        mailpit.take(f"m{number}", letter(number, BEN))
    with running(mailpit) as url:
        ran = carry(inbox, f"{url}/")
    assert (ran.status, ran.stdout) == (1, "imported 2, refused 1\n")
    assert ran.stderr == f"{url} message m1: it is not there any more\n"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (answer("200 OK", b"{}"), "is not Mailpit: name its http://HOST:PORT"),
        (answer("200 OK", b'{"messages": null}'), "is not Mailpit"),
        (answer("200 OK", b"<h1>?</h1>"), "is not Mailpit"),
        (answer("404 Not Found"), "is not Mailpit"),
        (answer("401 Unauthorized"), "is not Mailpit (HTTP 401)"),
        (answer("302 Found"), "is not Mailpit (HTTP 302)"),
        (b"220 ready\r\n\r\n", "no Mailpit answers at"),
        (b"", "no Mailpit answers at"),
    ],
)
def test_another_server_is_no_mailpit(given: bytes, said: str, cli: Cli) -> None:
    """It is told in one line, and no password of the URL with it."""
    with says(given) as there:
        ran = cli("import", f"http://me:secret@{there}")
    assert (ran.status, ran.stdout, ran.stderr.count("\n")) == (1, "", 1)
    assert said in ran.stderr
    assert "secret" not in ran.stderr


@pytest.mark.e2e
def test_what_is_refused_is_told_and_the_rest_goes_on(inbox: Inbox, tmp_path: Path) -> None:
    """One line each, with the place and the server's reply; the exit status is 1."""
    box = mailbox.mbox(tmp_path / "box")
    fields = ((BEN,), ("To: nobody",), (), ("X-SMTPAPI: W10=", BEN), ("To: refuse@sandbox.test",))
    for number, each in enumerate((*fields, (BEN,))):
        box.add(letter(number, *each))
    box.add(b"To: ben@ifaxin.com\n\nwithout a sender\n")
    box.close()
    ran = carry(inbox, str(tmp_path / "box"))
    told = [line.removeprefix(f"{tmp_path / 'box'} ") for line in ran.stderr.splitlines()]
    assert (ran.status, ran.stdout) == (1, "imported 2, refused 5\n")
    assert told[0].startswith("message 2: refused at RCPT nobody: 501 ")
    assert told[1:3] == [
        "message 3: it names no recipient; give one with --to ADDRESS",
        "message 4: refused at the end of DATA: 552 xsmtpapi error",
    ]
    assert told[3].startswith("message 5: refused at RCPT refuse@sandbox.test: 550 ")
    assert told[4] == "message 7: it names no sender; give one with --from ADDRESS"


@pytest.mark.e2e
def test_lines_of_an_export_may_be_anything(inbox: Inbox, tmp_path: Path) -> None:
    """What is no message is told with its line; no file elsewhere is read for it."""
    (tmp_path / "secret.eml").write_text("secret")
    (tmp_path / "out" / "messages").mkdir(parents=True)
    (tmp_path / "out" / "messages" / "a.eml").write_bytes(b"Subject: a\r\n\r\n")
    session = {"peer": "", "helo": "", "tls": None, "api_user": "", "label_id": None}
    good: dict[str, Any] = {"envelope": {"mail_from": "a@b.org", "rcpt_to": ["c@d.org"]}}
    good |= {"session": session, "file": "messages/a.eml", "xsmtpapi": {"sub": {"%n%": [1]}}}
    evil = {"mail_from": "a@b.org>\r\nDATA", "rcpt_to": ["c@d.org"]}
    given = [
        json.dumps(good).replace("[1]", f"[{'1' * 5000}]"),
        *("no json", "[]", "{}", "[" * 100_000, "\x00"),
        *(
            json.dumps(good | {"file": file})
            for file in ("../secret.eml", str(tmp_path / "secret.eml"), "messages/..", "a\x00")
        ),
        *(json.dumps(good | {"file": file}) for file in ("messages/b.eml", "messages/\x00")),
        json.dumps(good | {"envelope": evil}),
    ]
    (tmp_path / "out" / "messages.jsonl").write_text("\n".join(given))
    ran = carry(inbox, str(tmp_path / "out"))
    assert (ran.status, ran.stdout) == (1, f"imported 1, refused {len(given) - 1}\n")
    told = ran.stderr.splitlines()
    assert len(told) == len(given) - 1
    assert all("it is no message of an export" in line for line in told[:5])
    assert all("is not in messages" in line for line in told[5:9])
    assert all("cannot be read: " in line for line in told[9:11])
    assert "is not an address; give another with --from or --to" in told[11]


@pytest.mark.e2e
def test_what_is_too_large_is_left_out(inbox: Inbox, tmp_path: Path) -> None:
    """A file without an end does not fill the memory, and the next one is imported."""
    with (tmp_path / "a.eml").open("wb") as file:
        file.truncate(LARGEST + 1)
    (tmp_path / "b.eml").write_bytes(letter(1, BEN))
    ran = carry(inbox, str(tmp_path))
    assert (ran.status, ran.stdout) == (1, "imported 1, refused 1\n")
    assert ran.stderr == f"{tmp_path / 'a.eml'}: it has more than 128 MiB\n"


@pytest.mark.e2e
@pytest.mark.parametrize(
    "arguments", [["empty.mbox"], ["empty", "--format", "mbox"], ["out"]], ids=" ".join
)
def test_nothing_is_an_import_too(arguments: list[str], inbox: Inbox, tmp_path: Path) -> None:
    """An empty mbox and an export of no message are fine."""
    for name in ("empty.mbox", "empty"):
        (tmp_path / name).touch()
    inbox("export", str(tmp_path / "out"))
    name, *more = arguments
    ran = carry(inbox, str(tmp_path / name), *more)
    assert (ran.status, ran.stdout, ran.stderr) == (0, "imported 0, refused 0\n", "")


@pytest.mark.parametrize(
    ("path", "more", "said"),
    [
        ("nowhere", [], "it cannot be read: no such file or directory"),
        ("nowhere", ["--format", "eml"], "it cannot be read: no such file or directory"),
        ("file", ["--format", "mbox"], "it is no mbox, which begins with 'From '"),
        ("file", ["--format", "export"], "it is no directory made by export"),
        ("file", ["--format", "mailpit"], "a Mailpit is named by its http://HOST:PORT"),
        ("empty", [], "it holds neither messages.jsonl of an export nor .eml files"),
        ("nothing", [], "nothing cannot be imported: it is empty and holds no message"),
        ("nothing.eml", ["--to", "a@b.org"], "it is empty and holds no message"),
        ("nothing.mbox", ["--format", "eml"], "it is empty and holds no message"),
        ("empty", ["--format", "mbox"], "it cannot be read: is a directory"),
        ("file", ["--to", "a@b.org>\r\nDATA"], "is not an address"),
        ("file", ["--api-user", "somebody"], "no account somebody is configured"),
    ],
)
def test_a_wrong_path_is_a_wrong_command_line(
    path: str, more: list[str], said: str, cli: Cli, tmp_path: Path
) -> None:
    """One line says what is wrong with it, before any server is asked."""
    (tmp_path / "empty").mkdir()
    for name in ("nothing", "nothing.eml", "nothing.mbox"):
        (tmp_path / name).touch()
    (tmp_path / "file").write_bytes(letter(1, BEN))
    ran = cli("import", str(tmp_path / path), *more, "--smtp", nobody())
    assert (ran.status, ran.stdout, ran.stderr.count("\n")) == (2, "", 1)
    assert said in ran.stderr


def test_a_url_that_is_none(cli: Cli) -> None:
    """It is told as one."""
    ran = cli("import", "http://127.0.0.1:port")
    assert (ran.status, ran.stderr.count("\n")) == (2, 1)
    assert "is no URL" in ran.stderr


def test_no_server_is_told_once(cli: Cli, tmp_path: Path) -> None:
    """However many messages wait for it."""
    for number in range(3):
        (tmp_path / f"{number}.eml").write_bytes(letter(number, BEN))
    ran = cli("import", str(tmp_path), "--smtp", nobody())
    assert (ran.status, ran.stdout, ran.stderr.count("\n")) == (1, "", 1)
    assert "no server answers at" in ran.stderr


@pytest.mark.e2e
def test_a_wrong_key_is_told_once(inbox: Inbox, tmp_path: Path) -> None:
    """Nothing is imported, and nothing counted."""
    for number in range(3):
        (tmp_path / f"{number}.eml").write_bytes(letter(number, BEN))
    ran = inbox("import", str(tmp_path), "--api-key", "wrong")
    assert (ran.status, ran.stdout) == (1, "")
    assert ran.stderr.startswith("sendcloud-inbound: refused at AUTH LOGIN: 535 ")
    assert ran.stderr.count("\n") == 1


def test_a_server_that_goes_away_leaves_the_counts(cli: Cli, tmp_path: Path) -> None:
    """What was imported by then is told, then what happened."""
    for number in range(3):
        (tmp_path / f"{number}.eml").write_bytes(letter(number, BEN))
    taken = b"220 a\r\n250 b\r\n334 c\r\n235 d\r\n250 e\r\n250 f\r\n354 g\r\n250 #m#Queued\r\n"
    with says(taken, b"421 closing\r\n") as there:
        ran = cli("import", str(tmp_path), "--smtp", there)
    assert (ran.status, ran.stdout) == (1, "imported 1, refused 0\n")
    assert ran.stderr == "sendcloud-inbound: refused at the connection: 421 closing\n"


@pytest.mark.e2e
def test_progress_stands_on_stderr_only(inbox: Inbox, tmp_path: Path) -> None:
    """On a terminal there is a bar, and refusals stand above it; stdout has the counts."""
    for number in range(20):
        (tmp_path / f"{number}.eml").write_bytes(letter(number, BEN if number else "To: nobody"))
    login = ("--api-user", inbox.api_user, "--api-key", inbox.api_key)
    ours, theirs = pty.openpty()
    command = subprocess.Popen(
        [*PROGRAM, "import", str(tmp_path), "--ports-file", str(inbox.ports_file), *login],
        stdout=subprocess.PIPE,
        stderr=theirs,
        env=environment(TERM="xterm", COLUMNS="300"),
    )
    os.close(theirs)
    counts, _ = command.communicate(timeout=30)
    shown = os.read(ours, 1 << 16)
    os.close(ours)
    assert (command.returncode, counts) == (1, b"imported 19, refused 1\n")
    assert b"importing" in shown
    assert b"0.eml: refused at RCPT nobody: 501" in shown


@pytest.mark.parametrize(
    ("header", "mail_from", "rcpt_to"),
    [
        ("Return-Path: <r@b.org>\nSender: s@b.org\nFrom: f@b.org\nTo: t@b.org", "r@b.org", "t"),
        ("Sender: S <s@b.org>\nFrom: f@b.org\nTo: t@b.org", "s@b.org", "t"),
        ("From: f@b.org, g@b.org\nTo: T <t@b.org>,\n u@b.org\nCc: t@b.org", "f@b.org", "t u"),
        ("Return-Path: <>\nFrom: f@b.org\nTo: t@b.org\nBcc: v@b.org", "", "t v"),
        ("Return-Path:\nFrom: f@b.org\nDelivered-To: d@b.org\nTo: t@b.org", "f@b.org", "d"),
        ("From: f@b.org\nDelivered-To: d@b.org\nDelivered-To: e@b.org", "f@b.org", "d"),
        ("FROM: f@b.org\nX-Original-To: o@b.org\nTo: t@b.org", "f@b.org", "o"),
        ("From: =?utf-8?q?a=2C?= <f@b.org>\nTo: undisclosed-recipients:;", "f@b.org", ""),
        ("From: f@b.org\nTo: friends: t@b.org, u@b.org;", "f@b.org", "t u"),
        ("From: \nTo: " + "(" * 5000, None, ""),
    ],
)
def test_the_header_gives_the_envelope(header: str, mail_from: str | None, rcpt_to: str) -> None:
    """The most exact field that has an address; each recipient once."""
    content = f"{header}\n\nTo: x@b.org\n".encode()
    assert envelopes.sender(content) == mail_from
    assert envelopes.recipients(content) == tuple(f"{name}@b.org" for name in rcpt_to.split())


@given(st.lists(st.sampled_from([b"From:", b"To:", b"<", b"a@b", b"\n ", b"\r\n"]) | st.binary()))
def test_any_octets_are_a_mail_or_not_taken(pieces: list[bytes]) -> None:
    """No address of a header adds a command."""
    try:
        mail = Letter("here", b"".join(pieces)).mail(None, ())
    except NotTaken:
        return
    assert all(address.isprintable() for address in (mail.mail_from, *mail.rcpt_to))
