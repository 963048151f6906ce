"""`send`: the mail it makes, the one it takes as it is, and what it says of replies."""

from __future__ import annotations

import base64
import io
import json
import os
import pty
import socket
import subprocess
import sys
import threading
import time
from email import message_from_bytes, policy
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st
from typer import BadParameter

from sendcloud_inbound.cli import submitting
from sendcloud_inbound.cli.addresses import Server
from sendcloud_inbound.cli.composing import Draft
from tests.cli.running import PROGRAM, environment
from tests.cli.wire import answer, says
from tests.nobody import nobody

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.running import Cli

XSMTPAPI = {"to": ["ben@ifaxin.com", "joe@ifaxin.com"], "sub": {"%name%": ["Ben", "Joe"]}}


def draft(**given: object) -> Draft:
    """Return a draft whose options are those given."""
    nothing = {"sender": None, "subject": None, "text": None, "html": None, "xsmtpapi": None}
    return Draft(**{"to": (), "headers": (), **nothing, **given})  # type: ignore[arg-type]  # a test names what it gives


def header_lines(content: bytes) -> list[bytes]:
    """Return the lines before the first empty one."""
    return content.partition(b"\r\n\r\n")[0].split(b"\r\n")


def test_a_mail_needs_no_option() -> None:
    """Sender, recipient, subject and text have defaults that reach nobody."""
    mail = draft().compose()
    message = message_from_bytes(mail.content, policy=policy.default)
    assert (mail.mail_from, mail.rcpt_to) == ("sender@example.com", ("recipient@example.com",))
    assert message["Subject"] == "A test mail"
    assert message["To"] == "recipient@example.com"


@pytest.mark.parametrize("html", [None, "<p>%name%</p>"])
def test_xsmtpapi_is_the_last_header_on_one_line(html: str | None) -> None:
    """However long it is and whatever MIME adds: the form that SendCloud asks for (D13)."""
    given = json.dumps({"to": [f"{number}@example.com" for number in range(100)]}).encode()
    lines = header_lines(draft(xsmtpapi=given, html=html).compose().content)
    assert lines[-1].startswith(b"X-SMTPAPI: ")
    assert base64.b64decode(lines[-1].removeprefix(b"X-SMTPAPI: ")) == given


def test_text_and_html_stand_side_by_side() -> None:
    """The last alternative is the HTML."""
    content = draft(text="plain", html="<p>订单</p>").compose().content
    parts = list(message_from_bytes(content, policy=policy.default).iter_parts())
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]
    assert [part.get_content().strip() for part in parts] == ["plain", "<p>订单</p>"]


def test_headers_are_added_in_order() -> None:
    """A name may be given again."""
    given = ("SC-Custom-key1: value1", "X-Tag: a", "X-Tag:b")
    lines = header_lines(draft(headers=given).compose().content)
    added = [line for line in lines if line.startswith((b"SC-", b"X-"))]
    assert added == [b"SC-Custom-key1: value1", b"X-Tag: a", b"X-Tag: b"]


def test_display_names_stay_out_of_the_envelope() -> None:
    """MAIL and RCPT have the bare addresses, the header has all."""
    mail = draft(sender="Support <support@ifaxin.com>", to=("Ben <ben@ifaxin.com>", "no")).compose()
    assert (mail.mail_from, mail.rcpt_to) == ("support@ifaxin.com", ("ben@ifaxin.com", "no"))
    assert b"To: Ben <ben@ifaxin.com>, no" in header_lines(mail.content)


def test_what_is_not_ascii_is_encoded() -> None:
    """Subject, display names and headers arrive as they were given."""
    content = draft(
        subject="订单 %name%" * 20, sender="客服 <support@ifaxin.com>", headers=("X-Tag: é",)
    ).compose()
    message = message_from_bytes(content.content, policy=policy.default)
    assert content.content.partition(b"\r\n\r\n")[0].isascii()
    assert message["Subject"] == "订单 %name%" * 20
    assert message["From"] == "客服 <support@ifaxin.com>"
    assert message["X-Tag"] == "é"


TEXT = st.text(st.characters())
MAYBE = st.none() | TEXT
ADDRESS = st.text('ab@<>"\\,;: ()[].\r\né\udcff') | TEXT


DRAFTS = st.builds(
    Draft,
    sender=st.none() | ADDRESS,
    to=st.lists(ADDRESS).map(tuple),
    subject=MAYBE,
    text=MAYBE,
    html=MAYBE,
    headers=st.lists(TEXT).map(tuple),
    xsmtpapi=st.binary(),
)


