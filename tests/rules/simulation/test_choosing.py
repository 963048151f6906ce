"""Which rule or magic address decides."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sendcloud_inbound.rules.history import EventKind, WebhookFault
from sendcloud_inbound.rules.simulation import (
    NO_RULES,
    ForcedOutcome,
    Outcome,
    RuleSet,
    Simulation,
    read_rules,
)

SIMULATION = Simulation("sandbox.test")
BEN = "ben@ifaxin.com"


def rules(*each: dict[str, Any], seed: int = 0) -> RuleSet:
    """Return a set of rules."""
    return read_rules(json.dumps({"seed": seed, "rules": each}))


def outcome(recipient: str, of: RuleSet) -> Outcome | None:
    """Return what becomes of one mail, by its name alone."""
    forced = SIMULATION.outcome(recipient, of)
    return forced and forced.outcome


def at_recipient(recipient: str, of: RuleSet) -> Outcome | None:
    """Return what the session comes to at RCPT, by its name alone."""
    forced = SIMULATION.at_recipient(recipient, of)
    return forced and forced.outcome


def test_without_rules_only_magic_addresses_are_forced() -> None:
    """Other mail takes its ordinary way."""
    assert outcome(BEN, NO_RULES) is None
    assert at_recipient(BEN, NO_RULES) is None
    assert outcome("open@sandbox.test", NO_RULES) is Outcome.OPEN
    assert outcome("ben@sandbox.test", NO_RULES) is Outcome.DELIVER


def test_the_first_rule_that_matches_decides() -> None:
    """Rules are looked at in their order, whatever their patterns."""
    both = rules(
        {"recipient": "*@IFAXIN.com", "outcome": "open"}, {"recipient": BEN, "outcome": "click"}
    )
    assert outcome(BEN, both) is Outcome.OPEN
    assert outcome("joe@example.com", both) is None


def test_rules_go_before_magic_addresses() -> None:
    """A rule can give a magic address another outcome, in the session too."""
    all_open = rules({"outcome": "open"})
    assert outcome("invalid@sandbox.test", all_open) is Outcome.OPEN
    assert at_recipient("refuse@sandbox.test", all_open) is None
    assert at_recipient(BEN, rules({"outcome": "refuse"})) is Outcome.REFUSE


def test_what_the_session_comes_to_is_no_later_outcome() -> None:
    """Each rule has one moment: those of the session at RCPT, all others afterwards."""
    mixed = rules({"outcome": "refuse"}, {"outcome": "soft_bounce"})
    assert at_recipient(BEN, mixed) is Outcome.REFUSE
    assert outcome(BEN, mixed) is Outcome.SOFT_BOUNCE
    assert outcome("refuse@sandbox.test", NO_RULES) is Outcome.DELIVER
    assert at_recipient("invalid@sandbox.test", NO_RULES) is None


@pytest.mark.parametrize(
    ("probability", "wanted"), [(1, None), (0.99, Outcome.DATA), (0, Outcome.DATA)]
)
def test_only_a_certain_rule_hides_what_comes_after_it(
    probability: float, wanted: Outcome | None
) -> None:
    """One with a probability is rolled for after acceptance, so at RCPT it is passed over."""
    mixed = rules({"outcome": "open", "probability": probability}, {"outcome": "data"})
    assert at_recipient(BEN, mixed) is wanted


def test_every_recipient_is_asked_about_where_a_rule_may_refuse() -> None:
    """The session is spared the question where no rule has a say in it."""
    assert not NO_RULES.asks_session
    assert not rules({"outcome": "invalid"}, {"webhook": "late"}).asks_session
    for name in ("refuse", "data", "drop"):
        assert rules({"outcome": "open"}, {"recipient": BEN, "outcome": name}).asks_session


def test_webhook_rules_are_apart() -> None:
    """One rule forces the outcome, another the fault, and an event's name narrows it."""
    mixed = rules(
        {"outcome": "open"},
        {"event": "deliver", "webhook": "late"},
        {"recipient": BEN, "webhook": "dropped"},
    )
    assert outcome(BEN, mixed) is Outcome.OPEN
    late = SIMULATION.fault(BEN, EventKind.DELIVER, mixed)
    dropped = SIMULATION.fault(BEN, EventKind.OPEN, mixed)
    assert late is not None
    assert dropped is not None
    assert (late.fault, dropped.fault) == (WebhookFault.LATE, WebhookFault.DROPPED)
    assert SIMULATION.fault("joe@example.com", EventKind.OPEN, mixed) is None


def runs(simulation: Simulation, of: RuleSet, recipients: list[str]) -> list[bool]:
    """Return whether the outcome was forced, for one mail to each."""
    return [simulation.outcome(each, of) is not None for each in recipients]


HALF = {"outcome": "invalid", "probability": 0.5}


def test_runs_repeat() -> None:
    """The same mails have the same outcomes in another process, or after the rules were put anew.

    Another order of recipients, or another case of letters, changes nothing for any of them.
    """
    mails = [f"ben{number % 5}@ifaxin.com" for number in range(100)]
    first = runs(SIMULATION, rules(HALF), mails)
    assert runs(Simulation(), rules(HALF), [each.upper() for each in mails]) == first
    assert runs(SIMULATION, rules(HALF), mails) == first
    assert runs(SIMULATION, rules(HALF), sorted(mails)) == [
        hit for number in range(5) for hit in first[number::5]
    ]
    assert runs(SIMULATION, rules(HALF, seed=1), mails) != first


def test_one_recipient_has_now_this_outcome_now_that() -> None:
    """The dice are thrown anew for each mail, and hit about as often as they should."""
    quarter = rules({"outcome": "invalid", "probability": 0.25})
    hits = sum(runs(Simulation(), quarter, [BEN] * 4000))
    assert 900 < hits < 1100


def test_a_rule_that_misses_gives_way_to_the_next() -> None:
    """The next one that matches has its own throw; then the magic address decides."""
    never = rules({"outcome": "invalid", "probability": 0}, {"outcome": "open"})
    assert outcome(BEN, never) is Outcome.OPEN
    alone = rules({"outcome": "invalid", "probability": 0})
    assert SIMULATION.outcome("defer-2@sandbox.test", alone) == ForcedOutcome(
        Outcome.DEFER, times=2
    )
