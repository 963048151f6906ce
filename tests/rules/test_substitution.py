"""Variables replaced: the guide's examples and the decisions (SENDCLOUD.md 3.1 to 3.3)."""

from __future__ import annotations

import json
import time
from base64 import b64encode
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sendcloud_inbound.errors import CopyTooLarge
from sendcloud_inbound.rules.substitution.search import MAX_PLACES, Finder
from tests.rules.rendered import (
    TO,
    api,
    bodies,
    body,
    copies,
    fields,
    mail,
    parsed,
    rendering,
    subject,
    tree,
)

if TYPE_CHECKING:
    from email.message import Message

DOCUMENTS = Path(__file__).parents[1] / "documents"
PAGE_A = "亲爱的%name%:\r\n\r\n    您好! 您本月在爱发信的消费金额为: %money% 元.\r\n"
PAGE_B = "Dear %name%:\r\nHello! Your consumption amount in ifaxin this month : %money% .\r\n"
ENCODINGS = ["7bit", "8bit", "quoted-printable", "base64"]


def document(name: str) -> str:
    """Return one of the guide's samples."""
    return (DOCUMENTS / name).read_text().strip()


def guide_mail(text: str, value: str) -> bytes:
    """Return a message made as the guide's Python sample makes it."""
    message: Message[Any, Any] = MIMEMultipart("alternative")
    message["subject"] = "SendCloud Python SMTP"
    message["from"] = "sender@example.com"
    message["SC-Custom-key1"] = "value1"
    message["SC-Custom-key2"] = "value2"
    message.attach(MIMEText(text, "plain", "utf8"))
    message["X-SMTPAPI"] = Header(b64encode(value.encode()))
    return message.as_bytes()


def texts(text: str, given: dict[str, Any], number: int = 2) -> list[str]:
    """Return the texts of the copies of a plain message."""
    return [body(copy) for copy in copies(mail(text), api(**given), number)]


def test_g6_and_g10_sub_by_position() -> None:
    """The first recipient's text has jack and 199, the second's rose and 299."""
    content = guide_mail("%name% pays %money%", document("g6_sub.json"))
    jack, rose = copies(content)
    assert (body(jack), body(rose)) == ("jack pays 199", "rose pays 299")
    assert parsed(jack)["SC-Custom-key1"] == "value1"
    assert parsed(rose)["SC-Custom-key2"] == "value2"


def test_g7_pubsub_with_to() -> None:
    """Both mails have the same values, the price as the JSON spells it (S9)."""
    content = guide_mail("%productName% %discountedPrice% %discount%", document("g7_pubsub.json"))
    assert [body(copy) for copy in copies(content)] == ["华为手表 1989.0 8.5"] * 2


def test_g8_pubsub_without_to() -> None:
    """Every recipient gets the same values, however many there are."""
    assert texts("%a%", {"pubsub": {"%a%": "x"}}, 150) == ["x"] * 150


def test_g9_pubsub_outranks_sub_as_a_whole() -> None:
    """With pubsub nothing of sub is replaced, not even what pubsub does not name."""
    given = {"to": TO, "sub": {"%a%": ["1", "2"], "%b%": ["3", "4"]}, "pubsub": {"%a%": "x"}}
    assert texts("%a% %b%", given) == ["x %b%"] * 2
    assert texts("%a%", {"to": TO, "sub": {"%a%": ["1", "2"]}, "pubsub": {}}) == ["%a%"] * 2
    assert texts("%a%", {"to": TO, "sub": {"%a%": ["1", "2"]}, "pubsub": None}) == ["1", "2"]


@pytest.mark.parametrize("encoding", ["8bit", "quoted-printable", "base64"])
def test_g17_ben_and_joe(encoding: str) -> None:
    """Ben gets 288 and Joe 497, as plain digits, on both pages; replacement is exact (D18)."""
    content = document("g17_sub_by_position.json")
    given = api(**json.loads(content))
    for page in (PAGE_A, PAGE_B):
        expected = [
            page.replace("%name%", name).replace("%money%", money)
            for name, money in (("Ben", "288"), ("Joe", "497"))
        ]
        raw = quoted(page) if encoding == "quoted-printable" else page
        got = [body(copy) for copy in copies(mail(raw, encoding=encoding), given)]
        assert got == expected


