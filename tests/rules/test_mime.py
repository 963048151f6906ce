"""The MIME tree on octets (RFC 2045, 2046, 2231), beside Python's email package."""

from __future__ import annotations

import base64
import email
import email.policy
import time
from typing import Any

import pytest
from hypothesis import given, strategies as st

from sendcloud_inbound.rules import charsets
from sendcloud_inbound.rules.mime import MAX_DEPTH, MAX_PARTS, Part, decoded, parse, text
from sendcloud_inbound.rules.mime.parameters import read, without_charset

MIXED = b"""\
From: a@b.example
Content-Type: multipart/mixed; boundary="one"

Before the first part.
--one
Content-Type: multipart/alternative;
\tboundary=two

--two

plain
--two
Content-Type: text/html; charset="GB2312"
Content-Transfer-Encoding: BASE64

xOO6ww==
--two--
--one
Content-Type: message/rfc822

Content-Type: multipart/mixed; boundary=inner

--inner

not looked at
--inner--
--one
Content-Type: text/csv; name="=?utf-8?b?5L2g5aW9LmNzdg==?="
Content-Disposition: ATTACHMENT

a,b
--one--
After the last part.
""".replace(b"\n", b"\r\n")

pieces = st.sampled_from(
    [
        b"Content-Type: multipart/mixed; boundary=b\r\n",
        b"Content-Type: multipart/digest; boundary=c\n",
        b"Content-Type: message/rfc822\n",
        b"Content-Type: text/html; charset=gb2312\r\n",
        b"Content-Transfer-Encoding: base64\n",
        b"\r\n--b\r\n",
        b"\n--b--\n",
        b"--c \t\r\n",
        b"\n--c--",
        b"\r\n\r\n",
        b"\n",
        b"text",
        b"--",
    ]
)
messages = st.one_of(st.binary(), st.lists(pieces, max_size=30).map(b"".join))


def leaves(content: bytes) -> list[Part]:
    """Return the parts that are not divided, in order."""
    return [part for part in parse(content).walk() if not part.children]


def header(value: str) -> bytes:
    """Return a message with that Content-Type."""
    return f"Content-Type: {value}\r\n\r\nbody\r\n".encode()


def test_parts_are_numbered_as_imap_numbers_them() -> None:
    """A multipart's children are 1, 2, 3, nested ones 1.1, 1.2; a root multipart has no number."""
    assert [(part.path, part.content_type) for part in parse(MIXED).walk()] == [
        ("", "multipart/mixed"),
        ("1", "multipart/alternative"),
        ("1.1", "text/plain"),
        ("1.2", "text/html"),
        ("2", "message/rfc822"),
        ("3", "text/csv"),
    ]


def test_offsets_are_those_of_the_message() -> None:
    """The line break before a delimiter belongs to the delimiter."""
    bodies = [MIXED[part.body_start : part.end] for part in leaves(MIXED)]
    assert bodies[:2] == [b"plain", b"xOO6ww=="]
    assert bodies[3] == b"a,b"
    assert MIXED[parse(MIXED).walk().__next__().begin :] == MIXED
    assert [MIXED[part.begin :][:9] for part in leaves(MIXED)][1] == b"Content-T"


def test_what_a_part_says_of_itself() -> None:
    """Types, charsets, encodings and dispositions are read without case; names are decoded."""
    plain, html, forwarded, csv = leaves(MIXED)
    assert (plain.charset, plain.encoding, plain.disposition) == ("us-ascii", "7bit", "")
    assert (html.charset, html.encoding, text(html)) == ("gb2312", "base64", "你好")
    assert (csv.disposition, csv.filename, csv.is_attachment) == ("attachment", "你好.csv", True)
    assert [part.is_text for part in leaves(MIXED)] == [True, True, False, False]
    assert b"not looked at" in decoded(forwarded)


@pytest.mark.parametrize("content", [b"", b"\r\n", b"hello", b"Subject: x\r\n\r\nbody", b"\n\nx"])
def test_a_message_without_content_type_is_plain_text(content: bytes) -> None:
    """Missing Content-Type means text/plain in us-ascii (RFC 2045 5.2)."""
    root = parse(content)
    assert (root.path, root.content_type, root.charset) == ("1", "text/plain", "us-ascii")
    assert root.is_text


@pytest.mark.parametrize("value", ["text", "a/b/c", "/", "te xt/plain", "=?utf-8?q?x?="])
def test_a_type_that_cannot_be_is_plain_text(value: str) -> None:
    """What is no type/subtype is read as text/plain."""
    assert parse(header(value)).content_type == "text/plain"


def test_a_missing_end_boundary_ends_with_its_parent() -> None:
    """The last part of an unfinished multipart goes on to the end of what it is in."""
    content = (
        b"Content-Type: multipart/mixed; boundary=a\n\n--a\n"
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--a\n\ntwo"
    )
    assert [(part.path, decoded(part)) for part in leaves(content)] == [
        ("1.1", b"one"),
        ("2", b"two"),
    ]


