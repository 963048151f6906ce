"""What X-SMTPAPI asks for in vain (SENDCLOUD.md 3.1 to 3.3; S7, S13, D41)."""

from __future__ import annotations

from typing import Any

import pytest

from sendcloud_inbound.rules import replies
from sendcloud_inbound.rules.acceptance import judge
from sendcloud_inbound.rules.model import Fidelity, Level
from tests.rules.lint.mails import TO, codes, found, mail

JSON = dict[str, Any]


def asked(**api: Any) -> JSON:
    """Return a document that names two recipients and more."""
    return {"to": list(TO), **api}


def test_a_short_array_leaves_its_variable_as_written() -> None:
    """A sub array with too few values is told per variable, as failing (S7)."""
    [short] = found(mail(api=asked(sub={"%a%": ["1", "2"], "%b%": ["1"]})))
    assert (short.code, short.level) == ("xsmtpapi-sub-short", Level.INVALID)
    assert short.where == "X-SMTPAPI sub.%b%"
    assert "%b% has values for 1 of 2 recipients" in short.message
    assert "from position 1 on" in short.message


def test_extra_values_are_ignored() -> None:
    """A sub array with too many values is told per variable, as harmless (S7)."""
    [long] = found(mail(api=asked(sub={"%a%": ["1", "2", "3"], "%b%": None})))
    assert (long.code, long.level) == ("xsmtpapi-sub-long", Level.IGNORED)
    assert "position 2 on are ignored" in long.message


def test_without_to_the_arrays_go_by_rcpt() -> None:
    """The recipients are RCPT's then (D15); when they are not known, nothing is said."""
    content = mail(api={"sub": {"%a%": ["1"]}})
    assert codes(found(content, TO)) == ["xsmtpapi-sub-short"]
    assert codes(found(content, TO[:1])) == []
    assert codes(found(content, ())) == []


def test_at_most_ten_variables_are_told() -> None:
    """A header may hold any number of them."""
    sub = {f"%{number}%": ["1"] for number in range(500)}
    assert codes(found(mail(api=asked(sub=sub)))).count("xsmtpapi-sub-short") == 10


def test_strict_mode_refuses_a_short_array_at_the_end_of_data() -> None:
    """What the worker would find later is the reason in the reply."""
    refused = replies.xsmtpapi_error("xsmtpapi-sub-short")
    by_to = mail(api=asked(sub={"%a%": ["1"]}))
    by_rcpt = mail(api={"sub": {"%a%": ["1"]}})
    assert judge(by_to, Fidelity.STRICT).refusal == refused
    assert judge(by_rcpt, Fidelity.STRICT, None, TO).refusal == refused
    assert judge(by_to, Fidelity.FAITHFUL).refusal is None


@pytest.mark.parametrize("key", ["name", "%name", "name%", "%", "%%", "", "{{name}}"])
@pytest.mark.parametrize("where", ["sub", "pubsub"])
def test_a_variable_begins_and_ends_with_percent(where: str, key: str) -> None:
    """Other keys are no variables; the vendor's clients refuse them (SENDCLOUD.md 3.3)."""
    value = ["1", "2"] if where == "sub" else "1"
    [bare] = found(mail(api=asked(**{where: {key: value, "%a%": value}})))
    assert (bare.code, bare.level) == ("xsmtpapi-key-without-percent", Level.IGNORED)
    assert bare.where == f"X-SMTPAPI {where}.{key}"


def test_keys_of_section_may_be_bare() -> None:
    """Both spellings are the documents' own (SENDCLOUD.md 3.1, D14)."""
    assert found(mail(api=asked(section={"silver": "s", "%gold%": "g"}))) == []


def test_of_an_ignored_sub_nothing_else_is_told() -> None:
    """With pubsub, sub is ignored as a whole, so its faults are no matter (G9)."""
    told = found(mail(api=asked(sub={"a": ["1"], "%b%": []}, pubsub={"%p%": "1"})))
    assert codes(told) == ["xsmtpapi-sub-ignored"]


@pytest.mark.parametrize(
    ("api", "where", "remedy"),
    [
        ({"pub_sub": 1}, "pub_sub", "Did you mean pubsub? The keys here are to, sub, pubsub"),
        ({"To": 1}, "To", "Did you mean to?"),
        ({"send-domain": 1}, "send-domain", "Did you mean send_domain?"),
        ({"colour": 1}, "colour", "Leave it out. The keys here are to, sub"),
        ({"x" * 100_000: 1}, None, "Leave it out."),
        ({"category": "x"}, "category", "SC-Custom-"),
        ({"substitutions": {}}, "substitutions", "sub and pubsub"),
        ({"asm": {}}, "asm", "settings.unsubscribe.page_id"),
        ({"filters": {"opentrack": {}}}, "filters.opentrack", "SendCloud's is open_tracking."),
        ({"filters": {"click-tracking": {}}}, "filters.click-tracking", "mean click_tracking?"),
        (
            {"settings": {"unsubscribe": {"pageId": 1}}},
            "settings.unsubscribe.pageId",
            "Did you mean page_id? The keys here are page_id",
        ),
    ],
)
def test_an_unknown_key_is_told_with_the_nearest(api: JSON, where: str | None, remedy: str) -> None:
    """Misspelt keys get the right one, SendGrid's what stands for them, others the list (S13)."""
    unknown = next(each for each in found(mail(api=asked(**api))) if "unknown" in each.code)
    assert unknown.level is Level.IGNORED
    assert where is None or unknown.where == f"X-SMTPAPI {where}"
    assert remedy in unknown.remedy


@pytest.mark.parametrize(("enable", "told"), [("2", "'2'"), ("", "''"), ("on", "'on'"), (2, "'2'")])
def test_enable_is_0_or_1(enable: object, told: str) -> None:
    """Any other value of a switch has no effect."""
    api = asked(filters={"click_tracking": {"settings": {"enable": enable}}})
    [other] = found(mail(api=api))
    assert (other.code, other.level) == ("xsmtpapi-enable", Level.IGNORED)
    assert other.where == "X-SMTPAPI filters.click_tracking.settings.enable"
    assert f"enable is {told}" in other.message


@pytest.mark.parametrize("enable", ["0", "1", 0, 1, None])
def test_enable_may_be_a_string_or_a_number(enable: object) -> None:
    """Both are taken without a word, and null is absent."""
    assert found(mail(api=asked(filters={"open_tracking": {"settings": {"enable": enable}}}))) == []


@pytest.mark.parametrize(
    ("numbers", "fits"), [([1, 2], True), ([1], False), ([], False), (7, True)]
)
def test_page_ids_are_as_many_as_the_recipients(numbers: object, fits: bool) -> None:  # noqa: FBT001
    """An array of another length falls back to the default page (G20, D41)."""
    told = found(mail(api=asked(settings={"unsubscribe": {"page_id": numbers}})))
    assert codes(told) == ([] if fits else ["xsmtpapi-page-ids"])


def test_at_most_ten_illegal_addresses_are_told() -> None:
    """Each of them is an invalid email all the same (S12)."""
    told = found(mail(api={"to": [f"{number}" for number in range(100)]}), ())
    assert codes(told).count("xsmtpapi-bad-recipient") == 10