def quoted(text: str) -> bytes:
    """Return quoted-printable by another hand than ours."""
    import quopri  # noqa: PLC0415

    return quopri.encodestring(text.replace("\r\n", "\n").encode()).replace(b"\n", b"\r\n")


@pytest.mark.parametrize("key", ["silver", "%silver%"])
def test_d14_section_is_replaced_inside_values_and_in_the_text(key: str) -> None:
    """Keys with or without percent signs; after sub, inside its values, and where it stands."""
    given = {"to": TO, "sub": {"%x%": ["a %silver%", "b"]}, "section": {key: "S"}}
    assert texts("%x% %silver%", given) == ["a S S", "b S"]


def test_d14_section_works_with_pubsub_and_only_once() -> None:
    """A section's text is not looked at again, nor is a value for other variables."""
    given = {
        "pubsub": {"%x%": "%s% %y%", "%y%": "%x%"},
        "section": {"s": "%s%%x%", "gone": None},
    }
    assert texts("%x%|%y%|%gone%", given, 1) == ["%s%%x% %y%|%x%|%gone%"]


def test_s7_beyond_a_short_array_the_variable_stays() -> None:
    """The missing positions keep the name as written; values too many are ignored."""
    given = {"to": TO, "sub": {"%a%": ["1"], "%b%": ["1", "2", "3"], "%c%": None}}
    for encoding in ("8bit", "base64"):
        content = mail("%a% %b% %c%", encoding=encoding)
        assert [body(copy) for copy in copies(content, api(**given))] == ["1 1 %c%", "%a% 2 %c%"]


def test_s7_a_name_broken_over_lines_stays_as_it_was_written() -> None:
    """In quoted-printable the sender's own octets stay when there is no value."""
    content = mail(b"x %na=\r\nme=25 y", encoding="quoted-printable")
    first, second = copies(content, api(to=TO, sub={"%name%": ["Ben"]}))
    assert body(first) == "x Ben y"
    assert b"x %na=\r\nme=25 y" in second


def test_s8_what_has_no_value_stays_as_written() -> None:
    """A variable nobody gives is not touched."""
    assert texts("%a% %b%", {"to": TO, "sub": {"%a%": ["1", "2"]}}) == ["1 %b%", "2 %b%"]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("1989.0", "1989.0"),
        ("288", "288"),
        ("-1.50e+7", "-1.50e+7"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("true", "true"),
        ("false", "false"),
        ("null", ""),
        ('""', ""),
        ('"\\u4f60\\ud83d\\ude00"', "你😀"),
        ('"\\ud800x"', "\ufffdx"),
        ('[1, [2.0, "a"], {"b": null}]', '[1,[2.0,"a"],{"b":null}]'),
        ("{}", "{}"),
    ],
)
def test_s9_values_are_written_as_json_spells_them(value: str, written: str) -> None:
    """Numbers keep their spelling; null is empty; lists and objects are compact JSON."""
    content = guide_mail("<%a%>", f'{{"to": ["a@b.c"], "sub": {{"%a%": [{value}]}}}}')
    assert body(copies(content, number=1)[0]) == f"<{written}>"


def test_s10_only_the_subject_and_texts_that_are_no_attachments() -> None:
    """Other headers, attachments and other types keep their variables."""
    content = (
        b"Subject: %a%\r\nX-Other: %a%\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\npreamble %a%\r\n"
        b"--b\r\nContent-Type: text/html\r\n\r\n%a%\r\n"
        b"--b\r\nContent-Type: text/x-unknown\r\nX-Other: %a%\r\n\r\n%a%\r\n"
        b"--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment\r\n\r\n%a%\r\n"
        b"--b\r\nContent-Type: application/json\r\n\r\n%a%\r\n"
        b"--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: %a%\r\n\r\n%a%\r\n"
        b"--b--\r\nepilogue %a%\r\n"
    )
    (copy,) = copies(content, api(pubsub={"%a%": "value"}), 1)
    assert copy.count(b"value") == 3
    assert copy.endswith(
        content[content.index(b"X-Other") :]
        .replace(b"/html\r\n\r\n%a%", b"/html\r\n\r\nvalue")
        .replace(b"X-Other: %a%\r\n\r\n%a%", b"X-Other: %a%\r\n\r\nvalue")
    )
    assert subject(copy) == "value"


