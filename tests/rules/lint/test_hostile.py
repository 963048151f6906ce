"""Nothing in X-SMTPAPI gives anything but a finding, however hostile it is."""

from __future__ import annotations

import base64
import json
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings, strategies as st

from sendcloud_inbound.rules.acceptance import judge
from sendcloud_inbound.rules.expansion import expand
from sendcloud_inbound.rules.lint import MAX_TOLD, refused_in_strict
from sendcloud_inbound.rules.model import Fidelity, Level, MessageStatus
from sendcloud_inbound.rules.xsmtpapi.model import XSmtpApi

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sendcloud_inbound.rules.model import Finding

RCPT = ("first@ifaxin.com", "second@ifaxin.com")

MEGABYTE = 700_000
"""Characters of JSON that are a little less than 1 MB in base64."""

KNOWN = [
    *XSmtpApi.model_fields,
    *("unsubscribe", "page_id", "enable", "open_tracking", "click_tracking", "%name%", "category"),
]
WORDS = [r"\ud800", r"\udc00\ud800", r"\u0000", r"\r\n", "\x00", "\ufeff", r"\"", "%", "{{x}}", "é"]
NUMBERS = [
    "NaN",
    "Infinity",
    "-Infinity",
    "-0",
    "1e999999",
    "1" + "0" * 400,
    "0.1",
    "007",
    "9" * 99,
]

strings = (st.sampled_from([*KNOWN, *WORDS, "a@b.c", "1", ""]) | st.text(max_size=5)).map(
    '"{}"'.format
)
leaves = strings | st.sampled_from([*NUMBERS, "true", "false", "null", ""])


def objects(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return objects as text, so that keys may come twice."""
    members = st.tuples(strings, values).map(":".join)
    return st.lists(members, max_size=5).map(lambda parts: f"{{{','.join(parts)}}}")


def arrays(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return arrays as text."""
    return st.lists(values, max_size=4).map(lambda parts: f"[{','.join(parts)}]")


texts = st.recursive(leaves, lambda inner: objects(inner) | arrays(inner), max_leaves=25)

SHAPES = {
    "to": arrays(strings),
    "sub": objects(arrays(leaves)),
    "pubsub": objects(texts),
    "section": objects(strings),
    "filters": st.sampled_from(KNOWN).flatmap(
        lambda name: leaves.map(lambda value: f'{{"{name}":{{"settings":{{"enable":{value}}}}}}}')
    ),
    "settings": texts.map(lambda value: f'{{"unsubscribe":{{"page_id":{value}}}}}'),
    "send_domain": strings,
}
nearly_right = st.fixed_dictionaries({}, optional=SHAPES).map(
    lambda given_: "{" + ",".join(f'"{key}":{value}' for key, value in given_.items()) + "}"
)


def mail(text: str) -> bytes:
    """Return a mail whose X-SMTPAPI holds a text, be it JSON or not."""
    value = base64.b64encode(text.encode(errors="surrogatepass"))
    return b"From: a@b.c\r\nX-SMTPAPI: " + value + b"\r\n\r\nHello\r\n"


def check(findings: Sequence[Finding]) -> None:
    """Check that findings are few, short and fit for a database."""
    times = Counter(found.code for found in findings)
    assert all(count <= MAX_TOLD for count in times.values())
    for found in findings:
        shown = found.where + found.message + found.remedy
        assert len(shown) < 3000
        assert not set("\r\x00") & set(shown)
        assert "\n" not in found.where + found.message
        shown.encode()


def judged(content: bytes) -> None:
    """Check what becomes of a mail in either mode."""
    faithful, strict = (judge(content, mode, "x@y.z", RCPT) for mode in Fidelity)
    check(faithful.findings)
    check(strict.findings)
    assert bool(faithful.refusal) == any(each.level is Level.REFUSED for each in faithful.findings)
    assert bool(strict.refusal) == any(map(refused_in_strict, strict.findings))
    expansion = expand(content, RCPT, faithful.findings, mail_from="x@y.z")
    check(expansion.findings)
    assert bool(faithful.refusal) <= (expansion.status is MessageStatus.INVALID)
    # Strict mode tells at once all that the worker would find.
    assert set(expansion.findings) == set(strict.findings)


@given(texts | nearly_right)
@settings(max_examples=300)
def test_any_text_gets_findings(text: str) -> None:
    """JSON, nearly JSON, and JSON that is nearly right."""
    judged(mail(text))


LARGE = {
    "digits": '{"pubsub": {"%p%": ' + "9" * MEGABYTE + "}}",
    "digits as page": '{"settings": {"unsubscribe": {"page_id": ' + "9" * MEGABYTE + "}}}",
    "digits as switch": (
        '{"filters": {"open_tracking": {"settings": {"enable": ' + "9" * MEGABYTE + "}}}}"
    ),
    "exponent": '{"sub": {"%p%": [1e' + "9" * MEGABYTE + "]}}",
    "long keys": json.dumps({"x" * 100_000 + str(n): 1 for n in range(6)}),
    "long variables": json.dumps({"sub": {"%" + "x" * 100_000 + f"{n}%": [] for n in range(6)}}),
    "long bare variables": json.dumps({"pubsub": {"{{x}}" * 20_000 + str(n): 1 for n in range(6)}}),
    "many keys": json.dumps(dict.fromkeys(map(str, range(60_000)), 1)),
    "many variables": json.dumps({"sub": {f"%{n}%": [] for n in range(40_000)}}),
    "one key": '{"a": 1' + ', "a": 1' * 80_000 + "}",
    "many addresses": json.dumps({"to": ["a@b.c"] * 70_000}),
    "many bad addresses": json.dumps({"to": [f"{n}" for n in range(70_000)]}),
    "many pages": json.dumps({"settings": {"unsubscribe": {"page_id": [1] * 200_000}}}),
    "string": json.dumps({"to": "a@b.c," * 100_000}),
    "wrong types": json.dumps({"to": [1] * 200_000, "sub": {f"%{n}%": 1 for n in range(9000)}}),
    "depth": '{"pubsub":' * 60_000 + "1" + "}" * 60_000,
    "depth of arrays": '{"sub": {"%n%": ' + "[" * 300_000 + "]" * 300_000 + "}}",
    "depth of unknown": '{"x":' * 60 + "1" + "}" * 60,
    "quotes": '{"a": "' + r"\"" * 300_000,
    "surrogates": '{"pubsub": {"%a%": "' + r"\ud800" * 100_000 + '"}}',
    "NaN": '{"pubsub": {"%a%": "' + "x" * MEGABYTE + '", "%b%": NaN}}',
}


@pytest.mark.parametrize("text", LARGE.values(), ids=LARGE)
def test_a_megabyte_of_anything_gets_findings_in_no_time(text: str) -> None:
    """No size, depth or number breaks the reader, or holds up the mail that comes in meanwhile."""
    began = time.process_time()
    judged(mail(text))
    assert time.process_time() - began < 10


@given(st.binary(max_size=60), st.sampled_from([b"From", b"Bcc", b"SC-Custom-a", b"Message-ID"]))
def test_any_octets_in_other_headers_get_findings(octets: bytes, name: bytes) -> None:
    """The other headers are as hostile."""
    content = name + b": " + octets + b"\r\nX-SMTPAPI: e30=\r\n\r\n"
    check(expand(content, RCPT, (), mail_from=octets.decode("latin-1")).findings)
