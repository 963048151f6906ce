"""Outcomes that a developer asks for, by a magic address or by a rule, and how they come about.

    outcomes   what can be forced on a mail, on its session, or on a webhook call
    ruleset    the rules of one API_USER
    reading    their JSON, as the sandbox API takes and shows it
    magic      addresses that ask for an outcome by their name
    dice       whether a rule with a probability hits; the same in every run
    choosing   `Simulation`: which rule or magic address decides
    steps      what then happens to an email, and when

Rules go before magic addresses. None of this is SendCloud's own: what comes of it is.
"""

from __future__ import annotations

from sendcloud_inbound.rules.simulation.choosing import Simulation
from sendcloud_inbound.rules.simulation.outcomes import ForcedFault, ForcedOutcome, Outcome
from sendcloud_inbound.rules.simulation.reading import document, read_rules, to_json
from sendcloud_inbound.rules.simulation.ruleset import NO_RULES, Rule, RuleSet
from sendcloud_inbound.rules.simulation.steps import (
    failure_details,
    steps_from_json,
    steps_to_json,
)

__all__ = [
    "NO_RULES",
    "ForcedFault",
    "ForcedOutcome",
    "Outcome",
    "Rule",
    "RuleSet",
    "Simulation",
    "document",
    "failure_details",
    "read_rules",
    "steps_from_json",
    "steps_to_json",
    "to_json",
]
