"""Whether a rule with a probability hits."""

from __future__ import annotations

from hypothesis import given, strategies as st

from sendcloud_inbound.rules.simulation import RuleSet, read_rules
from sendcloud_inbound.rules.simulation.dice import Dice


def half() -> RuleSet:
    """Return a set of one rule that hits every other time."""
    return read_rules('{"rules": [{"outcome": "drop", "probability": 0.5}]}')


def test_memory_is_bounded() -> None:
    """Of very many recipients the ones not asked about for longest begin anew."""
    dice, rules = Dice(most=10), half()
    (rule,) = rules.rules
    run = [dice.hit(rules, rule, "ben") for _ in range(50)]
    for number in range(10):
        dice.hit(rules, rule, str(number))
    assert [dice.hit(rules, rule, "ben") for _ in range(50)] == run
    for number in range(10_000):
        dice.hit(rules, rule, str(number))
    assert len(dice._asked) == 10


@given(st.text(), st.text())
def test_recipients_do_not_touch_one_another(one: str, other: str) -> None:
    """However often another was asked about, a recipient has its own run."""
    dice, rules = Dice(), half()
    (rule,) = rules.rules
    alone = [Dice().hit(rules, rule, one), dice.hit(rules, rule, one)]
    if other.casefold() != one.casefold():
        dice.hit(rules, rule, other)
    fresh = Dice()
    again = [fresh.hit(rules, rule, one) for _ in range(2)]
    assert alone == [again[0]] * 2
    assert dice.hit(rules, rule, one) == again[1]
