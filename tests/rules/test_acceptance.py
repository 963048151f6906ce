"""The judgement at the end of DATA (SENDCLOUD.md 3.5; D10, D12, D13, D17, S1 to S6)."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given, strategies as st

from sendcloud_inbound.rules import replies
from sendcloud_inbound.rules.acceptance import Verdict, judge
from sendcloud_inbound.rules.model import Fidelity, Level

ERROR = replies.XSMTPAPI_ERROR
TO = '{"to": ["ben@ifaxin.com", "joe@ifaxin.com"]}'

fidelities = pytest.mark.parametrize("fidelity", list(Fidelity))


def encoded(text: str | bytes) -> bytes:
    """Return base64 of a JSON text."""
    return base64.b64encode(text.encode() if isinstance(text, str) else text)


VALUE = encoded(TO)


def message(*lines: bytes) -> bytes:
    """Return a message whose header ends with these lines."""
    return b"\r\n".join([b"From: a@b.c", b"Subject: Hello", *lines, b"", b"Hello", b""])


def header(value: bytes) -> bytes:
    """Return an X-SMTPAPI line."""
    return b"X-SMTPAPI: " + value


def codes(verdict: Verdict) -> list[str]:
    """Return the codes of what was found."""
    return [found.code for found in verdict.findings]


@fidelities
@pytest.mark.parametrize(
    "content",
    [message(), message(header(VALUE)), message(b"Received: x", header(VALUE)), b"", b"Hello"],
)
def test_a_good_message_is_taken_without_a_word(content: bytes, fidelity: Fidelity) -> None:
    """With a good X-SMTPAPI or none there is nothing to tell, in either mode."""
    assert judge(content, fidelity) == Verdict((), None)


REFUSED = {
    "xsmtpapi-not-last": message(header(VALUE), b"Reply-To: a@b.c"),
    "xsmtpapi-repeated": message(header(VALUE), header(VALUE)),
    "xsmtpapi-too-long": message(header(b"A" * 1_048_580)),
    "xsmtpapi-not-json": message(header(encoded("{"))),
    "xsmtpapi-not-object": message(header(encoded("[]"))),
    "xsmtpapi-to-string": message(header(encoded('{"to": "ben@ifaxin.com"}'))),
    "xsmtpapi-wrong-type": message(header(encoded('{"to": {}}'))),
    "xsmtpapi-to-empty": message(header(encoded('{"to": []}'))),
    "xsmtpapi-to-too-many": message(
        header(encoded('{"to": [' + ", ".join(f'"u{n}@b.c"' for n in range(101)) + "]}"))
    ),
}


@pytest.mark.parametrize(("code", "content"), REFUSED.items(), ids=REFUSED)
def test_what_the_server_sees_is_refused_at_once(code: str, content: bytes) -> None:
    """Form, length, JSON and types of X-SMTPAPI are told in the session (S1 to S3, S6, D13)."""
    verdict = judge(content, Fidelity.FAITHFUL)
    assert verdict.refusal == ERROR
    assert codes(verdict) in ([code], [code, "xsmtpapi-long-line"])
    assert verdict.findings[0].level is Level.REFUSED


@pytest.mark.parametrize(("code", "content"), REFUSED.items(), ids=REFUSED)
def test_strict_mode_appends_the_code(code: str, content: bytes) -> None:
    """Strict mode refuses the same and says why in the reply."""
    verdict = judge(content, Fidelity.STRICT)
    assert verdict.refusal == replies.xsmtpapi_error(code)
    assert codes(verdict) in ([code], [code, "xsmtpapi-long-line"])


TAKEN_YET_FAILING = {
    "xsmtpapi-not-base64": (message(header(TO.encode())), Level.INVALID),
    "xsmtpapi-folded": (message(header(VALUE[:20]), b" " + VALUE[20:]), Level.ADVICE),
    "xsmtpapi-encoded-words": (
        message(header(b"=?utf-8?q?" + VALUE.replace(b"=", b"=3D") + b"?=")),
        Level.ADVICE,
    ),
}


@pytest.mark.parametrize("code", TAKEN_YET_FAILING)
def test_what_fails_later_is_taken(code: str) -> None:
    """No base64, folded, or as encoded-words: 250 first, with a finding (D10, D12)."""
    content, level = TAKEN_YET_FAILING[code]
    verdict = judge(content, Fidelity.FAITHFUL)
    assert verdict.refusal is None
    assert [(found.code, found.level) for found in verdict.findings] == [(code, level)]


@pytest.mark.parametrize("code", TAKEN_YET_FAILING)
def test_strict_mode_refuses_what_fails_later(code: str) -> None:
    """Strict mode refuses at once, with the finding's code."""
    content, _ = TAKEN_YET_FAILING[code]
    assert judge(content, Fidelity.STRICT).refusal == replies.xsmtpapi_error(code)


def test_an_illegal_recipient_is_left_to_the_worker_but_for_strict_mode() -> None:
    """An entry of `to` that is no address becomes invalid later; strict mode refuses (S12)."""
    content = message(header(encoded('{"to": ["ben@ifaxin.com", "Ben <ben@ifaxin.com>"]}')))
    assert judge(content, Fidelity.FAITHFUL) == Verdict((), None)
    verdict = judge(content, Fidelity.STRICT)
    assert verdict.refusal == replies.xsmtpapi_error("xsmtpapi-bad-recipient")
    assert verdict.findings[0].where == "X-SMTPAPI to[1]"


