"""The dialogue as a state machine: its invariants under any octets, in any chunking."""

from __future__ import annotations

import base64
import re

import pytest
from hypothesis import given, settings, strategies as st

from sendcloud_inbound.rules import replies
from sendcloud_inbound.rules.addresses import Path, parse_path
from sendcloud_inbound.rules.dialogue import (
    Close,
    Dialogue,
    Login,
    Message,
    Recipient,
    Sender,
    StartTls,
    Terms,
)
from sendcloud_inbound.rules.dialogue.paths import read_plain

USER, KEY = (base64.b64encode(word) for word in (b"sandbox_user", b"sandbox_key"))
LOGIN = b"EHLO x\r\nAUTH LOGIN " + USER + b"\r\n" + KEY + b"\r\n"
MAIL = b"MAIL FROM:<a@b.c>\r\n"
RCPT = b"RCPT TO:<d@e.f>\r\n"
TERMS = Terms(max_message_bytes=400, starttls=True)


class Driver:
    """Drives a dialogue without a socket: the right key logs in, every message is taken."""

    def __init__(self, terms: Terms = TERMS) -> None:
        self.dialogue = Dialogue(terms)
        self.said = self.dialogue.take_output()
        self.messages: list[Message] = []
        self.closed = False

    def send(self, *chunks: bytes) -> bytes:
        """Give the chunks, one read each; return what is said to them."""
        said = b""
        for chunk in chunks:
            if not self.closed:
                self.dialogue.receive(chunk)
                self._advance()
            said += self.dialogue.take_output()
        self.said += said
        return said

    def end(self) -> bytes:
        """End the input."""
        self.dialogue.end_of_input()
        self._advance()
        return self.dialogue.take_output()

    def _advance(self) -> None:
        while (request := self.dialogue.advance()) is not None:
            match request:
                case Login(name, key):
                    right = (name, key) == (b"sandbox_user", b"sandbox_key")
                    self.dialogue.answer(replies.AUTHENTICATED if right else replies.AUTH_FAILED)
                case Sender() | Recipient():
                    self.dialogue.answer(None)
                case Message():
                    self.messages.append(request)
                    self.dialogue.answer(replies.queued("id"))
                case StartTls():
                    self.dialogue.tls_started()
                case Close():
                    self.closed = True


# What a client might say, right and wrong, near enough to SMTP to get somewhere.
_WORDS = st.sampled_from(
    [
        b"EHLO x", b"HELO x", b"EHLO", b"AUTH LOGIN", b"AUTH LOGIN " + USER, USER, KEY, b"*", b"",
        b"AUTH PLAIN AGFhAGJi", b"MAIL FROM:<a@b.c>", b"mail from: <A@B.c> size=9", b"MAIL FROM:<>",
        b"MAIL FROM:<a@b.c> SIZE=401", b"MAIL FROM:<@r.t:a@b.c>", b"RCPT TO:<d@e.f>", b"RCPT TO:<>",
        b'RCPT TO:<"q\\ d"@e.f> NOTIFY=NEVER', b"RCPT TO:", b"DATA", b"DATA x", b"RSET", b"NOOP a",
        b"VRFY", b"HELP", b"QUIT x", b"Subject: x", b"..stuffed", b".", b".x", b"\xff", b"x" * 600,
        b" NOOP", b"NOOP\r", b"\0", b"STARTTLS",
    ]
)  # fmt: skip
_LINES = st.lists(
    st.tuples(_WORDS, st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b"\n"])), max_size=40
)
_TEXT = _LINES.map(lambda lines: b"".join(word + end for word, end in lines))
_SESSION = st.one_of(
    _TEXT,
    _TEXT.map(lambda text: LOGIN + text),
    _TEXT.map(lambda text: LOGIN + MAIL + RCPT + b"DATA\r\n" + text),
    st.binary(max_size=300),
    st.binary(max_size=300).map(lambda octets: LOGIN + MAIL + RCPT + b"DATA\r\n" + octets),
)
_CUTS = st.lists(st.integers(1, 60), max_size=200)


def _chunks(octets: bytes, sizes: list[int]) -> list[bytes]:
    chunks, at = [], 0
    for size in sizes:
        chunks.append(octets[at : at + size])
        at += size
    return [chunk for chunk in (*chunks, octets[at:]) if chunk]


def _known_lines() -> list[re.Pattern[bytes]]:
    """Every line of the table; those that echo an address with anything in its place."""
    table = [value for value in vars(replies).values() if isinstance(value, replies.Reply)]
    table += [*replies.NO_NAME.values(), *replies.ALREADY_SAID.values()]
    table += [TERMS.ehlo, TERMS.ehlo_in_tls, replies.queued("id")]
    lines = {line for reply in table for line in reply.wire.split(b"\r\n") if line}
    echoes = [rb"250 sender <.*> OK", rb"250 recipient <.*> OK"]
    return [re.compile(re.escape(line)) for line in lines] + [re.compile(line) for line in echoes]


