"""X-SMTPAPI found, unfolded, decoded and read into its model (SENDCLOUD.md 3)."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from email.header import Header
from email.message import EmailMessage, Message
from email.mime.text import MIMEText
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from sendcloud_inbound.rules.headers import scan
from sendcloud_inbound.rules.xsmtpapi import ABSENT, MAX_OCTETS, Reading, read
from sendcloud_inbound.rules.xsmtpapi.decoding import NotReadable, decode
from sendcloud_inbound.rules.xsmtpapi.model import Number, XSmtpApi, unknown_keys
from sendcloud_inbound.rules.xsmtpapi.showing import to_json, to_lines

DOCUMENTS = Path(__file__).parents[1] / "documents"
TO = ["ben@ifaxin.com", "joe@ifaxin.com"]
VALUE = base64.b64encode(json.dumps({"to": TO}).encode())
QUOTED = VALUE.replace(b"=", b"=3D")


def encoded(text: str | bytes) -> bytes:
    """Return base64 of a JSON text."""
    return base64.b64encode(text.encode() if isinstance(text, str) else text)


def model(text: str) -> XSmtpApi:
    """Return the model of a JSON text."""
    return decode(encoded(text))[0]


def paths(api: XSmtpApi) -> list[str]:
    """Return where the keys are that SendCloud does not know."""
    return [unknown.path for unknown in unknown_keys(api)]


def faults(text: str | bytes) -> list[tuple[str, str, str]]:
    """Return code, place and message of what stops a JSON text."""
    with pytest.raises(NotReadable) as stopped:
        decode(encoded(text))
    return [(each.code, each.where, each.message) for each in stopped.value.findings]


def reading(header: bytes) -> Reading:
    """Return what a header's X-SMTPAPI says."""
    return read(scan(b"Subject: Hello\r\n" + header + b"\r\n\r\nHello\r\n"))


# The keys


def test_every_documented_key_is_read() -> None:
    """All keys of SENDCLOUD.md 3.1 have their place in the model."""
    api = model(
        """{"to": ["a@b.c"], "sub": {"%n%": ["x", 1, null, [2]]}, "pubsub": {"%p%": 1989.0},
        "section": {"silver": "s"}, "filters": {"open_tracking": {"settings": {"enable": "0"}}},
        "settings": {"unsubscribe": {"page_id": [1, 2]}}, "send_domain": "d.example"}"""
    )
    assert api.to == ["a@b.c"]
    assert api.sub == {"%n%": ["x", Number("1"), None, [Number("2")]]}
    assert api.pubsub == {"%p%": Number("1989.0")}
    assert api.section == {"silver": "s"}
    assert api.filters is not None
    assert api.filters.open_tracking is not None
    assert api.filters.open_tracking.settings is not None
    assert api.filters.open_tracking.settings.enable == "0"
    assert api.settings is not None
    assert api.settings.unsubscribe is not None
    assert api.settings.unsubscribe.page_id == [Number("1"), Number("2")]
    assert api.send_domain == "d.example"
    assert paths(api) == []


@pytest.mark.parametrize("document", sorted(DOCUMENTS.glob("g*.json")), ids=lambda path: path.stem)
def test_the_guides_samples_are_read(document: Path) -> None:
    """Each JSON sample of the guide is read, but for the one that lacks a comma (D17)."""
    if document.stem == "g7_page_a":
        [(code, _, message)] = faults(document.read_text())
        assert code == "xsmtpapi-not-json"
        assert "line 1, column 108: Expecting ',' delimiter" in message
    else:
        assert paths(model(document.read_text())) == []


def test_null_is_absent() -> None:
    """Members that are null are as if they were not there (S13; the vendor's Python client)."""
    empty = """{"to": null, "sub": null, "pubsub": null, "section": null, "filters": null,
        "settings": null, "send_domain": null}"""
    assert all(getattr(model(empty), name) is None for name in XSmtpApi.model_fields)
    nested = model(
        """{"sub": {"%n%": null}, "section": {"s": null}, "settings": {"unsubscribe":
        {"page_id": null}}, "filters": {"open_tracking": {"settings": {"enable": null}}}}"""
    )
    assert nested.sub == {"%n%": None}


def test_unknown_keys_are_kept_aside_with_their_path() -> None:
    """Keys that no SendCloud document knows are told by their path and do no harm (S13)."""
    api = model(
        """{"category": "c", "model_fields": 1, "__class__": 2, "to": ["a@b.c"],
        "settings": {"bcc": 1, "unsubscribe": {"pageid": 2}},
        "filters": {"bcc": {}, "open_tracking": {"enable": "1", "settings": {"on": 1}}}}"""
    )
    assert api.to == ["a@b.c"]
    assert sorted(paths(api)) == [
        "__class__",
        "category",
        "filters.bcc",
        "filters.open_tracking.enable",
        "filters.open_tracking.settings.on",
        "model_fields",
        "settings.bcc",
        "settings.unsubscribe.pageid",
    ]


