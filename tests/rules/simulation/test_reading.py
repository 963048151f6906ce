"""The JSON of an API_USER's rules."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from sendcloud_inbound.rules import statuses
from sendcloud_inbound.rules.history import EventKind, WebhookFault
from sendcloud_inbound.rules.simulation import (
    ForcedFault,
    ForcedOutcome,
    Outcome,
    document,
    read_rules,
    to_json,
)
from sendcloud_inbound.rules.simulation.ruleset import Rule


def read_one(**rule: Any) -> Rule:
    """Read a set of one rule."""
    return read_rules(json.dumps({"rules": [rule]})).rules[0]


def why(text: str) -> str:
    """Return why some JSON is refused."""
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the message is what is looked at
        read_rules(text)
    return str(caught.value)


def why_not(**rule: Any) -> str:
    """Return why a rule is refused that stands after one that is right."""
    return why(json.dumps({"rules": [{"outcome": "deliver"}, rule]}))


@pytest.mark.parametrize(
    ("rule", "effect"),
    [
        ({"outcome": "deliver"}, ForcedOutcome(Outcome.DELIVER)),
        ({"outcome": "click", "sub_status": None}, ForcedOutcome(Outcome.CLICK)),
        ({"outcome": "invalid"}, ForcedOutcome(Outcome.INVALID, sub_status=406)),
        (
            {"outcome": "soft_bounce", "sub_status": 503, "text": "在"},
            ForcedOutcome(Outcome.SOFT_BOUNCE, sub_status=503, text="在"),
        ),
        ({"outcome": "defer"}, ForcedOutcome(Outcome.DEFER, times=1)),
        ({"outcome": "defer", "times": 2}, ForcedOutcome(Outcome.DEFER, times=2)),
        ({"outcome": "slow", "delay_s": 5}, ForcedOutcome(Outcome.SLOW, delay_s=5.0)),
        ({"outcome": "refuse"}, ForcedOutcome(Outcome.REFUSE, code=550)),
        (
            {"outcome": "data", "code": 451, "text": "Not today"},
            ForcedOutcome(Outcome.DATA, code=451, text="Not today"),
        ),
        ({"outcome": "drop"}, ForcedOutcome(Outcome.DROP)),
        ({"webhook": "bad_signature"}, ForcedFault(WebhookFault.BAD_SIGNATURE)),
        (
            {"webhook": "old_timestamp", "delay_s": 1_000_000},
            ForcedFault(WebhookFault.OLD_TIMESTAMP, 1_000_000.0),
        ),
        ({"webhook": "duplicate"}, ForcedFault(WebhookFault.DUPLICATE, copies=2)),
        ({"webhook": "late"}, ForcedFault(WebhookFault.LATE, 30.0)),
        ({"webhook": "out_of_order"}, ForcedFault(WebhookFault.OUT_OF_ORDER, 5.0)),
        ({"webhook": "dropped"}, ForcedFault(WebhookFault.DROPPED)),
    ],
)
def test_a_rule_is_read(rule: dict[str, Any], effect: ForcedOutcome | ForcedFault) -> None:
    """Without more it is for everybody and hits each time; null is as if absent."""
    assert read_one(**rule) == Rule(0, "*", 1.0, effect)


def test_recipient_probability_and_event_are_kept() -> None:
    """They say to whom, how likely and about which events' calls."""
    rule = read_one(recipient="*@a.example", probability=0.25, webhook="late", event="open")
    assert rule[:3] == (0, "*@a.example", 0.25)
    assert rule.event is EventKind.OPEN


def test_the_seed_and_the_order_are_kept() -> None:
    """Rules are numbered from 0; nothing at all is no rule and seed 0."""
    rules = read_rules('{"seed": -7, "rules": [{"outcome": "open"}, {"webhook": "late"}]}')
    assert rules.seed == -7
    assert [rule.number for rule in rules.rules] == [0, 1]
    assert [each.rule.number for each in rules.faults] == [1]
    assert (read_rules("{}").seed, read_rules("{}").rules) == (0, ())