KNOWN = _known_lines()


@settings(max_examples=400)
@given(_SESSION, _CUTS)
def test_any_octets_get_replies_from_the_table_whatever_the_chunking(
    octets: bytes, sizes: list[int]
) -> None:
    """Any octets give replies of the table, the same ones and the same messages in any chunks."""
    whole, cut = Driver(), Driver()
    whole.send(octets)
    cut.send(*_chunks(octets, sizes))
    if b"STARTTLS" not in octets.upper():  # what was read before the handshake is thrown away
        assert cut.said == whole.said
        assert [m.content for m in cut.messages] == [m.content for m in whole.messages]
        assert cut.closed == whole.closed
    for line in whole.said.split(b"\r\n")[:-1]:
        assert any(known.fullmatch(line) for known in KNOWN), line


@settings(max_examples=200)
@given(st.binary(max_size=400), _CUTS)
def test_a_stuffed_message_arrives_as_it_was(body: bytes, sizes: list[int]) -> None:
    """Whatever CRLF lines a client stuffs, the message is what it was before, in any chunks."""
    message = body.replace(b"\r", b"").replace(b"\n", b"\r\n") + b"\r\n"
    stuffed = re.sub(rb"(?m)^\.", b"..", message)
    driver = Driver(Terms(max_message_bytes=10_000))
    driver.send(LOGIN + MAIL + RCPT + b"DATA\r\n")
    said = driver.send(*_chunks(stuffed + b".\r\n", sizes))
    assert said == b"250 #id#Queued\r\n"
    assert driver.messages[0].content == message


@given(st.binary(max_size=5000))
def test_memory_stays_bounded_for_a_line_that_never_ends(octets: bytes) -> None:
    """A command without an end is refused at 513 octets; nothing is kept of it."""
    driver = Driver()
    said = driver.send(*_chunks(b"x" * 513 + octets.replace(b"\n", b""), [7] * 900))
    assert said == replies.LINE_TOO_LONG.wire
    assert driver.closed


def test_memory_stays_bounded_for_a_message_that_never_ends() -> None:
    """Octets beyond the size limit are counted and let go; the dot then gets 550."""
    driver = Driver(Terms(max_message_bytes=1000))
    driver.send(LOGIN + MAIL + RCPT + b"DATA\r\n")
    for _ in range(1000):
        assert driver.send(b"x" * 998 + b"\r\n") == b""
    assert len(b"".join(driver.dialogue._data._chunks)) <= 1000
    assert driver.send(b".\r\n") == replies.MESSAGE_TOO_BIG.wire
    assert driver.send(b"NOOP\r\n") == replies.OK.wire


@given(
    st.from_regex(
        rb"(?i:mail from|rcpt to): ?<[ -~]{0,40}>( body=8bitmime)?( size=[0-9]{1,20})?\r?",
        fullmatch=True,
    )
)
def test_the_quick_way_reads_what_the_careful_one_reads(line: bytes) -> None:
    """A line that the plain pattern takes gives the same path by the careful parser."""
    plain = read_plain(line)
    if plain is not None:
        is_mail, path = plain
        verb, _, argument = line.decode().removesuffix("\r").partition(" ")
        assert is_mail == (verb.upper() == "MAIL")
        assert parse_path(verb.upper(), argument) == path


def test_a_batch_gets_one_write() -> None:
    """A whole pipelined batch is answered in one piece, in order (HARAKA.md 5)."""
    driver = Driver()
    said = driver.send(LOGIN + MAIL + RCPT * 3 + b"DATA\r\nx: y\r\n\r\nz\r\n.\r\nQUIT\r\n")
    codes = [line[:3] for line in said.split(b"\r\n")[6:-1]]
    assert codes == [b"334", b"235", b"250", b"250", b"250", b"250", b"354", b"250", b"221"]
    assert driver.closed


def test_what_was_read_before_the_end_of_input_is_answered() -> None:
    """A half-closed client gets its answers, then the close (HARAKA.md 5)."""
    driver = Driver()
    assert driver.send(b"NOOP\r\nNOO") == replies.OK.wire
    assert driver.end() == b""
    assert driver.closed