@given(DRAFTS)
def test_any_options_make_a_mail_or_a_complaint(any_draft: Draft) -> None:
    """Nothing given makes a second header or a second command of one."""
    try:
        mail = any_draft.compose()
    except BadParameter:
        return
    assert all(address.isprintable() for address in (mail.mail_from, *mail.rcpt_to))
    encoded = base64.b64encode(any_draft.xsmtpapi or b"")
    assert header_lines(mail.content)[-1] == b"X-SMTPAPI: " + encoded


@given(
    st.builds(
        b"".join, st.lists(st.sampled_from([b"From:", b"To:", b"\n ", b"\r\n"]) | st.binary())
    )
)
def test_any_octets_are_a_ready_message_or_a_complaint(content: bytes) -> None:
    """Its header may be anything; an address of it adds no command."""
    try:
        mail = draft().address(content)
    except BadParameter:
        return
    assert all(address.isprintable() for address in (mail.mail_from, *mail.rcpt_to))


def test_a_ready_message_keeps_its_octets() -> None:
    """Only lone LFs become CRLF; its header gives the envelope."""
    content = b"From: a@b.org\nTo: c@d.org\r\nCc: E <e@f.org>\nX: \xff\n\n.dot\rend"
    mail = draft().address(content)
    assert (mail.mail_from, mail.rcpt_to) == ("a@b.org", ("c@d.org", "e@f.org"))
    assert mail.content == (
        b"From: a@b.org\r\nTo: c@d.org\r\nCc: E <e@f.org>\r\nX: \xff\r\n\r\n.dot\rend"
    )


def test_options_hide_the_envelope_in_a_ready_message() -> None:
    """--from and --to win."""
    mail = draft(sender="x@y.org", to=("z@y.org",)).address(b"From: a@b.org\nTo: c@d.org\n\n")
    assert (mail.mail_from, mail.rcpt_to) == ("x@y.org", ("z@y.org",))


def test_a_ready_message_may_be_anything() -> None:
    """Octets without a header are sent too."""
    mail = draft().address(b"\x00\xff")
    assert (mail.mail_from, mail.rcpt_to) == ("sender@example.com", ("recipient@example.com",))


@pytest.mark.parametrize(
    "option",
    [["--subject", "s"], ["--text", ""], ["--xsmtpapi", "{}"], ["--header", "A: b"]],
    ids=lambda option: option[0],
)
def test_a_ready_message_takes_no_content_option(option: list[str], cli: Cli, eml: Path) -> None:
    """What would not be sent is refused."""
    ran = cli("send", str(eml), *option)
    assert ran.status == 2
    assert "FILE is sent as it is" in ran.stderr


@pytest.fixture
def eml(tmp_path: Path) -> Path:
    """Return a message in a file, with the line ends of a file and dots to stuff."""
    path = tmp_path / "message.eml"
    path.write_bytes(b"From: a@b.org\nTo: c@d.org\nSubject: ready\n\n.\n.dot\n..dots\n")
    return path


@pytest.mark.parametrize("field", ["--to", "--from"])
def test_an_address_adds_no_command(field: str, cli: Cli) -> None:
    """A line break in an address is refused before it reaches the wire."""
    ran = cli("send", field, "a@b.org>\r\nDATA")
    assert ran.status == 2
    assert r"a@b.org>\r\nDATA" in ran.stderr.replace("\\\\", "\\")


def test_no_server(cli: Cli) -> None:
    """The line says how to get one."""
    address = nobody()
    ran = cli("send", "--smtp", address)
    assert (ran.status, ran.stdout) == (1, "")
    assert ran.stderr == (
        f"sendcloud-inbound: no server answers at {address} (connection refused): start one with "
        "sendcloud-inbound serve, or name another with --smtp HOST:PORT\n"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (b"421 Come back later\r\n", "refused at the connection: 421 Come back later"),
        (b"220 hello\r\n500 no\r\n", "refused at EHLO: 500 no"),
        (b"220 hello\r\n250 OK\r\n", "broke: connection unexpectedly closed"),
        (answer("200 OK"), "is no SMTP server; is that the HTTP port?"),
    ],
)
def test_another_server(words: bytes, said: str, cli: Cli) -> None:
    """What answers in another way is told in its own words."""
    with says(words) as address:
        ran = cli("send", "--smtp", address)
    assert ran.status == 1
    assert said in ran.stderr