def test_s10_case_matters() -> None:
    """%Name% is not %name%."""
    assert texts("%Name% %name%", {"pubsub": {"%name%": "x"}}, 1) == ["%Name% x"]


def test_keys_that_are_no_names_have_no_effect() -> None:
    """Keys of sub and pubsub need percent signs on both sides (SENDCLOUD.md 3.3)."""
    given = {"pubsub": {"a": "1", "%b": "2", "c%": "3", "%": "4", "%%": "5", "": "6", "%d%": "7"}}
    assert texts("a %b c% % %% %a% %d%", given, 1) == ["a %b c% % %% %a% 7"]


def test_one_pass_from_left_to_right_the_longest_first() -> None:
    """Names share no percent sign, unless one is a part of another."""
    given = {"pubsub": {"%a%": "A", "%b%": "B", "%a%b%": "AB", "%%odd%%": "O"}}
    assert texts("%a%%b% %a%b% %x%a% %b%a% %%odd%% %%a%%", given, 1) == ["AB AB %xA Ba% O %A%"]


def test_sub_without_to_goes_by_the_order_of_rcpt() -> None:
    """Over SMTP `to` is optional (D15)."""
    assert texts("%a%", {"sub": {"%a%": ["1", "2"]}}, 3) == ["1", "2", "%a%"]


def test_a_value_may_hold_variables_that_stay() -> None:
    """Nothing is expanded without end."""
    given = {"to": TO, "sub": {"%a%": ["%b%", "%a%"], "%b%": ["%a%", "%b%"]}}
    assert texts("%a%%b%", given) == ["%b%%a%", "%a%%b%"]


@pytest.mark.parametrize(
    ("written", "value", "shown"),
    [
        ("Hi %a%", "Ben", "Hi Ben"),
        ("Hi %a%", "张伟", "Hi 张伟"),
        ("=?utf-8?b?5L2g5aW9?= %a%", "x", "你好 x"),
        ("=?utf-8?q?=E4=BD=A0_=25a=25?=", "😀", "你 😀"),
        ("=?gb2312?B?xOO6wyAlYSU=?=", "é", "你好 é"),
        ("%a%", "a\r\nBcc: evil@x.example\n\rb", "a Bcc: evil@x.example  b"),
        ("%a%", "=?utf-8?q?Evil?=", "=?utf-8?q?Evil?="),
        ("%a%", "x" * 5000, "x" * 5000),
        ("%a% b", "word " * 400, "word " * 400 + " b"),
        ("%a%", "\x00\ud800", "\ufffd\ufffd"),
        ("a %a%", "", "a"),
        ("%a%", "", ""),
        ("%a%", " \t ", ""),
    ],
)
def test_s10_the_subject_is_decoded_and_written_anew(written: str, value: str, shown: str) -> None:
    """In any encoding; no value adds a header, no line is too long, and the text comes back."""
    (copy,) = copies(mail("body", f"Subject: {written}"), api(pubsub={"%a%": value}), 1)
    assert subject(copy) == shown
    assert "Bcc" not in dict(fields(copy))
    assert max(map(len, copy.split(b"\r\n"))) <= 998
    assert copy.endswith(b"\r\n\r\nbody")


def test_an_ascii_subject_is_plain() -> None:
    """Encoded-words are only for what needs them."""
    (copy,) = copies(mail("", "Subject: =?utf-8?q?Hi?= %a%"), api(pubsub={"%a%": "Ben"}), 1)
    assert b"\r\nSubject: Hi Ben\r\n" in b"\r\n" + copy


