"""The header scan (RFC 5322, RFC 2047, CLIENTS.md "Traps for the server")."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from sendcloud_inbound.rules.headers import (
    HeaderBlock,
    clean,
    decode_octets,
    decode_text,
    scan,
    unfold,
)

PADDING = b"X-Padding: " + b"p" * 5000 + b"\r\n"
"""Pushes the end of a header out of the window in which it is looked for first."""

fragments = st.sampled_from(
    [b"A", b"b-c", b":", b": v", b" ", b"\t", b"\r", b"\n", b"\r\n", b"\n\n", b"From x", b"\xe4"]
)
messages = st.one_of(st.binary(), st.lists(fragments, max_size=40).map(b"".join))


def names(content: bytes) -> list[str]:
    """Return the field names of a message."""
    return [field.name for field in scan(content).fields()]


def values(content: bytes) -> list[bytes]:
    """Return the unfolded values of a message's fields."""
    return [unfold(field.raw) for field in scan(content).fields()]


def by_lines(content: bytes) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """Return names with values, and the body, the slow and obvious way."""
    fields: list[tuple[bytes, bytes]] = []
    current = False
    lines = content.split(b"\n")
    for number, line in enumerate(lines):
        bare = line.removesuffix(b"\r") if number < len(lines) - 1 else line
        if not bare and number < len(lines) - 1:
            return fields, b"\n".join(lines[number + 1 :])
        name, colon, value = line.partition(b":")
        stripped = name.rstrip(b" \t")
        if line[:1] in (b" ", b"\t"):
            if current:
                fields[-1] = (fields[-1][0], fields[-1][1] + b"\n" + line)
        elif current := bool(colon and stripped and is_name(stripped)):
            fields.append((stripped, value))
    return fields, b""


def is_name(octets: bytes) -> bool:
    """Tell whether octets are a field name: no blank, control character or colon."""
    return all(octet > 32 and octet not in (58, 127) for octet in octets)


def without_cr(value: bytes) -> bytes:
    """Return a value without the CR of its line end."""
    return value.removesuffix(b"\r")


def test_fields_come_in_order_with_their_names_as_sent() -> None:
    """A header is its fields in order, then the empty line, then the body."""
    content = b"Subject: a\r\nX-Smtpapi:b\r\nsubject : c\r\n\r\nBody: no\r\n"
    block = scan(content)
    assert [(f.name, f.raw) for f in block.fields()] == [
        ("Subject", b" a"),
        ("X-Smtpapi", b"b"),
        ("subject", b" c"),
    ]
    assert content[block.end :] == b"\r\nBody: no\r\n"
    assert content[block.body_start :] == b"Body: no\r\n"


@pytest.mark.parametrize("prefix", [b"", PADDING], ids=["short", "long"])
@pytest.mark.parametrize("line_end", [b"\r\n", b"\n"], ids=["CRLF", "LF"])
def test_both_line_ends_are_read(prefix: bytes, line_end: bytes) -> None:
    """Lines may end with CRLF or a bare LF (CLIENTS.md, trap 9)."""
    content = prefix + line_end.join([b"A: 1", b"B: 2", b" 3", b"", b"C: body"])
    assert names(content)[-2:] == ["A", "B"]
    assert values(content)[-2:] == [b"1", b"2 3"]
    assert content[scan(content).body_start :] == b"C: body"


@pytest.mark.parametrize("content", [b"A: 1", b"A: 1\r\n", b"A: 1\n B", PADDING + b"A: 1\r\n"])
def test_without_an_empty_line_all_is_header(content: bytes) -> None:
    """A message without an empty line has no body."""
    block = scan(content)
    assert block.end == block.body_start == len(content)
    assert names(content)[-1] == "A"


@pytest.mark.parametrize(("content", "body"), [(b"", b""), (b"\r\nA: 1", b"A: 1"), (b"\nx", b"x")])
def test_a_message_may_have_no_header(content: bytes, body: bytes) -> None:
    """Empty content has nothing; content that begins with an empty line is all body."""
    block = scan(content)
    assert not list(block.fields())
    assert not list(block.junk())
    assert content[block.body_start :] == body


@pytest.mark.parametrize("prefix", [b"", PADDING], ids=["short", "long"])
@pytest.mark.parametrize(
    "junk",
    [b";", b"no colon here", b"From a@b.c Sun Nov 22 01:34:08 2026", b": no name", b"QUJD\r\nREVG"],
)
def test_junk_is_stepped_over(prefix: bytes, junk: bytes) -> None:
    """A line that is neither field nor continuation is no field; the header goes on after it."""
    content = prefix + b"A: 1\r\n" + junk + b"\r\nB: 2\r\n\r\nC: 3"
    assert names(content)[-2:] == ["A", "B"]
    assert [run.rstrip() for run in scan(content).junk()] == [junk]


def test_white_space_on_the_first_line_is_junk() -> None:
    """A first line that continues nothing is no field."""
    assert names(b" folded: nothing\r\n\tmore\r\nA: 1\r\n\r\n") == ["A"]


def test_a_line_of_blanks_continues_the_field() -> None:
    """Only an empty line ends the header, not one of white space."""
    assert values(b"A: 1\r\n \t\r\n 2\r\nB: 3\r\n\r\n") == [b"1 \t 2", b"3"]


