"""`export`: a directory with every octet and all that is known of it, or nothing at all."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
from typing import TYPE_CHECKING

import pytest

from sendcloud_inbound.cli.composing import Draft, Mail
from tests.cli.inboxes import Inbox, lines
from tests.cli.running import PROGRAM, environment
from tests.cli.wire import answer, says
from tests.nobody import nobody

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.running import Cli

XSMTPAPI = b'{"to": ["ben@ifaxin.com", "joe@ifaxin.com"], "sub": {"%n%": [1e2, 2]}}'
ODD = Mail("a@b.org", ("c@d.org",), b"X: \xff\x00\r\n\r\n.\r\n\n.x\rend\r\n")


def bill(number: int) -> Mail:
    """Return a mail that is told apart by its subject."""
    return Draft("a@b.org", ("c@d.org",), f"bill {number}", None, None, (), XSMTPAPI).compose()


def listing(message_id: str) -> bytes:
    """Return a listing of one message."""
    row: dict[str, object] = {
        "message_id": message_id,
        "received_at": "",
        "api_user": "",
        "label_id": None,
        "mail_from": "",
    }
    row |= {"rcpt_to": [], "subject": "", "status": "queued", "findings": {}}
    row |= {"size": 0, "reason": None, "source": "smtp"}
    return json.dumps({"items": [row], "next_cursor": None}).encode()


@pytest.fixture
def inbox(cli: Cli, ports_file: Path) -> Inbox:
    """An API_USER that nobody else has."""
    return Inbox.make(cli, ports_file)


@pytest.mark.e2e
def test_every_message_is_a_file_of_its_octets(inbox: Inbox, tmp_path: Path) -> None:
    """Oldest first, and each line names its file."""
    mails = [ODD, *map(bill, range(3))]
    message_ids = inbox.take(*mails)
    ran = inbox("export", str(tmp_path / "out"))
    exported = lines(tmp_path / "out" / "messages.jsonl")
    assert (ran.status, ran.stderr) == (0, "")
    assert ran.stdout.startswith("exported 4 messages, 7 emails and 11 events to ")
    assert [each["message_id"] for each in exported] == message_ids
    assert [each["file"] for each in exported] == [f"messages/{each}.eml" for each in message_ids]
    for each, mail in zip(exported, mails, strict=True):
        assert (tmp_path / "out" / each["file"]).read_bytes() == mail.content


@pytest.mark.e2e
def test_all_that_is_known_is_there(inbox: Inbox, tmp_path: Path) -> None:
    """Messages as the API has them, numbers as they are spelt; their emails and events."""
    (message_id,) = inbox.take(bill(1), label="7")
    inbox("export", str(tmp_path))
    (message,) = lines(tmp_path / "messages.jsonl")
    shown = inbox.cli("show", message_id, "--json", "--ports-file", str(inbox.ports_file)).stdout
    assert message == json.loads(shown) | {"file": f"messages/{message_id}.eml"}
    assert message["session"]["label_id"] == "7"
    assert "1e2" in (tmp_path / "messages.jsonl").read_text()
    assert lines(tmp_path / "emails.jsonl") == message["emails"]
    events = lines(tmp_path / "events.jsonl")
    assert [each["event"] for each in events] == ["request", "deliver", "deliver"]
    assert {each["message_id"] for each in events} == {message_id}
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *("emails.jsonl", "events.jsonl", "messages", "messages.jsonl")
    ]


@pytest.mark.e2e
def test_the_filters_are_those_of_messages(inbox: Inbox, tmp_path: Path) -> None:
    """What does not match stays out, and none at all is an export too."""
    inbox.take(*map(bill, range(3)))
    inbox("export", str(tmp_path / "one"), "--subject", "bill 1", "--status", "expanded")
    (only,) = lines(tmp_path / "one" / "messages.jsonl")
    assert only["subject"] == "bill 1"
    ran = inbox("export", str(tmp_path / "none"), "--recipient", "nobody@ifaxin.com")
    assert ran.stdout.startswith("exported 0 messages, 0 emails and 0 events to ")
    assert lines(tmp_path / "none" / "messages.jsonl") == []
    assert inbox("export", str(tmp_path / "bad"), "--since", "yesterday").status == 2
    assert not (tmp_path / "bad").exists()


def test_a_directory_that_is_not_empty_is_refused(cli: Cli, tmp_path: Path) -> None:
    """Nothing of it is touched, and no server is asked."""
    (tmp_path / "mine").write_text("mine")
    ran = cli("export", str(tmp_path), "--http", nobody())
    assert (ran.status, ran.stdout) == (2, "")
    assert f"{tmp_path} is not empty (mine is there): name a new directory" in ran.stderr
    assert ran.stderr.count("\n") == 1
    ran = cli("export", str(tmp_path / "mine"), "--http", nobody())
    assert (ran.status, "cannot be used: not a directory" in ran.stderr) == (2, True)


def test_no_server_leaves_no_directory(cli: Cli, tmp_path: Path) -> None:
    """It is asked before anything is made."""
    ran = cli("export", str(tmp_path / "out"), "--http", nobody())
    assert (ran.status, "no server answers" in ran.stderr) == (1, True)
    assert not (tmp_path / "out").exists()


def test_a_directory_that_cannot_be_made_is_told(cli: Cli, tmp_path: Path) -> None:
    """The line names it."""
    (tmp_path / "file").touch()
    with says(answer("200 OK", listing("m"))) as address:
        ran = cli("export", str(tmp_path / "file" / "out"), "--http", address)
    assert (ran.status, ran.stderr.count("\n")) == (2, 1)
    assert f"{tmp_path / 'file' / 'out'} cannot be used: not a directory" in ran.stderr


@pytest.mark.parametrize("made", [True, False])
def test_a_failure_leaves_nothing(made: bool, cli: Cli, tmp_path: Path) -> None:  # noqa: FBT001
    """What was written before it is gone, and so is the directory that was made for it."""
    out = tmp_path / "out"
    if made:
        out.mkdir()
    with says(answer("200 OK", listing("m")), answer("200 OK", b'{"emails":[]}'), b"") as address:
        ran = cli("export", str(out), "--http", address)
    assert (ran.status, ran.stderr.count("\n")) == (1, 1)
    assert list(tmp_path.rglob("*")) == ([out] if made else [])


def test_what_was_cleared_meanwhile_is_left_out(cli: Cli, tmp_path: Path) -> None:
    """It is told, and the rest is exported."""
    gone = answer("404 Not Found", b'{"detail": "no message m is stored"}')
    with says(answer("200 OK", listing("m")), gone) as address:
        ran = cli("export", str(tmp_path), "--http", address)
    assert (ran.status, ran.stderr) == (0, "1 cleared meanwhile\n")
    assert lines(tmp_path / "messages.jsonl") == []


@pytest.mark.parametrize("detail", [b"{}", b"[]", b"?"])
def test_what_is_no_message_is_told(detail: bytes, cli: Cli, tmp_path: Path) -> None:
    """In one line; nothing is left of it."""
    words = answer("200 OK", listing("m")), answer("200 OK", detail), answer("200 OK", b"raw")
    with says(*words, answer("200 OK", b'{"items": []}')) as address:
        ran = cli("export", str(tmp_path), "--http", address)
    assert (ran.status, ran.stderr.count("\n")) == (1, 1)
    assert "are server and command of one version?" in ran.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("evil", ["../../evil", "/evil", "..", "a\x00b", "订单"])
def test_no_id_leads_out_of_the_directory(evil: str, cli: Cli, tmp_path: Path) -> None:
    """A name is made of harmless letters, whatever the server calls its messages."""
    empty = answer("200 OK", b'{"items": [], "next_cursor": null}')
    words = (
        answer("200 OK", listing(evil)),
        answer("200 OK", b'{"emails":[]}'),
        answer("200 OK", b"raw"),
    )
    with says(*words, empty) as address:
        ran = cli("export", str(tmp_path / "out"), "--http", address)
    assert (ran.status, ran.stderr) == (0, "")
    (message,) = lines(tmp_path / "out" / "messages.jsonl")
    (file,) = (tmp_path / "out" / "messages").iterdir()
    assert message == {"emails": [], "file": f"messages/{file.name}"}
    assert file.read_bytes() == b"raw"
    assert file.name.isascii()


def test_ctrl_c_leaves_nothing(tmp_path: Path) -> None:
    """An export that is interrupted while it writes is as if it had not been."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = "{}:{}".format(*listener.getsockname())
        command = subprocess.Popen(
            [*PROGRAM, "export", str(tmp_path / "out"), "--http", address],
            stderr=subprocess.PIPE,
            env=environment(),
        )
        connection, _ = listener.accept()
        connection.recv(65536)
        connection.sendall(answer("200 OK", listing("m")))
        connection.close()
        waiting, _ = listener.accept()  # it has its directory, and asks for the message
        waiting.recv(65536)
        was_there = (tmp_path / "out").exists()
        command.send_signal(signal.SIGINT)
        _, stderr = command.communicate(timeout=30)
        waiting.close()
    assert (command.returncode, stderr, was_there) == (130, b"", True)
    assert not (tmp_path / "out").exists()
