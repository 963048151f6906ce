"""What holds for the copies of any message with any values."""

from __future__ import annotations

import email
import email.policy
from base64 import b64encode
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, strategies as st

from sendcloud_inbound.rules.headers import decode_text, scan
from tests.rules.rendered import (
    api,
    bodies,
    copies,
    fields,
    mail,
    rendering,
    tree,
    without_top,
)
from tests.rules.test_substitution import quoted

if TYPE_CHECKING:
    from sendcloud_inbound.rules.xsmtpapi.model import XSmtpApi

pieces = st.sampled_from(
    [b"From: a@b.c\r\n", b"Subject: %a%\n", b" x\r\n", b"X-SMTPAPI: e30=\r\n", b"QUJD\r\n", b"\r\n",
     b"Content-Type: text/html; charset=gb2312\r\n", b"Content-Transfer-Encoding: base64\r\n",
     b"Content-Type: multipart/mixed; boundary=b\r\n", b"--b\r\n", b"--b--\r\n", b"%a%", b"xOO6",
     b"Content-Transfer-Encoding: quoted-printable\n", b"=C4=E3", b"=\r\n", b"\xff", b"Cc: x\r\n"]
)  # fmt: skip
messages = st.one_of(st.binary(), st.lists(pieces, max_size=25).map(b"".join))
hostile = st.sampled_from(
    ["\r\n", "\n--b\n", "\r--b--\r", "--b", "-", "", "=?utf-8?q?x?=", "\x00", "\ud800", "\x1b$B",
     "X-Evil: 1", "\r\nX-Evil: 1\r\n\r\n", "\x0b", "\u2028", "\x85", "%a%", "=", "=\r\n", "你",
     "😀", "é", ".", "\r\n.\r\n", "x" * 1000]
)  # fmt: skip
values = st.one_of(st.text(), st.lists(hostile, max_size=8).map("".join))
encodings = st.sampled_from(["7bit", "8bit", "binary", "quoted-printable", "base64", "x-other"])
charsets = st.sampled_from(["us-ascii", "utf-8", "gb2312", "iso-2022-jp", "x-unknown", "utf-16"])
frames = st.sampled_from(["%a%", "x %a% y", "%a%%a%", "a\r\n%a%\r\nb", "-%a%", "--%a%b", "x%a%--b"])


@given(messages)
def test_without_variables_the_received_octets_come_back(content: bytes) -> None:
    """Any octets stay as they are but for the documented headers."""
    copy = copies(content, api(filters={}), 1)[0]
    kept = [field.raw for field in scan(content).fields() if field.name != "X-SMTPAPI"]
    shown = [field.raw for field in scan(without_top(copy)).fields() if field.name != "X-SMTPAPI"]
    if b"X-SMTPAPI" in content or content[:1] in (b" ", b"\t"):
        assert shown[-len(kept) :] == kept or not kept or content[:1] in (b" ", b"\t")
    else:
        assert without_top(copy) == content


@given(messages, values, values)
def test_any_message_with_any_values_has_copies(content: bytes, one: str, other: str) -> None:
    """Nothing is raised, and the fields stay the same in number and name."""
    made = rendering(content, sub(one, other))
    names = [name for name, _ in fields(made.copy(0, "a@b.c"))]
    assert len(made.findings) < 100
    for position in (0, 1, 2):
        copy = made.copy(position, "a@b.c")
        added = {"Content-Type", "Content-Transfer-Encoding", "MIME-Version"}
        got = [name for name, _ in fields(copy) if name not in added]
        assert got == [name for name in names if name not in added]


def sub(*column: Any) -> XSmtpApi:
    """Return an X-SMTPAPI with a variable %a%."""
    made = api(sub={"%a%": ["x"]})
    return made.model_copy(update={"sub": {"%a%": [*column]}})


def divided(encoding: str, charset: str, text: str) -> bytes:
    """Return a multipart within a multipart with a text among others."""
    codec = "utf-8" if charset == "x-unknown" else charset
    encoding = "base64" if charset == "utf-16" else encoding
    octets = text.encode(codec)
    octets = b64encode(octets) if encoding == "base64" else octets
    return b"".join(
        (
            b"Subject: %a%\r\nMIME-Version: 1.0\r\n",
            b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n",
            b"Content-Type: multipart/alternative; boundary=bb\r\n\r\n--bb\r\n",
            f"Content-Type: text/plain; charset={charset}\r\n".encode(),
            f"Content-Transfer-Encoding: {encoding}\r\n\r\n".encode(),
            octets,
            b"\r\n--bb\r\n\r\n%a%\r\n--bb--\r\n--b\r\n",
            b"Content-Type: application/pdf\r\n\r\n%a%\r\n--b--\r\n",
        )
    )