def test_a_seven_bit_part_that_gets_chinese_becomes_valid() -> None:
    """us-ascii cannot hold it: UTF-8 in base64 for that copy alone, and the header says so."""
    content = mail("Dear %a%, 100%", charset="us-ascii", encoding="7bit")
    first, second = copies(content, api(to=TO, sub={"%a%": ["Ben", "张伟"]}))
    assert b"Content-Transfer-Encoding: 7bit" in first
    assert parsed(second)["Content-Transfer-Encoding"] == "base64"
    assert parsed(second).get_content_charset() == "utf-8"
    assert [body(first), body(second)] == ["Dear Ben, 100%", "Dear 张伟, 100%"]
    assert second.isascii()


def test_a_message_without_any_mime_header_can_get_chinese() -> None:
    """Type, encoding and version are added on top, where they are not after X-SMTPAPI."""
    (copy,) = copies(b"Subject: x\r\n\r\nDear %a%", api(pubsub={"%a%": "张伟"}), 1)
    assert body(copy) == "Dear 张伟"
    assert parsed(copy)["MIME-Version"] == "1.0"


def test_a_part_keeps_its_other_parameters() -> None:
    """Only the charset of the Content-Type changes."""
    content = b"Content-Type: text/plain; charset=iso-8859-1; format=flowed\r\n\r\ncaf\xe9 %a%"
    (copy,) = copies(content, api(pubsub={"%a%": "你"}), 1)
    assert parsed(copy)["Content-Type"].params == {"charset": "utf-8", "format": "flowed"}
    assert body(copy) == "café 你"


CHARSETS = {
    "utf-8": "你好 café",
    "gb18030": "朱镕基 你好",
    "gbk": "朱镕基 你好",
    "gb2312": "你好",
    "big5": "你好嗎",
    "iso-2022-jp": "こんにちはカタカナ",
    "shift_jis": "こんにちは",
    "euc-jp": "こんにちは",
    "euc-kr": "안녕",
    "iso-8859-1": "café",
    "windows-1252": "café €",
    "koi8-r": "привет",
    "hz": "你好",
    "utf-7": "你好+",
    "utf-16": "你好",
    "utf-16-be": "你好",
    "utf-32": "你好",
    "us-ascii": "hello",
}
SEVEN_BIT = ("us-ascii", "iso-2022-jp", "hz", "utf-7")
WIDE = ("utf-16", "utf-16-be", "utf-32")


@pytest.mark.parametrize(
    "value", ["Ben", "", "你们", "カナ", "😀", "é", "a\nb", "%a%", "\x1b$B\x00"]
)
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("charset", CHARSETS)
def test_every_charset_in_every_encoding_round_trips(
    charset: str, encoding: str, value: str
) -> None:
    """The copy decodes to the text with the value in it, whatever it is written in."""
    if encoding == "7bit" and charset not in SEVEN_BIT:
        encoding = "binary"
    text = f"{CHARSETS[charset]} %a%, {CHARSETS[charset]}\r\nb%a%{CHARSETS[charset]}"
    octets = text.encode(charset)
    if encoding in ("7bit", "8bit", "binary") and charset in WIDE:
        encoding = "base64"  # a body in wide characters cannot stand as it is
    if encoding == "quoted-printable":
        octets = b"".join(b"=%02X" % each for each in octets)
        octets = b"=\r\n".join(octets[at : at + 72] for at in range(0, len(octets), 72))
    content = mail(octets, charset=charset, encoding=encoding)
    (copy,) = copies(content, api(pubsub={"%a%": value}), 1)
    expected = text.replace("%a%", value.replace("\n", "\r\n"))
    assert body(copy).removeprefix("\ufeff") == expected