@fidelities
@pytest.mark.parametrize(
    "lines", [[header(b"")], [header(b" "), b"A: 1"], [header(b"\r\n "), b"A:"]]
)
def test_an_empty_value_is_as_if_absent(lines: list[bytes], fidelity: Fidelity) -> None:
    """Without a value X-SMTPAPI does nothing, wherever it stands; a finding says so (S6)."""
    verdict = judge(message(*lines), fidelity)
    assert (verdict.refusal, codes(verdict)) == (None, ["xsmtpapi-empty"])


def test_two_empty_values_are_still_two_headers() -> None:
    """More than one X-SMTPAPI is refused whatever they hold (S6)."""
    verdict = judge(message(header(b""), header(b"")), Fidelity.FAITHFUL)
    assert (verdict.refusal, codes(verdict)) == (ERROR, ["xsmtpapi-repeated"])


@fidelities
def test_what_has_no_effect_is_no_reason_to_refuse(fidelity: Fidelity) -> None:
    """An object without effect, unknown keys and duplicates are taken, in strict mode too (S3)."""
    duplicates = '{"category": 1, "to": ["a@b.c", "a@b.c"], "sub": {}, "pubsub": {}}'
    for text in ("{}", '{"to": null}', '{"category": 1}', duplicates):
        assert judge(message(header(encoded(text))), fidelity).refusal is None


def test_wrapped_base64_is_explained_before_it_is_refused() -> None:
    """Base64 cut at its first line is no JSON; the first finding tells why (CLIENTS.md)."""
    content = message(header(VALUE[:40]), VALUE[40:])
    for fidelity, code in ((Fidelity.FAITHFUL, None), (Fidelity.STRICT, "xsmtpapi-wrapped")):
        verdict = judge(content, fidelity)
        assert verdict.refusal == replies.xsmtpapi_error(code)
        assert codes(verdict) == ["xsmtpapi-wrapped", "xsmtpapi-not-json"]
        assert "first line, 40 octets" in verdict.findings[0].message


def test_wrapped_base64_cut_within_a_group_is_left_to_the_worker() -> None:
    """When the first line is no base64 by itself, the message is taken and fails later."""
    verdict = judge(message(header(VALUE[:41]), VALUE[41:]), Fidelity.FAITHFUL)
    assert verdict.refusal is None
    assert codes(verdict) == ["xsmtpapi-wrapped", "xsmtpapi-not-base64"]


def test_all_faults_of_a_refused_message_are_told() -> None:
    """The worker never sees a refused message, so the judgement tells everything at once."""
    value = encoded('{"category": 1, "to": ["x", "a@b.c", "a@b.c"], "sub": {}, "pubsub": {}}')
    content = message(header(b"="), header(value[:30]), b" " + value[30:], b"Date: x", b"To: x")
    verdict = judge(content, Fidelity.FAITHFUL)
    assert verdict.refusal == ERROR
    assert codes(verdict) == [
        "xsmtpapi-repeated",
        "xsmtpapi-not-last",
        "xsmtpapi-folded",
        "xsmtpapi-unknown-key",
        "xsmtpapi-sub-ignored",
        "xsmtpapi-bad-recipient",
        "xsmtpapi-duplicate-recipient",
    ]
    assert "Date, To after it" in verdict.findings[1].message


@fidelities
def test_a_hundred_received_fields_are_a_loop(fidelity: Fidelity) -> None:
    """99 Received fields pass, 100 do not, whatever else is wrong (HARAKA.md 4)."""
    assert judge(message(*[b"received: x"] * 99), fidelity).refusal is None
    verdict = judge(message(*[b"Received: x"] * 100, header(b"="), b"A: 1"), fidelity)
    assert verdict.refusal == replies.TOO_MANY_RECEIVED
    assert codes(verdict) == ["too-many-received"]


def test_the_word_received_in_values_is_no_loop() -> None:
    """Only fields of the name count."""
    assert judge(message(*[b"X-Received: received:"] * 150), Fidelity.FAITHFUL).refusal is None


@given(
    st.one_of(
        st.binary(),
        st.lists(
            st.sampled_from(
                [b"X-SMTPAPI:", b" ", VALUE, b"\r\n", b"\n", b"A: 1", b"=?", b"?=", b"{}", b";"]
            )
            | st.text().map(encoded)
        ).map(b"".join),
    ),
    st.sampled_from(Fidelity),
)
def test_any_octets_get_a_verdict(content: bytes, fidelity: Fidelity) -> None:
    """Any message gets a verdict; refused in faithful mode means refused in strict mode."""
    verdict = judge(content, fidelity)
    refused = [found for found in verdict.findings if found.level is Level.REFUSED]
    assert verdict.refusal is not None or not refused
    if fidelity is Fidelity.FAITHFUL and verdict.refusal:
        assert refused
        assert judge(content, Fidelity.STRICT).refusal is not None