@given(encodings, charsets, frames, values)
def test_no_value_changes_the_tree_or_adds_a_header(
    encoding: str, charset: str, frame: str, value: str
) -> None:
    """CR, LF, boundaries, encoded-words, NUL, surrogates: the same parts with the same fields."""
    content = divided(encoding, charset, frame)
    copy = rendering(content, sub(value)).copy(0, "a@b.c")
    assert tree(copy) == tree(content)
    names = [name for name, _ in fields(without_top(copy))]
    assert names == ["Subject", "MIME-Version", "Content-Type"]
    assert b"\r\n\r\n%a%\r\n--b--\r\n" in copy


@given(
    st.sampled_from(["7bit", "8bit", "quoted-printable", "base64"]),
    st.sampled_from(["us-ascii", "utf-8", "gb2312", "iso-2022-jp", "utf-16"]),
    frames,
    values,
)
def test_any_value_comes_back_as_the_reader_decodes_it(
    encoding: str, charset: str, frame: str, value: str
) -> None:
    """The email package reads the text with the value in it, its line ends as CRLF."""
    content = divided(encoding, charset, frame)
    (first, _) = bodies(rendering(content, sub(value)).copy(0, "a@b.c"))
    value = "".join("\ufffd" if "\ud800" <= each <= "\udfff" else each for each in value)
    shown = frame.replace("%a%", value.replace("\r\n", "\n").replace("\r", "\n"))
    got = first.removeprefix("\ufeff").replace("\r\n", "\n")
    assert got == shown.replace("\r\n", "\n")


@pytest.mark.parametrize("encoding", ["8bit", "quoted-printable", "base64"])
@pytest.mark.parametrize("line", ["x", "你好\r\n--b\r\n", "\r\n", "--b--"])
def test_a_megabyte_of_value_changes_no_tree(encoding: str, line: str) -> None:
    """It comes back whole, in body and Subject."""
    value = line * (1_000_000 // len(line.encode()))
    content = divided(encoding, "utf-8", "x %a% y")
    copy = rendering(content, sub(value)).copy(0, "a@b.c")
    assert tree(copy) == tree(content)
    assert bodies(copy)[0].replace("\r\n", "\n") == f"x {value} y".replace("\r\n", "\n")
    # The email package takes the square of a Subject's length.
    assert decode_text(dict(raw_fields(copy))["Subject"]) == one_line(value)


def raw_fields(copy: bytes) -> list[tuple[str, bytes]]:
    """Return names and values of a copy's header, as they are written."""
    return [(field.name, field.raw) for field in scan(copy).fields()]


def one_line(value: str) -> str:
    """Return a value as it stands in a Subject."""
    return value.replace("\r\n", " ").strip()


def test_attachments_stay_octet_for_octet() -> None:
    """Whatever is not a replaced variable stays as it was."""
    content = divided("8bit", "utf-8", "Dear %a%,\r\n\tyours ")
    copy = without_top(rendering(content, sub("Ben")).copy(0, "a@b.c"))
    assert copy == content.replace(b"Subject: %a%", b"Subject: Ben").replace(
        b"Dear %a%", b"Dear Ben"
    ).replace(b"\r\n\r\n%a%\r\n--bb--", b"\r\n\r\nBen\r\n--bb--")


def test_the_email_package_agrees_on_quoted_printable() -> None:
    """A text encoded by another hand, with long lines, has its variables replaced."""
    text = "".join(f"第{number}行 %a% {'长' * number}\r\n" for number in range(60))
    content = mail(quoted(text), encoding="quoted-printable")
    for value in ("Ben", "张伟", "=" * 100):
        (copy,) = copies(content, sub(value), 1)
        message = email.message_from_bytes(copy, policy=email.policy.default)
        shown = message.get_content().replace("\r\n", "\n")
        assert shown == text.replace("%a%", value).replace("\r\n", "\n")
        assert max(map(len, copy.partition(b"\r\n\r\n")[2].split(b"\r\n"))) <= 76