def test_names_may_be_chinese_in_any_charset() -> None:
    """A name is looked for in the charset of the part."""
    for charset in ("utf-8", "gb18030", "gb2312", "big5", "utf-16"):
        encoding = "base64"
        content = mail("x %姓名% y", charset=charset, encoding=encoding)
        (copy,) = copies(content, api(pubsub={"%姓名%": "王"}), 1)
        assert body(copy).removeprefix("\ufeff") == "x 王 y"


def test_octets_that_are_no_text_are_searched_as_octets() -> None:
    """ASCII names are found, values go in as UTF-8, and a finding tells it."""
    content = mail(b"\xff\xfe %a% \x80", charset="utf-8")
    made = rendering(content, api(pubsub={"%a%": "王"}))
    assert made.copy(0, "a@b.c").endswith(b"\xff\xfe \xe7\x8e\x8b \x80")
    assert [found.code for found in made.findings] == ["text-charset-unreadable"]


def test_an_unknown_charset_is_told() -> None:
    """Its text is searched as octets; a wide one would be left alone."""
    made = rendering(
        mail("%a%", charset="utf-8").replace(b"utf-8", b"x-none"), api(pubsub={"%a%": "b"})
    )
    assert made.copy(0, "a@b.c").endswith(b"\r\n\r\nb")
    assert [found.code for found in made.findings] == ["text-charset-unreadable"]


def test_a_wide_text_that_cannot_be_decoded_is_left_alone() -> None:
    """Half a character is no text; the octets stay."""
    content = mail(b"\x00%\x00a\x00%\x00", charset="utf-16", encoding="base64")
    assert copies(content, api(pubsub={"%a%": "b"}), 1)[0].endswith(
        content[content.index(b"\r\n\r\n") :]
    )


def test_quoted_printable_literals_stay_the_senders_own() -> None:
    """Only the value is encoded by us, and soft breaks stand where a line might get too long."""
    content = mail(b"a=3d=3Db %a% =41\r\n" + b"x" * 70 + b"%a%y\r\n", encoding="quoted-printable")
    (copy,) = copies(content, api(pubsub={"%a%": "v=1"}), 1)
    assert b"a=3d=3Db v=3D1 =41\r\n" + b"x" * 70 + b"=\r\nv=3D1=\r\ny\r\n" in copy


def test_quoted_printable_lines_stay_short() -> None:
    """A value of 10,000 characters is broken softly; the text comes back."""
    value = "多 = \t\n" * 1500
    content = mail(b"Dear %a%, and so on=\r\n%a%", encoding="quoted-printable")
    (copy,) = copies(content, api(pubsub={"%a%": value}), 1)
    assert max(map(len, copy[copy.index(b"\r\n\r\n") :].split(b"\r\n"))) <= 76
    assert body(copy) == f"Dear {value}, and so on{value}".replace("\n", "\r\n")


def test_a_lone_equals_sign_does_not_swallow_the_value() -> None:
    """In malformed quoted-printable `=%a%` is an equals sign and a variable."""
    content = mail(b"?id=%a%&x=4%a%==%a%", encoding="quoted-printable")
    (copy,) = copies(content, api(pubsub={"%a%": "41"}), 1)
    assert body(copy) == "?id=41&x=441=41"


def test_a_long_value_does_not_make_a_long_line() -> None:
    """Over 998 octets the part becomes base64; a line that was too long before is the sender's."""
    short, long = copies(mail("a %a% b"), api(to=TO, sub={"%a%": ["x", "x" * 998]}))
    assert b"8bit" in short
    assert b"base64" in long
    assert body(long) == f"a {'x' * 998} b"
    (own,) = copies(mail("y" * 2000 + "%a%"), api(pubsub={"%a%": "x" * 998}), 1)
    assert b"8bit" in own