@pytest.mark.parametrize(
    ("text", "where", "message"),
    [
        ('{"to": {}}', "to", "an array belongs here, not an object"),
        ('{"to": 5}', "to", "an array belongs here, not a number"),
        ('{"to": ["a@b.c", 1]}', "to[1]", "a string belongs here, not a number"),
        ('{"to": ["a@b.c", null]}', "to[1]", "a string belongs here, not null"),
        ('{"sub": []}', "sub", "an object belongs here, not an array"),
        ('{"sub": {"%n%": "x"}}', "sub.%n%", "an array belongs here, not a string"),
        ('{"sub": {"%n%": 5}}', "sub.%n%", "an array belongs here, not a number"),
        ('{"pubsub": true}', "pubsub", "an object belongs here, not a boolean"),
        ('{"section": {"s": 1}}', "section.s", "a string belongs here, not a number"),
        ('{"filters": "x"}', "filters", "an object belongs here, not a string"),
        (
            '{"filters": {"open_tracking": {"settings": {"enable": true}}}}',
            "filters.open_tracking.settings.enable",
            "a string or a number belongs here, not a boolean",
        ),
        (
            '{"filters": {"open_tracking": {"settings": {"enable": ["1"]}}}}',
            "filters.open_tracking.settings.enable",
            "a string or a number belongs here, not an array",
        ),
        ('{"settings": []}', "settings", "an object belongs here, not an array"),
        (
            '{"settings": {"unsubscribe": {"page_id": ["1"]}}}',
            "settings.unsubscribe.page_id",
            "a number or an array of numbers belongs here, not an array",
        ),
        ('{"send_domain": false}', "send_domain", "a string belongs here, not a boolean"),
    ],
)
def test_a_wrong_type_is_told_with_its_place(text: str, where: str, message: str) -> None:
    """A value of another type than SENDCLOUD.md 3.1 has is told by path, wanted and given (S3)."""
    [(code, place, told)] = faults(text)
    assert code == "xsmtpapi-wrong-type"
    assert place == f"X-SMTPAPI {where}"
    assert message in told


@pytest.mark.parametrize(
    ("given", "array"),
    [
        ("ben@ifaxin.com", '["ben@ifaxin.com"]'),
        ("ben@ifaxin.com; joe@ifaxin.com,", '["ben@ifaxin.com", "joe@ifaxin.com"]'),
        ("亲爱的@ifaxin.com", '["亲爱的@ifaxin.com"]'),
        ("x" * 100_000, '["ben@ifaxin.com", "joe@ifaxin.com"]'),
    ],
    ids="{:.20}".format,
)
def test_a_string_as_to_is_told_with_the_array_to_write(given: str, array: str) -> None:
    """The remedy is JSON to be copied, made of the client's own addresses (S3)."""
    with pytest.raises(NotReadable) as stopped:
        model(json.dumps({"to": given}))
    [found] = stopped.value.findings
    assert (found.code, found.where) == ("xsmtpapi-to-string", "X-SMTPAPI to")
    assert found.remedy.endswith(f'"to": {array}')
    assert all(json.loads(array))


def test_enable_may_be_a_number() -> None:
    """The documents write a string, yet a number is taken too."""
    api = model('{"filters": {"open_tracking": {"settings": {"enable": 1}}}}')
    assert api.filters is not None
    assert api.filters.open_tracking is not None
    assert api.filters.open_tracking.settings is not None
    assert api.filters.open_tracking.settings.enable == Number("1")


def test_several_wrong_types_are_told_at_once_but_not_without_end() -> None:
    """Each wrong type is a finding of its own, the first ten of them."""
    assert [where for _, where, _ in faults('{"to": 1, "sub": 2}')] == [
        "X-SMTPAPI to",
        "X-SMTPAPI sub",
    ]
    assert len(faults(json.dumps({"sub": dict.fromkeys(map(str, range(500)), "x")}))) == 10


@pytest.mark.parametrize(
    ("text", "kind"),
    [("[]", "an array"), ("null", "null"), ('"x"', "a string"), ("1", "a number"), ("true", "a")],
)
def test_json_that_is_no_object_is_told(text: str, kind: str) -> None:
    """JSON of another kind than an object is named (S3)."""
    [(code, _, message)] = faults(text)
    assert code == "xsmtpapi-not-object"
    assert f"holds {kind}" in message


