"""What a copy looks like on its way to another server (RFC 5321, 1870, 6152, 6531)."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, strategies as st

from sendcloud_inbound.rules.relaying import envelope, stuffed, with_crlf
from tests.builders import outgoing

LINES = st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b".", b"x", b"\xff", b".."])).map(b"".join)


def _ended(octets: bytes) -> bytes:
    return octets if octets.endswith((b"\r", b"\n")) else octets + b"\n"


@given(LINES)
def test_any_octets_come_out_of_data_as_they_went_in(octets: bytes) -> None:
    """A server that undoes the dots, by lines, has the lines that were there, all in CRLF."""
    content = with_crlf(octets)
    data = stuffed(content)
    assert data.endswith(b"\r\n.\r\n")
    lines = data.split(b"\r\n")[:-2]
    assert b"." not in lines
    assert [line.removeprefix(b".") for line in lines] == content.split(b"\r\n")[:-1]
    assert content.split(b"\r\n")[:-1] == re.split(rb"\r\n|\r|\n", _ended(octets))[:-1]
    assert re.search(rb"(?<!\r)\n|\r(?!\n)", data) is None


def test_lone_line_ends_become_whole_ones_and_nothing_else_changes() -> None:
    """Also where one could pass for the end of DATA at a lenient server."""
    assert with_crlf(b"a\nb\rc\r\n\r\r\nd") == b"a\r\nb\r\nc\r\n\r\n\r\nd\r\n"
    assert stuffed(with_crlf(b"a\n.\nQUIT\r\n.\r")) == b"a\r\n..\r\nQUIT\r\n..\r\n.\r\n"
    long = b"x" * 100_000 + b"\r\n"
    assert with_crlf(long) is long


@pytest.mark.parametrize(
    ("offers", "content", "parameters"),
    [
        ([], b"\xc3\xa4\r\n", ()),
        (["8bitmime", "size", "smtputf8"], b"\xc3\xa4\r\n", (b"SIZE=4", b"BODY=8BITMIME")),
        (["8bitmime", "size"], b"plain\r\n", (b"SIZE=7",)),
    ],
)
def test_only_what_is_on_offer_is_said(
    offers: list[str], content: bytes, parameters: tuple[bytes, ...]
) -> None:
    """And of that, what the copy needs: octets above 127 go out without an announcement too."""
    said = envelope(outgoing(mail_from="a@b.example", recipient="c@d.example"), content, offers)
    assert said.mail == (b"MAIL", b"FROM:<a@b.example>", *parameters)
    assert said.rcpt == (b"RCPT", b"TO:<c@d.example>")


def test_letters_beyond_ascii_take_the_form_that_the_server_knows() -> None:
    """UTF-8 where it is on offer; else a domain goes as `xn--`, and a local part not at all."""
    mail = outgoing(recipient="用户@bücher.example")
    said = envelope(mail, b"\r\n", ["smtputf8"])
    assert said.mail[-1] == b"SMTPUTF8"
    assert said.rcpt[1] == "TO:<用户@bücher.example>".encode()
    with pytest.raises(ValueError, match="SMTPUTF8"):
        envelope(mail, b"\r\n", [])
    said = envelope(mail._replace(recipient="ben@Bücher.example"), b"\r\n", ["size"])
    assert said.rcpt[1] == b"TO:<ben@xn--bcher-kva.example>"
    assert said.mail[2:] == (b"SIZE=2",)


def test_brackets_within_quotes_are_part_of_the_name() -> None:
    """As they are in an address that a client gave so."""
    said = envelope(outgoing(recipient='"a> b\\"<"@c.example'), b"\r\n", [])
    assert said.rcpt[1] == b'TO:<"a> b\\"<"@c.example>'


@pytest.mark.parametrize(
    "recipient", ["a\r\nRSET@b", "a\x00@b", "a\ud800@b", "a@ü..b", "é\r\nRSET@b", "a> b@c", "a>@b"]
)
def test_an_address_that_no_command_can_hold_is_said_to_be_none(recipient: str) -> None:
    """No address can slip a command of its own in."""
    for offers in (["smtputf8"], []):
        if recipient == "a@ü..b" and offers:
            continue  # the server's own affair then
        with pytest.raises(ValueError, match=r"."):
            envelope(outgoing(recipient=recipient), b"\r\n", offers)