def test_a_field_is_found_by_its_name_without_case() -> None:
    """The first field of a name is found whatever its case; a name in a value is none."""
    block = scan(b"A: subject:\r\n subject: x\r\nSUBJECT: 1\r\nSubject: 2\r\n\r\nsubject: 3")
    found = block.find(b"subject")
    assert found is not None
    assert (found.name, found.raw, found.folded) == ("SUBJECT", b" 1", False)
    assert block.count(b"subject") == 2
    assert block.find(b"reply-to") is None
    assert not block.may_hold(b"reply-to")


@pytest.mark.parametrize("prefix", [b"", PADDING], ids=["short", "long"])
def test_the_tail_begins_with_the_last_of_a_name(prefix: bytes) -> None:
    """The last field of a name comes with all fields after it, and none when there is no such."""
    block = scan(prefix + b"X: 1\r\nY: 2\r\nx: 3\r\njunk\r\nZ: 4\r\n\r\n")
    assert [field.raw for field in block.tail(b"x")] == [b" 3", b" 4"]
    assert block.tail(b"w") == []
    assert block.count(b"x") == 2


def test_fields_beyond_the_first_thousand_are_not_looked_at() -> None:
    """The number of fields is bounded; where the body starts is still known."""
    content = b"A: 1\r\n" * 1500 + b"B: 2\r\n\r\nbody"
    assert names(content) == ["A"] * 1000
    assert content[scan(content).body_start :] == b"body"


@given(messages, st.booleans())
def test_any_octets_are_read_as_line_by_line(content: bytes, padded: bool) -> None:  # noqa: FBT001
    """Whatever the octets, fields and body are those of a plain reader, near or far."""
    content = PADDING + content if padded else content
    fields, body = by_lines(content)
    block = scan(content)
    got = [(field.name.encode("latin-1"), field.raw) for field in block.fields()]
    assert got == [(name, without_cr(value)) for name, value in fields]
    assert content[block.body_start :] == body
    for name in {name.lower() for name, _ in fields}:
        assert block.count(name) == sum(name == other.lower() for other, _ in fields)
        assert block.find(name) == next(f for f in block.fields() if is_named(f.name, name))


def is_named(name: str, wanted: bytes) -> bool:
    """Tell whether a name is the wanted one, without case."""
    return name.encode("latin-1").lower() == wanted


@given(st.binary())
def test_any_octets_have_some_text(raw: bytes) -> None:
    """Decoding never fails, and what comes out can be written to one line in UTF-8."""
    text = decode_text(raw)
    assert not set("\r\n\x00") & set(text)
    text.encode()


@given(st.text(), st.sampled_from(["utf-8", "gb18030", "iso-8859-1", "utf-7", "nonsense", "idna"]))
def test_any_encoded_word_has_some_text(text: str, charset: str) -> None:
    """An encoded-word of any charset, known or not, comes out as some text."""
    payload = text.encode("utf-8", "replace").hex(" ").replace(" ", "=").upper()
    decode_text(f"=?{charset}?q?={payload}?= =?{charset}?b?{payload}?=".encode()).encode()


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b" Hello", "Hello"),
        (b" a\r\n b\r\n\tc", "a b\tc"),
        (" 亲爱的".encode(), "亲爱的"),
        (b" caf\xe9", "café"),
        (b" =?utf-8?b?5Lqy54ix55qE?=", "亲爱的"),
        (b" =?UTF-8?Q?a_b=3D?= c", "a b= c"),
        (b" Re: =?utf-8?q?a?= and =?utf-8?q?b?=", "Re: a and b"),
        (b" =?gb2312?B?xOO6ww==?=", "你好"),
        (b" =?gb2312?B?xOO6ww?=", "你好"),
        (b" =?utf-8?q?one?=\r\n =?utf-8?q?two?= three", "onetwo three"),
        (b" =?utf-8?q?=E4=BA?= =?utf-8?q?=B2?=", "亲"),
        (b" =?utf-8?q?a?= =?iso-8859-1?q?=E9?=", "aé"),
        (b" =?utf-8*zh?q?a?=", "a"),
        (b" =?unknown?q?caf=E9?=", "café"),
        (b" =?unicode_escape?q?=5Cq?=", "\\q"),
        (b" =?base64?q?QQ?=", "QQ"),
        (b" =?utf-8?q?=E9?=", "\ufffd"),
        (b" =?utf-7?q?+2AA-?=", "\ufffd"),
        (b" =?utf-8?b?A?=", "=?utf-8?b?A?="),
        (b" =?utf-8?q?a=0D=0AEvil=3A_1?=", "a  Evil: 1"),
        (b" =?utf-8?x?a?=", "=?utf-8?x?a?="),
        (b" nul\x00", "nul\ufffd"),
    ],
)
def test_text_is_decoded_as_people_read_it(raw: bytes, text: str) -> None:
    """Encoded-words of any charset, raw UTF-8 and raw octets all become text."""
    assert decode_text(raw) == text


def test_octets_are_decoded_whatever_the_charset_is_called() -> None:
    """For values that are ASCII anyway the charset of an encoded-word does not matter."""
    assert decode_octets(b"=?nonsense?q?QUJD=3D?==?us-ascii?B?REVG?=x") == b"QUJD=DEFx"


def test_clean_text_keeps_what_can_be_read() -> None:
    """Control characters and halves of surrogate pairs are marked; the rest stays."""
    assert clean("亲\t爱\x1b[1m\ud800\r\n") == "亲\t爱\ufffd[1m\ufffd  "


def test_a_block_does_not_print_the_message() -> None:
    """A message's content does not get into a log by way of repr."""
    block = scan(b"Subject: secret\r\n\r\nsecret")
    assert isinstance(block, HeaderBlock)
    assert "secret" not in f"{block!r} {block.find(b'subject')!r}"
