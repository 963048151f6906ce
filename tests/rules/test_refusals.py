"""What is kept of refusals, and how each is mended."""

from __future__ import annotations

import base64

import pytest

from sendcloud_inbound.rules import replies
from sendcloud_inbound.rules.dialogue import Dialogue, Login, Message, Sender, Terms
from sendcloud_inbound.rules.refusals import (
    REMEDIES,
    Attempt,
    Attempts,
    Refusal,
    Trouble,
    trouble_of,
)
from tests.builders import NOW_MS, session

USER, KEY = (base64.b64encode(word) for word in (b"sandbox_user", b"sandbox_key"))
AUTH = b"EHLO x\r\nAUTH LOGIN\r\n" + USER + b"\r\n" + KEY + b"\r\n"
ENVELOPE = b"MAIL FROM:<a@b.c>\r\nRCPT TO:<d@e.f>\r\n"
TERMS = Terms(max_message_bytes=40, max_recipients=1, asks_sender=True)


def refusals(
    said: bytes,
    login: replies.Reply = replies.AUTHENTICATED,
    sender: replies.Reply | None = None,
    message: replies.Reply = replies.XSMTPAPI_ERROR,
) -> list[Refusal]:
    """Return what a dialogue notes when its driver answers so."""
    dialogue = Dialogue(TERMS, NOW_MS)
    dialogue.receive(said, NOW_MS)
    while (request := dialogue.advance()) is not None:
        match request:
            case Login():
                dialogue.answer(login)
            case Sender():
                dialogue.answer(sender)
            case Message():
                dialogue.answer(message)
            case _:
                break
    return dialogue.refusals


def attempt(refusal: Refusal, *, is_logged_in: bool = False) -> Attempt:
    """Return an attempt of somebody who gave a name."""
    return Attempt(NOW_MS, session(), "sandbox_user#7", is_logged_in, refusal)


TROUBLES = [
    (b"EHLO x\r\n" + ENVELOPE, "550 Authentication required", Trouble.NO_LOGIN),
    (b"EHLO x\r\nAUTH PLAIN AGFhAGJi\r\n", "500 Unrecognized command", Trouble.AUTH_METHOD),
    (b"EHLO x\r\nAUTH LOGIN " + USER + b"\r\n=\r\n", "504 Invalid AUTH string", Trouble.NO_API_KEY),
    (b"STARTTLS\r\n", "500 Unrecognized command", Trouble.NO_STARTTLS),
    (b"GET / HTTP/1.1\r\n", "500 Unrecognized command", Trouble.HTTP_SPOKEN),
    (b"\x16\x03\x01\x02\0\xfc\r\n", replies.EIGHT_BIT, Trouble.TLS_IN_CLEAR),
    (b"HALLO\r\n", "500 Unrecognized command", Trouble.UNKNOWN_COMMAND),
    (b"PROXY TCP4 1.2.3.4\r\n", "421 PROXY not allowed from ", Trouble.PROXY),
    (b"MAIL FROM:<a@b.c>\r\n", "503 Use EHLO/HELO before MAIL", Trouble.WRONG_ORDER),
    (b"EHLO x\r\nEHLO x\r\n", "503 You already said EHLO", Trouble.WRONG_ORDER),
    (AUTH + b"DATA\r\n", "503 MAIL required first", Trouble.WRONG_ORDER),
    (AUTH + b"MAIL FROM:a b\r\n", "501 Command parsing failed", Trouble.ADDRESS),
    (AUTH + b"MAIL FROM:<a@b.c> SIZE=41\r\n", "550 Message too big!", Trouble.TOO_BIG),
    (AUTH + ENVELOPE + ENVELOPE[19:], replies.TOO_MANY_RECIPIENTS, Trouble.TOO_MANY_RECIPIENTS),
    (AUTH + ENVELOPE + b"DATA\r\n" + b"x" * 50 + b"\r\n.\r\n", None, Trouble.TOO_BIG),
    (AUTH + ENVELOPE + b"DATA\r\nx\r\n.\n", replies.BARE_LF, Trouble.BARE_LF),
    (b"RSET x\r\n", "501 Syntax error", Trouble.SYNTAX),
    (b"x" * 600 + b"\r\n", replies.LINE_TOO_LONG, Trouble.SYNTAX),
]