@pytest.mark.e2e
def test_the_http_port_is_taken_for_what_it_is(
    cli: Cli, ports_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits for the client to speak, where an SMTP server would have said its banner."""
    monkeypatch.setattr(submitting, "_BANNER_S", 0.2)
    there = Server(ports_file=ports_file).address("http")
    ran = cli("send", "--smtp", str(there))
    assert (ran.status, ran.stdout) == (1, "")
    assert ran.stderr == (
        f"sendcloud-inbound: what answers at {there} is no SMTP server; is that the HTTP port?\n"
    )


def test_only_the_banner_has_to_come_soon(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server may take its time for what follows, as ours does for a 535."""
    monkeypatch.setattr(submitting, "_BANNER_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_hesitate, args=(listener,), daemon=True).start()
        ran = cli("send", "--smtp", "{}:{}".format(*listener.getsockname()))
    assert (ran.status, ran.stdout) == (1, "")
    assert ran.stderr.endswith("refused at EHLO: 500 no\n")


def _hesitate(listener: socket.socket) -> None:
    """Say the banner at once, and more only when nothing has been said for a while."""
    connection, _ = listener.accept()
    with connection:
        connection.sendall(b"220 hello\r\n")
        connection.recv(4096)
        time.sleep(0.4)
        connection.sendall(b"500 no\r\n221 bye\r\n")
        connection.recv(4096)


def test_a_reply_without_a_message_id_is_told(cli: Cli) -> None:
    """A server that only says OK is not SendCloud."""
    replies = b"220 a\r\n250 b\r\n334 c\r\n235 d\r\n250 e\r\n250 f\r\n354 g\r\n250 OK\r\n221 h\r\n"
    with says(replies) as address:
        ran = cli("send", "--smtp", address)
    assert ran.status == 1
    assert "the reply holds no messageId: 250 OK" in ran.stderr


@pytest.mark.e2e
def test_the_message_id_is_the_result(cli: Cli, ports_file: Path) -> None:
    """Each mail's messageId stands on a line of its own."""
    ran = cli("send", "--ports-file", str(ports_file), "--count", "3")
    assert (ran.status, ran.stderr) == (0, "")
    assert len(set(ran.stdout.split())) == 3
    assert all(line.endswith("-inbound") for line in ran.stdout.splitlines())


@pytest.mark.e2e
def test_a_ready_message_arrives_as_it_is(cli: Cli, ports_file: Path, eml: Path) -> None:
    """Dots are stuffed on the way and line ends are CRLF."""
    server = ("--ports-file", str(ports_file))
    message_id = cli("send", str(eml), *server).stdout.strip()
    raw = cli("show", message_id, "--raw", *server).stdout
    assert raw.encode() == eml.read_bytes().replace(b"\n", b"\r\n")


@pytest.mark.e2e
def test_a_ready_message_comes_from_stdin(
    cli: Cli, ports_file: Path, eml: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`-` reads it there."""
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(eml.read_bytes())))
    assert cli("send", "-", "--ports-file", str(ports_file)).status == 0


@pytest.mark.e2e
def test_a_refusal_is_the_servers_own_line(cli: Cli, ports_file: Path) -> None:
    """What the server says, and at which step."""
    server = ("--ports-file", str(ports_file))
    refused = cli("send", "--xsmtpapi", "{not json", *server)
    assert (refused.status, refused.stdout) == (1, "")
    assert refused.stderr == ("sendcloud-inbound: refused at the end of DATA: 552 xsmtpapi error\n")
    assert "refused at RCPT nobody: 501" in cli("send", "--to", "nobody", *server).stderr


@pytest.mark.e2e
def test_xsmtpapi_comes_from_a_file(cli: Cli, ports_file: Path, tmp_path: Path) -> None:
    """@FILE is read."""
    file = tmp_path / "xsmtpapi.json"
    file.write_text(json.dumps(XSMTPAPI))
    server = ("--ports-file", str(ports_file))
    message_id = cli("send", "--xsmtpapi", f"@{file}", *server).stdout.strip()
    assert json.loads(cli("show", message_id, "--json", *server).stdout)["xsmtpapi"] == XSMTPAPI


@pytest.mark.e2e
def test_a_wrong_key_is_refused(cli: Cli, ports_file: Path) -> None:
    """The login is the one given; a key may hold any character."""
    ran = cli("send", "--api-key", "错", "--ports-file", str(ports_file))
    assert ran.status == 1
    assert "refused at AUTH LOGIN: 535 Authentication failed" in ran.stderr


@pytest.mark.e2e
def test_progress_stands_on_stderr_only(ports_file: Path) -> None:
    """On a terminal there is a bar; a stdout that is a file holds the ids alone."""
    ours, theirs = pty.openpty()
    command = subprocess.Popen(
        [*PROGRAM, "send", "--count", "20", "--ports-file", str(ports_file)],
        stdout=subprocess.PIPE,
        stderr=theirs,
        env=environment(TERM="xterm"),
    )
    os.close(theirs)
    ids, _ = command.communicate(timeout=30)
    assert len(ids.split()) == 20
    assert b"\x1b" not in ids
    assert b"sending" in os.read(ours, 1 << 16)
    os.close(ours)
