"""What happens to an email, step by step."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, strategies as st

from sendcloud_inbound.rules.history import EventKind, Step
from sendcloud_inbound.rules.simulation import (
    NO_RULES,
    Outcome,
    Simulation,
    read_rules,
    steps_from_json,
    steps_to_json,
)


def plan(local: str, *, delay_s: float = 0.0, retry_delay_s: float = 60.0) -> tuple[Step, ...]:
    """Return the steps of a mail to a magic address."""
    simulation = Simulation("sandbox.test", delay_s=delay_s, retry_delay_s=retry_delay_s)
    steps = simulation.plan(f"{local}@sandbox.test", NO_RULES)
    assert steps is not None
    return steps


def told(steps: tuple[Step, ...]) -> list[tuple[float, str | None]]:
    """Return when and what, without the details."""
    return [(step.after_s, step.kind and step.kind.value) for step in steps]


@pytest.mark.parametrize(
    ("local", "wanted"),
    [
        ("deliver", [(0, "deliver")]),
        ("invalid", [(0, "invalid")]),
        ("soft_bounce", [(0, "soft_bounce")]),
        ("report_spam", [(0, "deliver"), (0, "report_spam")]),
        ("open", [(0, "deliver"), (0, "open")]),
        ("click", [(0, "deliver"), (0, "open"), (0, "click")]),
        ("unsubscribe", [(0, "deliver"), (0, "unsubscribe")]),
        ("defer-3", [(0, None), (60, None), (120, None), (240, "deliver")]),
        ("slow-5s", [(5, "deliver")]),
        ("drop", [(0, "deliver")]),
    ],
)
def test_an_outcome_has_its_steps(local: str, wanted: list[tuple[float, str | None]]) -> None:
    """What is opened or reported was delivered before; what is put off waits twice as long."""
    assert told(plan(local)) == wanted


def test_the_delay_of_events_comes_first() -> None:
    """S26: it is added to the wait before the first step and to no other."""
    assert told(plan("slow-5s", delay_s=2)) == [(7, "deliver")]
    assert told(plan("defer", delay_s=2, retry_delay_s=1)) == [(2, None), (1, "deliver")]
    assert told(plan("open", delay_s=2)) == [(2, "deliver"), (0, "open")]
    assert told(plan("invalid", delay_s=2)) == [(2, "invalid")]


def test_nothing_forced_is_no_plan() -> None:
    """Mail that nobody asked anything about takes its ordinary way."""
    assert Simulation("sandbox.test").plan("ben@ifaxin.com", NO_RULES) is None


def test_a_failure_tells_its_sub_status() -> None:
    """The fields are those of the event; a cause is a soft bounce's alone (SENDCLOUD.md 4.4)."""
    assert plan("invalid+401")[0].details == {
        "message": "在SendCloud黑名单中",
        "subStat": 401,
        "subStatDesc": "in SendCloud blocklist",
    }
    assert plan("soft_bounce+505")[0].details == {
        "message": "450 4.7.1 Too many messages from your IP address or domain",
        "subStat": 505,
        "subStatDesc": "ip or domain rejected",
        "cause": "450 4.7.1 Too many messages from your IP address or domain",
    }


def test_a_rule_can_say_what_the_log_says() -> None:
    """Its text stands in the place of the usual one."""
    rules = read_rules('{"rules": [{"outcome": "soft_bounce", "text": "450 Later"}]}')
    (step,) = Simulation().plan("ben@ifaxin.com", rules) or ()
    assert (step.details["message"], step.details["cause"]) == ("450 Later", "450 Later")


def test_who_opens_is_told() -> None:
    """With the capture's five fields, which are empty when somebody unsubscribes (4.5)."""
    fields = ["ip", "explorerName", "explorerVer", "oSName", "oSVer"]
    *_, opened, clicked = plan("click")
    assert list(opened.details) == list(clicked.details) == fields
    assert opened.details["explorerName"] == "Chromium"
    assert dict(plan("unsubscribe")[1].details) == dict.fromkeys(fields, "")


steps = st.lists(
    st.builds(
        Step,
        st.floats(0, 1e6),
        st.none() | st.sampled_from(EventKind),
        st.dictionaries(st.text(), st.text() | st.integers()),
    )
)


@given(steps)
def test_what_is_kept_reads_the_same(to_come: list[Step]) -> None:
    """Steps outlive the process as text."""
    assert list(steps_from_json(steps_to_json(to_come))) == to_come


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_can_be_kept(outcome: Outcome) -> None:
    """The plan of each is plain JSON, compact."""
    local = "slow-5s" if outcome is Outcome.SLOW else outcome.value
    kept = steps_to_json(plan(local))
    assert steps_from_json(kept) == plan(local)
    assert kept == json.dumps(json.loads(kept), ensure_ascii=False, separators=(",", ":"))


def test_the_first_of_the_rest_is_kept_alone() -> None:
    """A plain delivery takes a few octets."""
    assert steps_to_json(plan("deliver")) == '[[0.0,"deliver"]]'