@pytest.mark.parametrize(("said", "reply", "trouble"), TROUBLES)
def test_a_refusal_is_kept_with_what_stood_in_the_way(
    said: bytes, reply: replies.Reply | str | None, trouble: Trouble
) -> None:
    """The first of a dialogue; told by the reply, and by what the client had said."""
    refusal = refusals(said)[0]
    if reply is not None:
        assert str(refusal.reply) == str(reply)
    assert trouble_of(attempt(refusal), is_known=False) is trouble
    assert REMEDIES[trouble].english
    assert REMEDIES[trouble].chinese


def test_a_login_that_failed_tells_name_from_key() -> None:
    """Neither is in the dialogue: both came as what is masked there."""
    (refusal,) = refusals(AUTH, login=replies.AUTH_FAILED)
    assert trouble_of(attempt(refusal), is_known=True) is Trouble.WRONG_API_KEY
    assert trouble_of(attempt(refusal), is_known=False) is Trouble.UNKNOWN_API_USER
    assert USER not in refusal.dialogue
    assert KEY not in refusal.dialogue
    assert attempt(refusal).command == b"********"
    assert attempt(refusal).api_user is None
    assert attempt(refusal, is_logged_in=True).api_user == "sandbox_user"


@pytest.mark.parametrize(
    ("reply", "trouble"),
    [
        (replies.AUTH_REQUIRED, Trouble.API_USER_GONE),
        (replies.FREQUENCY_LIMITED, Trouble.FREQUENCY),
        (replies.from_text("550 not you"), Trouble.SENDER),
    ],
)
def test_what_the_driver_refuses_is_kept_too(reply: replies.Reply, trouble: Trouble) -> None:
    """A sender, for one; what follows it is refused for that."""
    sender, recipient = refusals(AUTH + ENVELOPE, sender=reply)
    assert trouble_of(attempt(sender, is_logged_in=True), is_known=True) is trouble
    assert recipient.reply == replies.MAIL_FIRST


@pytest.mark.parametrize(
    ("reply", "kept"),
    [
        (replies.XSMTPAPI_ERROR, []),
        (replies.queued("id"), []),
        (replies.TRY_LATER, [replies.TRY_LATER]),
        (replies.INTERNAL_ERROR, [replies.INTERNAL_ERROR]),
    ],
)
def test_a_message_is_kept_only_if_nobody_else_does(
    reply: replies.Reply, kept: list[replies.Reply]
) -> None:
    """Those that are stored can be looked at there."""
    said = AUTH + ENVELOPE + b"DATA\r\nx\r\n.\r\n"
    assert [each.reply for each in refusals(said, message=reply)] == kept


def test_every_refusal_of_the_table_has_a_remedy_of_its_own() -> None:
    """But for those before a session, at the server's stop, or to a message that is stored."""
    before = (replies.PROXY_TIMEOUT, replies.PROXY_INVALID)
    told = (*before, replies.COME_BACK_LATER, replies.SILENCE)
    stored = (replies.XSMTPAPI_ERROR, replies.QUOTA_EXCEEDED, replies.TOO_MANY_RECEIVED)
    table = [each for each in vars(replies).values() if isinstance(each, replies.Reply)]
    for reply in table:
        if reply.code >= 400 and reply not in {*told, *stored}:
            refusal = Refusal(reply, b"")
            assert trouble_of(attempt(refusal), is_known=True) is not Trouble.OTHER, reply


def test_one_session_does_not_drive_the_others_out() -> None:
    """It is heard ten times; and no more is kept of a dialogue than helps."""
    found = refusals(b"NONSENSE\r\n" * 200)
    assert len(found) == 10
    assert all(len(each.dialogue) <= 2_000 for each in found)
    (last,) = refusals(b"NOOP\r\n" * 200 + b"NONSENSE\r\n")
    assert last.dialogue.startswith((b"C: NOOP\r", b"S: "))
    assert attempt(last).command == b"NONSENSE\r".strip()


def test_the_last_are_kept() -> None:
    """And all are told."""
    told: list[Attempt] = []
    attempts = Attempts(told.append)
    for number in range(301):
        attempts.add(Attempt(number, session(), "a" if number % 2 else "b", True, _REFUSAL))
    assert [each.at_ms for each in attempts.newest()] == [*range(300, 0, -1)]
    assert [each.at_ms for each in attempts.newest("a")] == [*range(299, 0, -2)]
    assert attempts.newest("c") == []
    assert len(told) == 301


_REFUSAL = Refusal(replies.AUTH_FAILED, b"C: QUIT\n")
