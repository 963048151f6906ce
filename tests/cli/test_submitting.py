"""One SMTP session for many mails: what it says of each, and when it connects again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st

from sendcloud_inbound.cli.addresses import Address, Server
from sendcloud_inbound.cli.composing import Mail
from sendcloud_inbound.cli.failure import CommandFailed
from sendcloud_inbound.cli.submitting import Login, NotTaken, Session, _stuffed
from sendcloud_inbound.rules.dialogue.data import DataPhase, End
from tests.cli.wire import says
from tests.nobody import nobody

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.running import Cli

LOGIN = Login("sandbox_user", "sandbox_key")
MAIL = Mail("a@b.org", ("c@d.org",), b"Subject: s\r\n\r\n")
GREETING = b"220 a\r\n250 b\r\n334 c\r\n235 d\r\n"
QUEUED = b"250 e\r\n250 f\r\n354 g\r\n250 #%b#Queued\r\n"


def at(address: str) -> Address:
    """Return a test server's address."""
    host, _, port = address.partition(":")
    return Address(host, int(port))


@given(
    st.lists(st.sampled_from([b".", b"\r\n", b"\r", b"\n", b"..", b"x"]))
    .map(b"".join)
    .filter(lambda content: b"\n.\n" not in content and not content.startswith(b".\n"))
)
def test_the_server_reads_what_was_meant(content: bytes) -> None:
    """Dots arrive as they were, whatever line ends stand before them; the end is a whole line."""
    phase = DataPhase(limit=1_000_000)
    assert phase.feed(_stuffed(content)) == (End.COMPLETE, b"")
    is_ended = not content or content.endswith(b"\r\n")
    assert phase.content() == (content if is_ended else content + b"\r\n")


@pytest.mark.e2e
def test_a_dot_behind_a_lone_lf_stays_one(cli: Cli, ports_file: Path) -> None:
    """The octets that the server stores are those of the mail."""
    content = b"Subject: s\r\n\r\na\n.b\r\n.c\r\n..d\r\r\n\xc3\xa9\x00\r\n"
    address = Server(ports_file=ports_file).address("smtp")
    with Session(address) as session:
        message_id = session.send(LOGIN, Mail("a@b.org", ("c@d.org",), content))
    raw = cli("show", message_id, "--raw", "--ports-file", str(ports_file)).stdout
    assert raw.encode() == content


@pytest.mark.e2e
def test_the_next_mail_goes_through_after_a_refusal(cli: Cli, ports_file: Path) -> None:
    """A refusal at any step belongs to one mail alone; the connection stays."""
    address = Server(ports_file=ports_file).address("smtp")
    with Session(address) as session:
        first = session.send(LOGIN, MAIL)
        for bad, step in (
            (Mail("nobody", ("c@d.org",), b""), "refused at MAIL: 501"),
            (Mail("a@b.org", ("c@d.org", "nobody"), b""), "refused at RCPT nobody: 501"),
            (Mail("a@b.org", ("错@d.org",), b""), "refused at RCPT 错@d.org: 501"),
            (Mail("a@b.org", (), b""), "refused at DATA: 503"),
            (Mail("a@b.org", ("c@d.org",), b"X-SMTPAPI: W10=\r\n\r\n"), "end of DATA: 552"),
        ):
            with pytest.raises(NotTaken, match=step):
                session.send(LOGIN, bad)
        second = session.send(LOGIN, MAIL)
    shown = [
        json.loads(cli("show", each, "--json", "--ports-file", str(ports_file)).stdout)
        for each in (first, second)
    ]
    assert shown[0]["session"]["peer"] == shown[1]["session"]["peer"]


def test_a_connection_lost_between_two_mails_is_made_again() -> None:
    """The server may have closed it because nothing came; the second mail does not notice."""
    with (
        says(GREETING + QUEUED % b"first", GREETING + QUEUED % b"second") as address,
        Session(at(address)) as session,
    ):
        assert session.send(LOGIN, MAIL) == "first"
        assert session.send(LOGIN, MAIL) == "second"


def test_a_server_that_says_goodbye_is_called_again() -> None:
    """421 to MAIL is the same as a lost connection."""
    with (
        says(GREETING + QUEUED % b"first" + b"421 bye\r\n", GREETING + QUEUED % b"2") as address,
        Session(at(address)) as session,
    ):
        assert [session.send(LOGIN, MAIL), session.send(LOGIN, MAIL)] == ["first", "2"]


def test_a_mail_in_doubt_is_not_sent_twice() -> None:
    """Without a reply to the end of DATA nobody knows; the next mail has a new connection."""
    silent = QUEUED.rpartition(b"250")[0]
    with (
        says(GREETING + QUEUED % b"1" + silent, GREETING + QUEUED % b"3") as address,
        Session(at(address)) as session,
    ):
        session.send(LOGIN, MAIL)
        with pytest.raises(NotTaken, match="the server may have taken the message"):
            session.send(LOGIN, MAIL)
        assert session.send(LOGIN, MAIL) == "3"


def test_a_connection_that_never_holds_is_given_up() -> None:
    """A new connection that breaks before the mail is out is told, and not made a third time."""
    with says(GREETING) as address, Session(at(address)) as session:
        for _ in range(2):
            with pytest.raises(NotTaken, match=r"broke: connection unexpectedly closed$"):
                session.send(LOGIN, MAIL)


def test_another_login_is_another_session() -> None:
    """A label is part of the login name, which a session says once (SENDCLOUD.md 1.4)."""
    with (
        says(GREETING + QUEUED % b"1", GREETING + QUEUED % b"2") as address,
        Session(at(address)) as session,
    ):
        assert session.send(LOGIN, MAIL) == "1"
        assert session.send(Login("sandbox_user#7", "sandbox_key"), MAIL) == "2"


def test_nobody_there_is_no_matter_of_one_mail() -> None:
    """It is told at once, and not as a refusal."""
    with Session(at(nobody())) as session, pytest.raises(CommandFailed, match="no server") as told:
        session.send(LOGIN, MAIL)
    assert not isinstance(told.value, NotTaken)