# Numbers, keys, characters


@pytest.mark.parametrize(
    "spelling",
    ["1989.0", "288", "-0", "1e5", "1E-7", "0.10", "1" + "0" * 400, "9" * 5000],
    ids="{:.12}".format,
)
def test_numbers_keep_their_spelling(spelling: str) -> None:
    """A number is what the JSON spells, however large or exact (S9)."""
    assert model(f'{{"pubsub": {{"%p%": {spelling}}}}}').pubsub == {"%p%": Number(spelling)}


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
def test_what_python_alone_takes_for_a_number_is_no_json(constant: str) -> None:
    """NaN and the infinities are refused with line and column, not those in a string."""
    [(code, _, message)] = faults(f'{{"pubsub":\n {{"{constant}": {constant}}}}}')
    assert code == "xsmtpapi-not-json"
    assert f"line 2, column {len(constant) + 7}: {constant} is no JSON" in message


def test_of_a_key_given_twice_the_last_counts() -> None:
    """A repeated key is stepped over with a finding, at any depth."""
    api, found = decode(encoded('{"to": ["a@b.c"], "sub": {"%n%": [1], "%n%": [2]}, "to": []}'))
    assert api.to == []
    assert api.sub == {"%n%": [Number("2")]}
    assert [each.code for each in found] == ["xsmtpapi-duplicate-key"] * 2
    assert "The key %n% " in found[0].message


def test_half_a_character_becomes_a_mark() -> None:
    """Lone surrogates, which no mail can hold, become U+FFFD; pairs and escapes stay."""
    api = model(r'{"pubsub": {"\ud800": "\uDC00 \ud83d\ude00 \\ud800 \ud83d \u4eb2"}}')
    assert api.pubsub == {"\ufffd": "\ufffd \U0001f600 \\ud800 \ufffd \u4eb2"}


def test_raw_and_escaped_characters_are_the_same() -> None:
    """Non-ASCII may be raw UTF-8 or escaped (SENDCLOUD.md 3.8)."""
    assert model('{"pubsub": {"a": "\u4eb2"}}') == model(r'{"pubsub": {"a": "\u4eb2"}}')


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"\xff{}", "octet 1 is not UTF-8"),
        ("\ufeff{}".encode(), "line 1, column 1: Expecting value"),
        ("{'to': []}", "line 1, column 2: Expecting property name"),
        ('{"to":\n["a@b.c"]', "line 2, column 10: Expecting ',' delimiter"),
        ('{"a": "\n"}', "line 1, column 8: Invalid control character"),
        ("{} x", "line 1, column 4: Extra data"),
        (" ", "Expecting value"),
        (r'{"a": "\ud8"}', "column 9: Invalid"),
    ],
)
def test_what_is_no_json_is_told_with_its_place(text: str | bytes, why: str) -> None:
    """Invalid JSON is told with line and column (D17)."""
    [(code, where, message)] = faults(text)
    assert (code, where) == ("xsmtpapi-not-json", "X-SMTPAPI")
    assert why in message


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"a":' * 100_000,
        '{"sub": {"%n%": [' + "[" * 500 + "]" * 500 + "]}}",
        '{"a": ' * 65 + "1" + "}" * 65,
    ],
)
def test_json_that_nests_too_deep_is_refused(text: str) -> None:
    """No depth of nesting gets past the reader, or breaks it."""
    [(code, _, message)] = faults(text)
    assert code == "xsmtpapi-not-json"
    assert "nested more than 64 deep" in message


def test_many_brackets_are_not_depth() -> None:
    """Wide JSON is no deep JSON."""
    text = json.dumps({"sub": {f"%{number}%": [[number], {}] for number in range(100)}})
    sub = model(text).sub
    assert sub is not None
    assert len(sub) == 100
    assert model('{"a": ' * 64 + "1" + "}" * 64).to is None


# Base64


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (b'{"to": ["a@b.c"]}', "it is JSON as it is"),
        (b"eyJ0byI6", None),
        (b"eyJ-byI6", "'-' at octet 4"),
        (b"eyJ0b===", "padding of its 8 octets is wrong"),
        (b"eyJ0byI", "padding of its 7 octets is wrong"),
        (b"eyJ0byI6=", "padding after its end"),
        (b"eyJ0byI6====", "padding after its end"),
        (b"====", "padding"),
        (b"eyJ0=yI6", "padding"),
        (b"eyJ0byI6\xe4", "'\xe4' at octet 9"),
    ],
)
def test_base64_is_the_standard_alphabet_with_its_padding(value: bytes, why: str | None) -> None:
    """Whatever is not exactly base64 is told to be none, with the reason (G12)."""
    with pytest.raises(NotReadable) as stopped:
        decode(value)
    [found] = stopped.value.findings
    assert found.code == ("xsmtpapi-not-base64" if why else "xsmtpapi-not-json")
    assert (why or "") in found.message
    assert str(stopped.value) == found.message


