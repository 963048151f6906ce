"""The rules of one API_USER."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from sendcloud_inbound.rules.recipients import matches
from sendcloud_inbound.rules.simulation.outcomes import IN_SESSION, ForcedFault, ForcedOutcome

if TYPE_CHECKING:
    from sendcloud_inbound.rules.history import EventKind


class Rule(NamedTuple):
    """To whom, how likely, and what: on a mail, or on the webhook calls about it."""

    number: int
    """Its place among all rules of its set, from 0."""
    recipient: str
    """A pattern (`rules.recipients`)."""
    probability: float
    effect: ForcedOutcome | ForcedFault
    event: EventKind | None = None
    """Of a webhook rule: which events' calls; None: all."""


class OutcomeRule(NamedTuple):
    """A rule that forces an outcome, in the shape that is asked for every mail."""

    rule: Rule
    forced: ForcedOutcome
    in_session: bool


class FaultRule(NamedTuple):
    """A rule about webhook calls."""

    rule: Rule
    forced: ForcedFault


@dataclass(frozen=True, eq=False)
class RuleSet:
    """The rules in order, and the seed that their dice begin with.

    Two sets are never the same although they read alike: dice count how often each rule of a set
    was asked, so a set that is made anew, as by a PUT, has its run from the beginning.
    """

    rules: tuple[Rule, ...] = ()
    seed: int = 0
    outcomes: tuple[OutcomeRule, ...] = field(init=False)
    """Those that force an outcome, in their order."""
    faults: tuple[FaultRule, ...] = field(init=False)
    """Those about webhook calls, in their order."""
    asks_session: bool = field(init=False)
    """Whether a recipient of any domain may be refused, or have the session dropped."""

    def __post_init__(self) -> None:
        outcomes = tuple(
            OutcomeRule(rule, rule.effect, rule.effect.outcome in IN_SESSION)
            for rule in self.rules
            if isinstance(rule.effect, ForcedOutcome)
        )
        faults = tuple(
            FaultRule(rule, rule.effect)
            for rule in self.rules
            if isinstance(rule.effect, ForcedFault)
        )
        object.__setattr__(self, "outcomes", outcomes)
        object.__setattr__(self, "faults", faults)
        asks_session = any(each.in_session for each in outcomes)
        object.__setattr__(self, "asks_session", asks_session)


NO_RULES = RuleSet()
"""Of an API_USER that has none."""


def concerns(rule: Rule, recipient: str) -> bool:
    """Tell whether a rule is about a recipient."""
    return rule.recipient == "*" or matches(rule.recipient, recipient)
