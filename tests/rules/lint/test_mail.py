"""Envelope, other headers and lines (SENDCLOUD.md 1.5, 1.9, 4.6; S11, S15)."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from sendcloud_inbound.rules.expansion import expand
from sendcloud_inbound.rules.headers import scan
from sendcloud_inbound.rules.lint.lines import lines
from sendcloud_inbound.rules.model import Level
from tests.rules.lint.mails import SENDER, TO, codes, found, mail

ASKED = {"to": list(TO)}


def test_an_ordinary_mail_has_no_findings() -> None:
    """Without X-SMTPAPI there is nothing to tell of a mail that any library writes."""
    plain = mail(
        "To: Ben <ben@ifaxin.com>, joe@ifaxin.com",
        "Cc: bida@ifaxin.com",
        "Reply-To: sales@ifaxin.com",
        "Date: Wed, 25 Nov 2026 07:48:32 +0000",
        "Message-ID: <1@ifaxin.com>",
        "SC-Custom-key1: value1",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
    )
    assert found(plain, (*TO, "bida@ifaxin.com")) == []
    assert found(plain.replace(b"\r\n", b"\n"), TO) == []


def test_who_is_in_rcpt_and_not_in_to_gets_nothing() -> None:
    """`to` overrides, and the finding names who is left out (SENDCLOUD.md 1.5)."""
    [left] = found(mail(api=ASKED), ("x@y.z", "BEN@ifaxin.com", "x@y.z", "a@b.c"))
    assert (left.code, left.level, left.where) == ("rcpt-overridden", Level.ADVICE, "RCPT")
    assert "2 of RCPT get nothing: x@y.z, a@b.c" in left.message


def test_one_rcpt_of_to_is_the_guides_own_way() -> None:
    """`to` may name more than RCPT does; nothing is said when RCPT is not known."""
    assert found(mail(api=ASKED), TO[1:]) == []
    assert found(mail(api=ASKED), ()) == []


@pytest.mark.parametrize(
    ("sender", "same"),
    [
        ("Support <support@ifaxin.com>", True),
        ("support@ifaxin.com", True),
        ('"a@b.c" <SUPPORT@ifaxin.com>', True),
        ("=?utf-8?q?S=C3=BC?= <support@ifaxin.com>", True),
        ("Support\r\n <support@ifaxin.com>", True),
        ("a@b.c, d@e.f", True),  # whose it is cannot be told
        ("nobody", True),
        ("", True),
        ("Sales <sales@ifaxin.com>", False),
        ("xsupport@ifaxin.com", False),
    ],
)
def test_mail_from_is_thrown_away(sender: str, same: bool) -> None:  # noqa: FBT001
    """It is told when From says something else, for else it would be told of every mail."""
    content = mail().replace(b"Support <support@ifaxin.com>", sender.encode())
    assert codes(found(content)) == ([] if same else ["mail-from-replaced"])
    assert codes(found(content, mail_from="")) == []
    assert codes(found(content, mail_from=None)) == []


def test_mail_from_is_told_with_both_addresses() -> None:
    """The finding says what is thrown away and what people see."""
    [thrown] = found(mail(), mail_from="bounce@ifaxin.com")
    assert (thrown.level, thrown.where) == (Level.IGNORED, "MAIL FROM")
    assert "MAIL FROM bounce@ifaxin.com" in thrown.message
    assert f"From says {SENDER}" in thrown.message
    assert "msg['Reply-To'] = 'bounce@ifaxin.com'" in thrown.remedy


@pytest.mark.parametrize("name", ["Bcc", "BCC", "bcc"])
def test_bcc_is_only_a_header(name: str) -> None:
    """It makes nobody a recipient (S15)."""
    [bcc] = found(mail(f"{name}: boss@ifaxin.com"))
    assert (bcc.code, bcc.level, bcc.where) == ("bcc-header", Level.IGNORED, "Bcc")


def test_one_message_id_for_many_copies() -> None:
    """Told only where each recipient gets a mail of his own, which `to` makes."""
    line = "Message-Id: <1@ifaxin.com>"
    [same] = found(mail(line, api=ASKED))
    assert (same.code, same.level, same.where) == ("same-message-id", Level.ADVICE, "Message-Id")
    assert found(mail(line, api={"to": [TO[0]]})) == []
    assert found(mail(line), TO) == []


@pytest.mark.parametrize(
    ("lines_", "told"),
    [
        (["SC-Custom-key1: value1", "sc-custom-key2: v 2"], []),
        (["SC-Custom-key1:", "SC-Custom-key2: \r\n "], ["sc-custom-empty"] * 2),
        (["Sc-Custom-Price: 19.90"], ["sc-custom-dot"]),
        (["SC-Custom-a: " + "x" * 900, "SC-Custom-b: " + "x" * 100], ["sc-custom-too-long"]),
        (["SC-Custom-a: " + "x" * 900], []),
        ([f"SC-Custom-{n}:" for n in range(50)], ["sc-custom-empty"] * 10),
    ],
)
def test_custom_headers_as_the_http_api_wants_them(lines_: list[str], told: list[str]) -> None:
    """Empty, with a full stop, or over 1024 octets: advice, for SMTP takes them (4.6)."""
    findings = found(mail(*lines_))
    assert codes(findings) == told
    assert {each.level for each in findings} <= {Level.ADVICE}


def test_a_long_line_of_x_smtpapi() -> None:
    """SendCloud wants it on one line, and relays do not carry that (CLIENTS.md)."""
    api = {"to": [f"recipient{number}@ifaxin.com" for number in range(50)]}
    [long] = found(mail(api=api), ["recipient0@ifaxin.com"])
    assert (long.code, long.level, long.where) == ("xsmtpapi-long-line", Level.ADVICE, "X-SMTPAPI")


@pytest.mark.parametrize(("octets", "told"), [(998, []), (999, ["header-long-line"])])
@pytest.mark.parametrize("before", ["", "X-Long: x\r\n "])
def test_a_long_line_in_the_header(octets: int, told: list[str], before: str) -> None:
    """998 octets without the line end are the most, in a continuation too (RFC 5322 2.1.1)."""
    line = "X-Long: ".ljust(octets, "x") if not before else "y" * (octets - 1)
    findings = found(mail(before + line))
    assert codes(findings) == told
    assert all(each.where == "X-Long" and f" {octets} octets" in each.message for each in findings)


@pytest.mark.parametrize(("octets", "told"), [(990, []), (991, ["body-long-line"])])
def test_a_long_line_in_the_body(octets: int, told: list[str]) -> None:
    """990 octets and the line end are what the server leaves in one piece (HARAKA.md 4)."""
    findings = found(mail(body="short\r\n" + "x" * octets + "\r\n" + "y" * octets + "\r\nshort"))
    assert codes(findings) == told
    for each in findings:
        assert each.where == "line 5"
        assert "with more than 990 octets: 2, the first is line 5" in each.message


@given(st.lists(st.binary(max_size=3) | st.integers(900, 2100).map(lambda n: b"x" * n)))
def test_long_lines_are_those_that_splitting_finds(parts: list[bytes]) -> None:
    """Leaping over the body finds what a look at each line finds."""
    body = b"\r\n".join(part.replace(b"\r", b"").replace(b"\n", b"") for part in parts)
    [*findings] = lines(scan(b"\r\n" + body))
    long = [line for line in body.split(b"\r\n") if len(line) > 990]
    told = [each.message.partition("990 octets: ")[2].partition(",")[0] for each in findings]
    assert told == ([str(len(long))] if long else [])


@pytest.mark.parametrize("end", ["", "\r\n"])
@pytest.mark.parametrize(("octets", "told"), [(990, 0), (991, 1), (992, 1), (993, 1)])
def test_the_last_line_counts_as_every_other(octets: int, told: int, end: str) -> None:
    """With a line end or without: the limit is 990 octets beside it (SENDCLOUD.md 1.9)."""
    content = b"From: a@b.cn\r\n\r\nshort\r\n" + b"x" * octets + end.encode()
    found = [each for each in expand(content, TO[:1], ()).findings if each.code == "body-long-line"]
    assert len(found) == told