@given(st.binary())
def test_any_value_is_read_or_told(value: bytes) -> None:
    """Any octets as value, and base64 of any octets, give a model or findings."""
    for each in (value, base64.b64encode(value)):
        with suppress(NotReadable):
            assert isinstance(decode(each)[0], XSmtpApi)


keys = st.sampled_from(
    [*XSmtpApi.model_fields, "%n%", "settings", "unsubscribe", "page_id", "open_tracking", "enable"]
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | keys, inner),
    max_leaves=20,
)


@given(st.dictionaries(keys, json_values))
def test_any_json_is_read_or_told(document: dict[str, Any]) -> None:
    """Any JSON object gives a model, or findings that name the place."""
    found = reading(b"X-SMTPAPI: " + encoded(json.dumps(document)))
    if found.api is None:
        assert found.findings
        assert all(each.where.startswith("X-SMTPAPI") for each in found.findings)
    else:
        assert found.to == document.get("to")


# In the header


def test_a_message_without_it_is_absent() -> None:
    """Without X-SMTPAPI in the header there is nothing to read, whatever values and body hold."""
    assert read(scan(b"A: X-SMTPAPI: x\r\n X-SMTPAPI: y\r\n\r\nX-SMTPAPI: z")) is ABSENT
    assert read(scan(b"A: 1\r\nX-SMTPAPI-2: x\r\n\r\n")) is ABSENT


@pytest.mark.parametrize(
    "header",
    [
        b"X-SMTPAPI: " + VALUE,
        b"X-Smtpapi: " + VALUE,
        b"x-smtpapi:" + VALUE,
        b"X-SMTPAPI : \t" + VALUE + b"  ",
        b"X-SMTPAPI: " + VALUE[:20] + b" " + VALUE[20:],
    ],
)
def test_name_and_blanks_may_be_as_they_like(header: bytes) -> None:
    """The name is compared without case and white space does not count (CLIENTS.md, traps)."""
    found = reading(header)
    assert found.to == TO
    assert (found.octets, found.folded, found.encoded_words) == (len(VALUE), False, False)
    assert (found.count, found.followers, found.wrapped) == (1, (), False)


@pytest.mark.parametrize("fold", [b"\r\n ", b"\r\n\t", b"\n ", b"\r\n  \t "])
@pytest.mark.parametrize("start", [b"X-SMTPAPI: ", b"X-SMTPAPI:\r\n ", b"X-SMTPAPI: \r\n "])
def test_folding_is_undone(start: bytes, fold: bytes) -> None:
    """A value folded in any way reads the same and is known to have been folded (D12)."""
    found = reading(start + fold.join([VALUE[:10], VALUE[10:50], VALUE[50:]]))
    assert found.to == TO
    assert (found.folded, found.encoded_words, found.octets) == (True, False, len(VALUE))


@pytest.mark.parametrize(
    "value",
    [
        b"=?utf-8?q?" + VALUE[:30] + b"?=\r\n =?utf-8?q?" + QUOTED[30:] + b"?=",
        b"=?us-ascii?Q?" + VALUE[:30] + b"?=\r\n\t=?us-ascii?Q?" + QUOTED[30:] + b"?=",
        b"=?UTF-8?B?" + base64.b64encode(VALUE) + b"?=",
        b"=?anything?b?" + base64.b64encode(VALUE + b"\n") + b"?=",
    ],
)
def test_encoded_words_are_undone(value: bytes) -> None:
    """RFC 2047 words, in q or b and any charset, read as the value they stand for (D12)."""
    found = reading(b"X-SMTPAPI: " + value)
    assert found.to == TO
    assert found.encoded_words


def test_what_only_looks_like_encoded_words_is_no_base64() -> None:
    """A value with `=?` that holds no whole word is left as it is."""
    found = reading(b"X-SMTPAPI: =?utf-8?q?" + VALUE)
    assert not found.encoded_words
    assert [each.code for each in found.findings] == ["xsmtpapi-not-base64"]