@pytest.mark.parametrize("encoding", ["7bit", "8bit", "quoted-printable", "base64"])
@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        ("x ", "\r\n--b\r\nContent-Type: text/evil\r\n\r\nboo\r\n--b--\r\n", "y"),
        ("x ", "\n--b\n", ""),
        ("x ", "\r--b\r", ""),
        ("--", "b", ""),
        ("", "--b", ""),
        ("", "--b--", "\r\nmore"),
        ("", "", "--b"),
        ("a\r\n", "", "--b--\r\nc"),
        ("a\r\n-", "-", "b"),
        ("x ", "\n", "--b"),
        ("x" * 75, "v" * 60, "--b\r\n"),
    ],
)
def test_no_value_can_form_a_boundary(encoding: str, before: str, value: str, after: str) -> None:
    """Whatever stands before and behind it, the tree is that of the message (S10)."""
    text = f"{before}%a%{after}"
    octets = b64encode(text.encode()) if encoding == "base64" else text.encode()
    content = (
        b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        b"Content-Type: text/plain\r\nContent-Transfer-Encoding: "
        + encoding.encode()
        + b"\r\n\r\n"
        + octets
        + b"\r\n--b\r\nContent-Type: text/html\r\n\r\n%a%\r\n--b--\r\n"
    )
    assert tree(content) == [("", "multipart/mixed"), (".1", "text/plain"), (".2", "text/html")]
    (copy,) = copies(content, api(pubsub={"%a%": value}), 1)
    assert tree(copy) == tree(content)
    shown = text.replace("%a%", value).replace("\r\n", "\n").replace("\r", "\n")
    assert bodies(copy)[0].replace("\r\n", "\n").removesuffix("\n") == shown.removesuffix("\n")


def codes(content: bytes, **keys: Any) -> list[tuple[str, str]]:
    """Return codes and places of the findings of a message."""
    return [(found.code, found.where) for found in rendering(content, api(**keys)).findings]


def test_s8_variables_without_a_value_are_told() -> None:
    """What looks like a variable and has no value; links and percentages are none."""
    content = mail("%a% %b% %b% 50% %E4%BD%A0 %20x%20 %adr%20 100% %%x%% %姓名%", "Subject: %s%")
    made = rendering(content, api(pubsub={"%a%": "x"}))
    names = [found.message.partition(" ")[0] for found in made.findings]
    assert names == ["%b%", "%s%", "%x%", "%姓名%"]
    told = [(found.code, found.where) for found in made.findings]
    assert told[1] == ("variable-without-value", "Subject")
    assert told[0] == ("variable-without-value", "text/plain, part 1")


def test_without_x_smtpapi_nothing_is_told() -> None:
    """Percent signs mean nothing to those who do not use the header."""
    assert rendering(mail("%a% {{b}}")).findings == ()
    assert rendering(mail("%a%", "X-SMTPAPI: ")).findings[0].code == "variable-without-value"


def test_s8_values_without_a_variable_are_told() -> None:
    """A value that stands nowhere has no effect."""
    made = rendering(mail("%a%"), api(to=TO, sub={"%a%": ["1", "2"], "%z%": ["1", "2"]}))
    assert [(found.code, found.where) for found in made.findings] == [
        ("value-without-variable", "X-SMTPAPI %z%")
    ]


def test_braces_of_other_services_are_told() -> None:
    """{{name}} where %name% is given is a mistake; other braces are the sender's own."""
    content = mail("{{name}} {{ name }} {{other}} {name} %name%")
    assert codes(content, pubsub={"%name%": "x"}) == [("variable-in-braces", "text/plain, part 1")]


def test_at_most_a_thousand_variables_count() -> None:
    """More, or too long ones, are ignored, and told."""
    many = {f"%v{number}%": "x" for number in range(1200)}
    content = mail("%v0% %v999% %v1000%")
    assert body(copies(content, api(pubsub=many), 1)[0]) == "x x %v1000%"
    assert ("too-many-variables", "X-SMTPAPI") in codes(content, pubsub=many)
    long, longer = f"%{'n' * 254}%", f"%{'n' * 255}%"
    assert texts(f"{long} {longer}", {"pubsub": {long: "x", longer: "y"}}, 1) == [f"x {longer}"]
    signs = {f"%%%%%%{number}%": "x" for number in range(3)}
    assert ("too-many-variables", "X-SMTPAPI") in codes(mail(""), pubsub=signs)


