"""Replies of mail servers, and what an email becomes by them (SENDCLOUD.md 5.1 to 5.3)."""

from __future__ import annotations

import pytest
from hypothesis import example, given, strategies as st

from sendcloud_inbound.rules.bounces import Stage, find_row, is_permanent, judge, one_line
from sendcloud_inbound.rules.bounces.table import TABLE
from sendcloud_inbound.rules.model import EmailStatus

INVALID: set[int | None] = {403, 404, 405, 406, 407, 408, 409}
SOFT_BOUNCE: set[int | None] = {503, 505, 506, 507, 508, 509}

REPLIES = [
    # What the documents and servers in the wild say, with where and what it means.
    (Stage.RCPT, 550, "5.1.1 <x@y>: Recipient address rejected: User unknown in local table", 406),
    (Stage.RCPT, 550, "5.1.1 The email account that you\n5.1.1 tried to reach does not exist", 406),
    (Stage.RCPT, 550, "Mailbox not found. http://service.mail.qq.com/cgi-bin/help", 406),
    (Stage.RCPT, 550, "User not found: x@y", 406),
    (Stage.RCPT, 550, "5.5.0 Requested action not taken: mailbox unavailable", 406),
    (Stage.RCPT, 550, "No such user here", 406),
    (Stage.END, 554, "delivery error: dd This user doesn't have a example.com account", 406),
    (Stage.RCPT, 550, "no", 406),
    (Stage.RCPT, 551, "User not local", 406),
    (Stage.RCPT, 501, "5.1.3 Bad recipient address syntax", 404),
    (Stage.RCPT, 501, "Syntax error", 404),
    (Stage.RCPT, 504, "5.5.2 <x>: Recipient address rejected: need fully-qualified address", 404),
    (Stage.RCPT, 553, "malformed address", 404),
    (Stage.MAIL, 553, "5.6.7 SMTPUTF8 needed", 404),
    (Stage.RCPT, 550, "5.1.2 <x@y>: Recipient address rejected: Domain not found", 403),
    (Stage.RCPT, 556, "5.1.10 Domain has a null MX", 403),
    (Stage.RCPT, 550, "Host unknown", 403),
    (Stage.RCPT, 550, "5.4.4 unable to route", 403),
    (Stage.CONNECT, 554, "no SMTP service here", 405),
    (Stage.CONNECT, 521, "go away", 405),
    (Stage.RCPT, 554, "5.7.1 Service unavailable; Client host [192.0.2.1] blocked using x", 405),
    (Stage.MAIL, 550, "5.7.1 messages from [192.0.2.1] weren't sent; part of a block list", 405),
    (Stage.MAIL, 550, "5.7.25 The sending address has no name", 405),
    (Stage.MAIL, 550, "Ip frequency limited", 405),
    (Stage.CONNECT, 553, "5.7.1 [BL21] not accepted, because the ip is in Spamhaus's list", 405),
    (Stage.END, 554, "DT:SPM 163 smtp", 407),
    (Stage.END, 550, "Mail content denied. http://service.mail.qq.com/", 407),
    (Stage.END, 550, "5.7.1 Our system has detected that this is likely unsolicited mail", 407),
    (Stage.MAIL, 550, "5.1.8 <x@y>: Sender address rejected: Domain not found", 408),
    (Stage.END, 550, "5.7.26 Unauthenticated email is not accepted due to DMARC policy", 408),
    (Stage.RCPT, 554, "5.7.1 <x@y>: Relay access denied", 408),
    (Stage.RCPT, 550, "5.4.1 Recipient address rejected: Access denied", 408),
    (Stage.RCPT, 550, "rejected", 408),
    (Stage.RCPT, 553, "sorry", 408),
    (Stage.RCPT, 550, "5.2.1 The account is disabled", 408),
    (Stage.MAIL, 552, "5.3.4 Message size exceeds fixed limit", 409),
    (Stage.END, 552, "message too large", 409),
    (Stage.DATA, 554, "no valid recipients", 409),
    (Stage.END, 554, "transaction failed", 409),
    (Stage.RCPT, 552, "5.2.2 The email account is over quota", 509),
    (Stage.RCPT, 550, "Mailbox is full", 509),
    (Stage.RCPT, 552, "sorry", 509),
    (Stage.RCPT, 450, "4.2.0 <x@y>: Greylisted, see later", 509),
    (Stage.RCPT, 452, "4.3.1 Insufficient system storage", 509),
    (Stage.RCPT, 450, "4.1.3 odd", 509),
    (Stage.CONNECT, 421, "timeout", 503),
    (Stage.CONNECT, 450, "later", 503),
    (Stage.RCPT, 421, "4.3.2 Service shutting down", 503),
    (Stage.RCPT, 450, "4.4.1 connect to host: timed out", 503),
    (Stage.MAIL, 450, "4.7.1 Client host rejected: cannot find your reverse hostname", 505),
    (Stage.RCPT, 450, "4.1.1 not known today", 506),
    (Stage.END, 451, "4.7.1 looks like spam, try again", 507),
    (Stage.RCPT, 450, "4.7.1 Recipient address rejected", 508),
]


@pytest.mark.parametrize(("stage", "code", "text", "sub_status"), REPLIES)
def test_a_reply_gives_its_sub_status(stage: Stage, code: int, text: str, sub_status: int) -> None:
    """What servers are known to say, each with the class that SendCloud has for it."""
    status = EmailStatus.INVALID if sub_status in INVALID else EmailStatus.SOFT_BOUNCE
    assert judge(code, text, stage) == (status, sub_status)


def test_every_row_decides_over_some_reply() -> None:
    """No row stands in the shade of one above it."""
    used = [find_row(code, text, stage) for stage, code, text, _ in REPLIES]
    assert [row.why for row in TABLE if row not in used] == []


def test_only_the_end_of_data_delivers() -> None:
    """A 2xx at another stage has taken nothing yet, whatever it says."""
    assert judge(250, "2.0.0 Ok: queued as 4A5B", Stage.END) == (EmailStatus.DELIVERED, None)
    assert judge(250, "Ok", Stage.DATA) == (EmailStatus.SOFT_BOUNCE, 509)


@given(st.integers(-1, 1000), st.text(max_size=600), st.sampled_from(Stage))
@example(550, "5.9.9 " + "ip " * 200, Stage.RCPT)
def test_any_reply_gives_a_documented_pair(code: int, text: str, stage: Stage) -> None:
    """Whatever a server says, the email gets a status and sub-status of SENDCLOUD.md 5."""
    status, sub_status = judge(code, text, stage)
    expected: dict[EmailStatus, set[int | None]] = {
        EmailStatus.DELIVERED: {None},
        EmailStatus.INVALID: INVALID,
        EmailStatus.SOFT_BOUNCE: SOFT_BOUNCE,
    }
    assert sub_status in expected[status]
    assert status is not EmailStatus.INVALID or is_permanent(code)


@given(st.integers(200, 599), st.text(max_size=700))
def test_a_reply_becomes_one_short_line(code: int, text: str) -> None:
    """Whatever it holds: its code first, no line end, at most 500 characters."""
    line = one_line(code, text)
    assert line.startswith(str(code))
    assert len(line.splitlines()) == 1
    assert len(line) <= 500


def test_a_reply_of_several_lines_tells_its_enhanced_code_once() -> None:
    """The sentence can be read again."""
    text = "5.1.1 The email account that you\n5.1.1 tried to reach\n5.1.1 is gone"
    said = "550 5.1.1 The email account that you tried to reach is gone"
    assert one_line(550, text) == said