@pytest.mark.parametrize("line_end", [b"\r\n", b"\n"])
def test_base64_wrapped_without_white_space_is_known(line_end: bytes) -> None:
    """Of base64 with bare line ends only the first line is the value; the rest is no field."""
    found = reading(b"X-SMTPAPI: " + line_end.join([VALUE[:40], VALUE[40:60], VALUE[60:]]))
    assert (found.wrapped, found.octets, found.followers) == (True, 40, ())
    assert [each.code for each in found.findings] == ["xsmtpapi-not-json"]


def test_other_junk_is_no_wrapped_base64() -> None:
    """A junk line that is no base64 does not look wrapped, nor does a field or the body."""
    assert not reading(b"X-SMTPAPI: " + VALUE + b"\r\n;").wrapped
    assert not reading(b"X-SMTPAPI: " + VALUE + b"\r\nA: 1").wrapped
    assert not read(scan(b"X-SMTPAPI: " + VALUE + b"\r\n\r\nQUJD\r\n")).wrapped
    assert not read(scan(b"X-SMTPAPI: " + VALUE)).wrapped


def test_of_several_the_last_is_read_and_what_follows_is_told() -> None:
    """Two X-SMTPAPI are counted, the last one is read, and the fields after it are named."""
    header = b"X-SMTPAPI: e30=\r\nA: 1\r\nX-SMTPAPI: " + VALUE + b"\r\nDate: x\r\nB: 2"
    found = reading(header)
    assert (found.count, found.to, found.followers) == (2, TO, ("Date", "B"))


@pytest.mark.parametrize("value", [b"", b" ", b" \r\n "])
def test_an_empty_value_has_no_length(value: bytes) -> None:
    """A value of white space only is empty and is not decoded."""
    found = reading(b"X-SMTPAPI:" + value)
    assert (found.count, found.octets, found.api, found.findings) == (1, 0, None, ())


def padded(length: int) -> bytes:
    """Return a valid value of a given length."""
    return encoded('{"to": ["a@b.c"]}'.ljust(length // 4 * 3))


@pytest.mark.parametrize("fold", [b"", b"\r\n "])
def test_length_is_counted_without_folding(fold: bytes) -> None:
    """Exactly 1 MB is decoded, folded or not; one group more is not."""
    value = padded(MAX_OCTETS)
    lines = fold.join(value[at : at + 76] for at in range(0, len(value), 76))
    assert reading(b"X-SMTPAPI: " + lines).to == ["a@b.c"]
    longer = reading(b"X-SMTPAPI: " + lines + fold + b"AAAA")
    assert (longer.octets, longer.api, longer.findings) == (MAX_OCTETS + 4, None, ())


# As Python's own library writes it (CLIENTS.md, "Python, exactly")

LONG = {"to": [f"recipient{number}@example.com" for number in range(100)]}
LONG_VALUE = base64.b64encode(json.dumps(LONG).encode()).decode()


def by_header() -> bytes:
    """Return a message of the guide's form: compat32 and Header."""
    message: Message[Any, Any] = MIMEText("Hello")
    message["X-SMTPAPI"] = Header(LONG_VALUE)
    return message.as_bytes()


def by_text() -> bytes:
    """Return a compat32 message whose value is a plain str."""
    message = MIMEText("Hello")
    message["X-SMTPAPI"] = LONG_VALUE
    return message.as_bytes()


def by_email_message() -> bytes:
    """Return a message of the modern class."""
    message = EmailMessage(policy=SMTP)
    message.set_content("Hello")
    message["X-SMTPAPI"] = LONG_VALUE
    return message.as_bytes()


@pytest.mark.parametrize(
    ("content", "folded", "encoded_words"),
    [(by_header(), False, False), (by_text(), True, False), (by_email_message(), True, True)],
    ids=["Header", "str", "EmailMessage"],
)
def test_what_python_writes_is_read(content: bytes, folded: bool, encoded_words: bool) -> None:  # noqa: FBT001
    """Each way of Python's email package to write a long value comes out as the same recipients."""
    found = read(scan(content))
    assert found.to == LONG["to"]
    assert (found.folded, found.encoded_words, found.followers) == (folded, encoded_words, ())


def test_it_is_shown_on_one_line_or_on_several() -> None:
    """Both say the same; numbers stay as they are spelt."""
    api = model('{"to": ["a@b.c"], "sub": {"%n%": [1.0, {}, []]}, "x": {"账": null}}')
    assert to_lines(api) == (
        '{\n  "to": [\n    "a@b.c"\n  ],\n  "sub": {\n    "%n%": [\n      1.0,\n      {},\n'
        '      []\n    ]\n  },\n  "x": {\n    "账": null\n  }\n}'
    )
    assert "".join(line.strip() for line in to_lines(api).splitlines()).replace(": ", ":") == (
        to_json(api)
    )