def test_places_are_bounded() -> None:
    """What stands behind 100,000 places goes out as written, and is told."""
    content = mail("%a%" * (MAX_PLACES + 5))
    made = rendering(content, api(pubsub={"%a%": "x"}))
    assert body(made.copy(0, "a@b.c")) == "x" * MAX_PLACES + "%a%" * 5
    assert [found.code for found in made.findings] == ["too-many-places"]


@pytest.mark.parametrize(
    "keys",
    [
        {"pubsub": {"%a%": "x" * 700_000}},
        {"pubsub": {"%a%": "%s%" * 100_000}, "section": {"s": "y" * 100_000}},
        {"sub": {"%a%": ["%s%" * 100_000]}, "section": {"s": "y" * 100_000}},
        {"pubsub": {"%a%": "é" * 250_000}},
    ],
    ids=["long", "section", "sub", "encoded"],
)
@pytest.mark.parametrize("encoding", ["8bit", "quoted-printable", "base64"])
def test_s12_a_copy_over_64_megabytes_is_not_made(keys: dict[str, Any], encoding: str) -> None:
    """It is a finding, in little time and memory, not gigabytes."""
    began = time.process_time()
    made = rendering(mail("%a%" * 200, encoding=encoding), api(**keys))
    assert made.is_too_large(0)
    with pytest.raises(CopyTooLarge):
        made.copy(0, "a@b.c")
    assert ("copy-too-large", "X-SMTPAPI position 0") in [
        (found.code, found.where) for found in made.findings
    ]
    assert time.process_time() - began < 10


def test_only_the_position_that_is_too_large_has_no_copy() -> None:
    """The others get theirs."""
    made = rendering(mail("%a%" * 200), api(to=TO, sub={"%a%": ["x" * 700_000, "y"]}))
    assert [made.is_too_large(position) for position in range(2)] == [True, False]
    assert body(made.copy(1, "a@b.c")) == "y" * 200
    assert [found.where for found in made.findings] == ["X-SMTPAPI position 0"]


def test_substitutions_are_the_values_of_a_position() -> None:
    """As they are written into the mail, whether the text has the variable or not."""
    given = api(
        to=TO, sub={"%b%": ["%s%", 2.0], "%a%": ["1"], "no": ["x"]}, section={"s": "S", "t": "T"}
    )
    made = rendering(mail(""), given)
    assert [*made.substitutions(0).items()] == [("%a%", "1"), ("%b%", "S")]
    assert made.substitutions(1) == {"%b%": "2.0"}
    assert rendering(mail("")).substitutions(0) == {}


def test_variables_tell_what_became_of_them() -> None:
    """Given and written, given alone, written without a value for this one, or for anybody."""
    given = api(to=TO, sub={"%a%": ["1", "2"], "%b%": ["1"], "%c%": ["1", "2"]})
    made = rendering(mail("%a% %b% %d%"), given)
    second = [(each.name, each.value, each.is_written) for each in made.variables(1)]
    assert second == [
        ("%a%", "2", True),
        ("%b%", None, True),
        ("%c%", "2", False),
        ("%d%", None, True),
    ]
    assert [each.where for each in made.variables(0)] == ["", "", "", "text/plain, part 1"]


HOSTILE_NAMES = {
    "few": ["%abc%", f"%{'a' * 250}%"],
    "many": [f"%v{number}%" for number in range(990)],
    "signs": [f"%%%%{number}%" for number in range(8)] + [f"%v{number}%" for number in range(990)],
}


@pytest.mark.parametrize("names", HOSTILE_NAMES.values(), ids=HOSTILE_NAMES)
@pytest.mark.parametrize("text", ["%" * 16_000_000, "%a" * 4_000_000, ("%" + "a" * 249) * 60_000])
def test_the_search_is_fast_on_hostile_text_and_names(names: list[str], text: str) -> None:
    """Time goes by the length of the text, not by the number of names."""
    began = time.process_time()
    assert not list(Finder(names).hits(text))
    assert time.process_time() - began < 10