def test_a_multipart_without_boundary_or_delimiter_is_a_leaf() -> None:
    """There is nothing to divide it by."""
    assert parse(header("multipart/mixed")).children == ()
    assert parse(header('multipart/mixed; boundary=""')).children == ()
    assert parse(header("multipart/mixed; boundary=x")).children == ()


def test_a_boundary_that_begins_like_another_is_another() -> None:
    """`--one` does not divide at `--onetwo`."""
    content = b"Content-Type: multipart/mixed; boundary=one\n\n--one\n\na\n--onetwo\nb\n--one--"
    assert [decoded(part) for part in leaves(content)] == [b"a\n--onetwo\nb"]


def test_parts_of_a_digest_are_messages() -> None:
    """In multipart/digest the default type is message/rfc822 (RFC 2046 5.1.5)."""
    content = b"Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: x\n\ny\n--b--"
    assert [part.content_type for part in leaves(content)] == ["message/rfc822"]


def test_junk_in_a_header_is_stepped_over() -> None:
    """A line that is no field does not end the header (CLIENTS.md, trap 10)."""
    content = (
        b";\r\nContent-Type: text/html\r\njunk\r\nContent-Transfer-Encoding: base64\r\n\r\nQQ=="
    )
    root = parse(content)
    assert (root.content_type, decoded(root)) == ("text/html", b"A")


@pytest.mark.parametrize(
    ("value", "filename"),
    [
        ("attachment; filename=a.txt", "a.txt"),
        ('attachment; filename="a b;c.txt"', "a b;c.txt"),
        ("attachment; filename=a b.txt", "a b.txt"),
        (r'attachment; filename="a\"b.txt"', 'a"b.txt'),
        ("attachment; filename*=utf-8''%E4%BD%A0.txt", "你.txt"),
        ("attachment; filename*0*=gb2312'zh'%C4%E3; filename*1=.txt", "你.txt"),
        ("attachment; filename*0=a; filename*1=b; filename*3=d", "ab"),
        ('attachment; filename="=?utf-8?q?=E4=BD=A0?="', "你"),
        ('attachment; filename="你.txt"', "你.txt"),
        ("attachment; filename*=plain", "plain"),
        ("attachment; x; filename=a", "a"),
        ("attachment", ""),
    ],
)
def test_file_names_are_decoded(value: str, filename: str) -> None:
    """All ways in which clients write a name come out as people read it (RFC 2231, 2047)."""
    part = parse(f"Content-Disposition: {value}\r\n\r\n".encode())
    assert (part.disposition, part.filename) == ("attachment", filename)


@pytest.mark.parametrize(
    ("headers", "is_attachment"),
    [
        ("", False),
        ("Content-Disposition: inline", False),
        ("Content-Disposition: inline; filename=a.txt", False),
        ("Content-Disposition: attachment", True),
        ("Content-Disposition: form-data", True),
        ("Content-Type: text/plain; name=a.txt", True),
    ],
)
def test_what_is_an_attachment(headers: str, is_attachment: bool) -> None:  # noqa: FBT001
    """Anything not inline, and what has a name without being called inline."""
    assert parse(f"{headers}\r\n\r\n".encode()).is_attachment == is_attachment


@pytest.mark.parametrize(
    ("encoding", "body", "octets"),
    [
        ("base64", b"QUJD", b"ABC"),
        ("base64", b"QU JD\r\nRA", b"ABCD"),
        ("base64", b"QUJDR", b"ABC"),
        ("base64", b"-_!QUJD", b"ABC"),
        ("base64", b"", b""),
        ("quoted-printable", b"a=\r\nb=41=4", b"abA=4"),
        ("8bit", b"\xe4\xbd", b"\xe4\xbd"),
        ("x-uuencode", b"begin", b"begin"),
    ],
)
def test_transfer_encodings_are_undone(encoding: str, body: bytes, octets: bytes) -> None:
    """What is broken still gives something; an unknown encoding is none."""
    head = f"Content-Transfer-Encoding: {encoding} (comment)\r\n\r\n".encode()
    assert decoded(parse(head + body)) == octets


@pytest.mark.parametrize(
    ("label", "octets", "shown"),
    [
        ("gb2312", "朱镕基".encode("gb18030"), "朱镕基"),
        ("us-ascii", "你好".encode(), "你好"),
        ("utf-16", "你好".encode("utf-16"), "你好"),
        ("utf-16", "你好".encode("utf-16-be"), None),
        ("utf-8", b"\xef\xbb\xbfa", "a"),
        ("nonsense", "你好".encode(), "你好"),
        ("utf-8", b"a\xff", "a\ufffd"),
    ],
)
def test_text_is_what_readers_show(label: str, octets: bytes, shown: str | None) -> None:
    """A label narrower than the text is widened; what cannot be read is marked."""
    head = f"Content-Type: text/plain; charset={label}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    got = text(parse(head.encode() + base64.encodebytes(octets)))
    assert got == shown or (shown is None and got)