@pytest.mark.parametrize(
    ("rule", "complaint"),
    [
        ({}, "rules[1]: give either outcome or webhook"),
        ({"outcome": "drop", "webhook": "late"}, "rules[1]: give either outcome or webhook"),
        ({"outcom": "drop"}, 'rules[1]: unknown key "outcom"; did you mean outcome?'),
        (
            {"outcome": "deliver", "sub_status": 404},
            "rules[1]: sub_status means nothing with deliver, which takes nothing more",
        ),
        (
            {"outcome": "refuse", "code": 550, "event": "open"},
            "rules[1]: event means nothing with refuse, which takes code, text",
        ),
        (
            {"webhook": "dropped", "copies": 2},
            "rules[1]: copies means nothing with dropped, which takes event",
        ),
        (
            {"outcome": "soft_bounce", "sub_status": 404},
            (
                "rules[1]: 404 is no sub_status of soft_bounce; "
                "give one of 503, 505, 506, 507, 508, 509"
            ),
        ),
        (
            {"outcome": "refuse", "code": 250},
            "rules[1]: code is 250; give a number from 400 to 599",
        ),
        (
            {"outcome": "defer", "times": 0},
            "rules[1]: times is 0; give a whole number from 1 to 20",
        ),
        (
            {"outcome": "slow"},
            "rules[1]: slow needs delay_s, a number of seconds above 0 and at most 86400",
        ),
        (
            {"outcome": "refuse", "text": "a\r\n250 b"},
            "rules[1]: text is not one line of 1 to 400 characters",
        ),
        (
            {"webhook": "duplicate", "copies": 1},
            ("rules[1]: duplicate takes times that the same call is sent in all, from 2 to 10"),
        ),
        (
            {"webhook": "bad_signature", "delay_s": 5},
            "rules[1]: delay_s means nothing with bad_signature, which takes event",
        ),
        (
            {"outcome": "drop", "probability": "0.5"},
            'rules[1]: probability is "0.5"; give a number from 0 to 1',
        ),
        (
            {"outcome": "drop", "probability": 1.5},
            "rules[1]: probability is 1.5; give a number from 0 to 1",
        ),
    ],
)
def test_what_means_nothing_is_refused(rule: dict[str, Any], complaint: str) -> None:
    """The sentence names the rule, what is wrong, and what may stand there."""
    assert why_not(**rule) == complaint


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "the rules are not JSON: "),
        ("[" * 100_000, "the rules are not JSON: "),
        ('{"seed": 1' + "0" * 6000 + "}", "the rules are not JSON: "),
        ("[]", 'the JSON is no object, such as {"seed": 0, "rules": []}'),
        ('{"rules": {}}', "rules is {}; give an array"),
        ('{"rules": [1]}', "rules[0] is no object"),
        ('{"rule": []}', 'unknown key "rule"; did you mean rules?'),
        ('{"zzz": []}', 'unknown key "zzz"; known are seed, rules'),
        ('{"seed": true}', "seed is true; give a whole number"),
        ('{"seed": 1' + "0" * 3000 + "}", "seed is a number of very many digits; give"),
        (json.dumps({"rules": [{"outcome": "drop"}] * 1001}), "rules is [{"),
    ],
)
def test_what_is_no_set_of_rules_is_refused(text: str, complaint: str) -> None:
    """Whatever it is, in one short sentence."""
    assert why(text).startswith(complaint)
    assert len(why(text)) < 250


@given(st.text() | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing but `ValueError` comes of foreign text."""
    try:
        rules = read_rules(text)
    except ValueError as error:
        complaint = str(error)
    else:
        complaint = to_json(rules)
    assert "\n" not in complaint


_seconds = st.floats(0.001, 86_400)
_events = st.sampled_from([kind.value for kind in EventKind])
_failures = {"invalid": sorted(statuses.INVALID), "soft_bounce": sorted(statuses.SOFT_BOUNCE)}
_kinds = st.one_of(
    st.fixed_dictionaries({"outcome": st.sampled_from(["deliver", "open", "click", "drop"])}),
    *(
        st.fixed_dictionaries(
            {"outcome": st.just(name)}, optional={"sub_status": st.sampled_from(numbers)}
        )
        for name, numbers in _failures.items()
    ),
    st.fixed_dictionaries({"outcome": st.just("defer")}, optional={"times": st.integers(1, 20)}),
    st.fixed_dictionaries({"outcome": st.just("slow"), "delay_s": _seconds}),
    st.fixed_dictionaries(
        {"outcome": st.sampled_from(["refuse", "data"])},
        optional={"code": st.integers(400, 599), "text": st.text("ab é", min_size=1)},
    ),
    st.fixed_dictionaries(
        {"webhook": st.sampled_from(["late", "old_timestamp", "out_of_order"])},
        optional={"event": _events, "delay_s": st.integers(1, 60)},
    ),
    st.fixed_dictionaries(
        {"webhook": st.just("duplicate")},
        optional={"event": _events, "copies": st.integers(2, 10)},
    ),
    st.just({"webhook": "dropped", "event": "open"}),
)
_rules = st.builds(
    dict.__or__,
    st.fixed_dictionaries(
        {}, optional={"recipient": st.text(min_size=1, max_size=9), "probability": st.floats(0, 1)}
    ),
    _kinds,
)


@given(st.integers(-(2**53), 2**53), st.lists(_rules, max_size=5))
def test_what_is_written_reads_the_same(seed: int, rules: list[dict[str, Any]]) -> None:
    """The JSON that is shown is one that can be put again, and holds all that was given."""
    read = read_rules(json.dumps({"seed": seed, "rules": rules}))
    again = read_rules(to_json(read))
    assert (again.seed, again.rules) == (read.seed, read.rules)
    for given_rule, shown in zip(rules, document(read)["rules"], strict=True):
        assert given_rule.items() <= shown.items()