def test_keys_are_masked_in_the_transcript() -> None:
    """Neither names nor keys of a login stand in what a message's transcript is made of."""
    driver = Driver()
    wrong = base64.b64encode(b"another_key")
    driver.send(b"AUTH LOGIN " + USER + b"\r\n" + KEY + b"\r\n")  # before EHLO: not a login
    driver.send(
        b"EHLO x\r\nAUTH LOGIN\r\n" + USER + b"\r\n" + wrong + b"\r\nAUTH PLAIN " + KEY + b"\r\n"
    )
    driver.send(
        b"AUTH LOGIN " + USER + b"\r\n" + KEY + b"\r\n" + MAIL + RCPT + b"DATA\r\nx\r\n.\r\n"
    )
    heard = driver.messages[0].transcript
    assert b"MAIL FROM:<a@b.c>" in heard
    for secret in (USER, KEY, wrong):
        assert secret not in heard


def test_a_transcript_begins_with_the_login_and_leaves_other_messages_out() -> None:
    """The second message of a session has the login and its own part of the dialogue."""
    driver = Driver()
    driver.send(LOGIN)
    for name in (b"first", b"second"):
        driver.send(b"MAIL FROM:<%b@b.c>\r\n" % name + RCPT + b"DATA\r\nx\r\n.\r\n")
    heard = driver.messages[1].transcript
    assert b"235 Authentication" in heard
    assert b"second@b.c" in heard
    assert b"first@b.c" not in heard


@pytest.mark.parametrize(
    ("argument", "address"),
    [
        ("FROM:<Ben@IFAXIN.com>", "Ben@ifaxin.com"),
        ("from: <a@b.c>", "a@b.c"),
        ("<a@b.c>", "a@b.c"),
        ("FROM:a@b.c", "a@b.c"),
        ("FROM:<@one,@two.x:a@b.c>", "a@b.c"),
        ('FROM:<"ab"@c.d>', "ab@c.d"),
        ("FROM:<a b@c.d>", '"a\\ b"@c.d'),
        ("FROM:<PostMaster>", "postmaster"),
        ("FROM:<a..b@c.d>", "a..b@c.d"),
        ("FROM:<a@[127.0.0.1]>", "a@[127.0.0.1]"),
        ("FROM:<a@[IPv6:::1]>", "a@[ipv6:::1]"),
        ("FROM:<a@localhost>", "a@localhost"),
        ("FROM:", ""),
        ("", ""),
    ],
)
def test_addresses_are_normalised(argument: str, address: str) -> None:
    """The echo has the domain in lower case, no route and no needless quotes (HARAKA.md 2)."""
    assert parse_path("MAIL", argument).address == address


@pytest.mark.parametrize(
    "argument",
    [
        "FROM:<ab>", "FROM:<a@>", "FROM:<a@b..c>", "FROM:<a@-b>", "FROM:<a@b->", "FROM:<a@b_c>",
        "FROM:<a@b.>", "FROM:<.a@b>", 'FROM:<"a b"@c>', "FROM <a@b>", "TO:<a@b>", "FROM:<a@b>X=1",
        "FROM:<a@b> X=a=b", "FROM:<a@b> <c@d>", "FROM:<a\x01@b>",
    ],
)  # fmt: skip
def test_addresses_that_cannot_be_are_refused(argument: str) -> None:
    """These get 501 (HARAKA.md 2)."""
    with pytest.raises(ValueError, match=r"."):
        parse_path("MAIL", argument)


def test_parameters_are_read_from_the_right() -> None:
    """Keywords are told in upper case, values as sent."""
    path = parse_path("MAIL", "FROM:<a@b> BODY=8BITMIME smtputf8 size=12")
    assert path == Path("a@b", (("BODY", "8BITMIME"), ("SMTPUTF8", None), ("SIZE", "12")))


def test_only_recipients_of_a_named_domain_are_asked_about() -> None:
    """Others are taken at once, however the domain is written, unless all are to be asked about."""
    driver = Driver(Terms(asks_recipient_at="@sandbox.test"))
    driver.send(LOGIN, MAIL)

    def asked(address: bytes) -> list[str]:
        driver.dialogue.receive(b"RCPT TO:<" + address + b">\r\n")
        found = []
        while (request := driver.dialogue.advance()) is not None:
            assert isinstance(request, Recipient)
            found.append(request.path.address)
            driver.dialogue.answer(None)
        return found

    assert asked(b"ben@SANDBOX.test") == ["ben@sandbox.test"]
    assert asked(b'"ben"@Sandbox.Test') == ["ben@sandbox.test"]
    assert asked(b"ben@a.sandbox.test") == asked(b"ben@ifaxin.com") == []
    driver.dialogue.asks_recipient = True
    assert asked(b"ben@ifaxin.com") == ["ben@ifaxin.com"]