def test_a_value_loses_its_charset_and_nothing_else() -> None:
    """All other parameters stay as they were sent, folds included."""
    raw = b' text/plain; Charset="utf-8";\r\n format=flowed; charset*0=x; name="a;charset=b"'
    assert without_charset(raw) == b' text/plain;\r\n format=flowed; name="a;charset=b"'
    assert read(raw)[1]["format"].octets == b"flowed"


@pytest.mark.parametrize("label", ["base64", "rot13", "idna", "x-unknown", "", "\x00", "undefined"])
def test_what_is_no_charset_has_no_codec(label: str) -> None:
    """Codecs of Python that are nobody's charset are not taken for one."""
    assert charsets.lookup(label) == ""


def test_names_can_be_sought_as_octets_in_most_charsets() -> None:
    """Octets below 128 always mean ASCII, but not with states or in wide characters."""
    for codec in ("utf-8", "gb18030", "gbk", "big5", "shift_jis", "euc_kr", "iso8859-1", "ascii"):
        assert charsets.is_transparent(codec)
    for codec in ("iso2022_jp", "hz", "utf-7", "utf-16-le", "utf-32-be", "cp037"):
        assert not charsets.is_transparent(codec)


@given(messages)
def test_any_octets_have_a_tree(content: bytes) -> None:
    """Whatever the octets: parts within their parents, in order, each with octets and a text."""
    root = parse(content)
    for part in root.walk():
        assert part.begin <= part.body_start <= part.end <= len(content)
        at = part.body_start
        for child in part.children:
            assert at <= child.begin
            assert child.end <= part.end
            at = child.end
        decoded(part)
        text(part).encode("utf-8", "replace")
        assert isinstance(part.filename, str)


def described(message: Any) -> list[tuple[str, bytes]]:
    """Return types and bodies of a message's leaves as the email package sees them."""
    if message.is_multipart() and message.get_content_maintype() == "multipart":
        return [each for part in message.get_payload() for each in described(part)]
    if message.get_content_maintype() == "message":
        return [(message.get_content_type(), b"")]
    body = message.get_payload(decode=True)
    return [(message.get_content_type(), body.rstrip(b"\r\n"))]  # it drops the last line end


bodies = st.lists(st.sampled_from(["text", "", "--", "--b0x", "a: b", " "]), max_size=4).map(
    "\r\n".join
)
trees: st.SearchStrategy[str] = st.recursive(
    bodies.map(lambda body: f"Content-Type: text/x-leaf\r\n\r\n{body}"),
    lambda inner: st.tuples(st.lists(inner, min_size=1, max_size=3), st.booleans()).map(
        lambda made: multipart(*made)
    ),
    max_leaves=12,
)


def multipart(parts: list[str], is_closed: bool) -> str:  # noqa: FBT001
    """Return a multipart with another boundary than those in it."""
    boundary = f"b{sum(map(len, parts))}"
    divided = "".join(f"\r\n--{boundary}\r\n{part}" for part in parts)
    end = f"\r\n--{boundary}--\r\nepilogue" if is_closed else ""
    return f'Content-Type: multipart/mixed; boundary="{boundary}"\r\n\r\npreamble{divided}{end}'


@given(trees)
def test_the_tree_is_that_of_the_email_package(tree: str) -> None:
    """Nested, unfinished, with preambles and epilogues: the same leaves with the same bodies."""
    content = tree.encode()
    ours = [(part.content_type, decoded(part).rstrip(b"\r\n")) for part in leaves(content)]
    assert ours == described(email.message_from_bytes(content, policy=email.policy.compat32))


def nested(depth: int) -> bytes:
    """Return multiparts within multiparts."""
    each = (f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(depth))
    return "".join(each).encode()


def test_depth_and_number_of_parts_are_bounded() -> None:
    """What lies deeper, or comes later, is left undivided."""
    assert len([*parse(nested(100)).walk()]) == MAX_DEPTH + 1
    many = b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n" * 5000
    assert len([*parse(many).walk()]) == MAX_PARTS


@pytest.mark.parametrize(
    "content",
    [
        header("multipart/mixed; boundary=b") + b"--b\n" * 1_000_000,
        nested(40_000) + b"x" * 2_000_000,
        b"Content-Type: multipart/mixed; boundary=" + b"-" * 1000 + b"\n\n" + b"\n--" * 1_000_000,
        b"Content-Type: a/b" + b'; a="' * 1_000_000,
        b"Content-Type: a/b" + b"; a*1=b" * 500_000,
        b"A: b\n" * 800_000,
    ],
    ids=["delimiters", "nested", "hyphens", "quotes", "pieces", "fields"],
)
def test_hostile_messages_take_linear_time(content: bytes) -> None:
    """Megabytes made to be slow are read in a moment."""
    began = time.process_time()
    parse(content)
    assert time.process_time() - began < 3
