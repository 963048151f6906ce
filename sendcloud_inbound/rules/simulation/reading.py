"""From the JSON of an API_USER's rules to a `RuleSet`, and back.

What cannot be read, or means nothing, is refused with one sentence that names the rule, by its
place from 0, and what may stand there.
"""

from __future__ import annotations

import json
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from sendcloud_inbound.rules.simulation.effects import effect
from sendcloud_inbound.rules.simulation.form import EXPECTED, KEYS, RuleForm, RulesForm, shown
from sendcloud_inbound.rules.simulation.outcomes import ForcedOutcome
from sendcloud_inbound.rules.simulation.ruleset import Rule, RuleSet

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_LONGEST_KEY = 40
"""Longer ones resemble nothing, and comparing takes its time."""


def read_rules(text: str) -> RuleSet:
    """Read the JSON; `ValueError` says in one sentence what is wrong, and with which rule."""
    try:
        form = RulesForm.model_validate_json(text)
    except ValidationError as error:
        raise ValueError(_sentence(error.errors(include_url=False)[0])) from None
    rules = tuple(_rule(number, each) for number, each in enumerate(form.rules))
    return RuleSet(rules, form.seed)


def document(rules: RuleSet) -> dict[str, Any]:
    """Return the rules as the JSON has them, every value that a default gave included."""
    return {"seed": rules.seed, "rules": [_row(rule) for rule in rules.rules]}


def to_json(rules: RuleSet) -> str:
    """Return JSON that `read_rules` reads the same."""
    return json.dumps(document(rules), ensure_ascii=False, separators=(",", ":"))


def _rule(number: int, form: RuleForm) -> Rule:
    try:
        return Rule(number, form.recipient, form.probability, effect(form), form.event)
    except ValueError as error:
        raise ValueError(f"rules[{number}]: {error}") from None


def _row(rule: Rule) -> dict[str, Any]:
    kind, values = _values(rule)
    row: dict[str, Any] = {"recipient": rule.recipient, **kind}
    row |= {name: value for name, value in values.items() if value}
    return row | {"probability": rule.probability}


def _values(rule: Rule) -> tuple[dict[str, str], dict[str, Any]]:
    """Return the key that says what kind of rule it is, and the values that belong to it."""
    forced = rule.effect
    if isinstance(forced, ForcedOutcome):
        values = forced._asdict()
        return {"outcome": values.pop("outcome").value}, values
    members = {"event": rule.event and rule.event.value, **forced._asdict()}
    values = {name: members[name] for name in KEYS[forced.fault]}
    return {"webhook": forced.fault.value}, values


def _sentence(mistake: ErrorDetails) -> str:
    """Say what pydantic found."""
    path = mistake["loc"]
    place = f"rules[{path[1]}]: " if len(path) > 1 else ""
    key = str(path[-1]) if path else ""
    if mistake["type"] == "json_invalid":
        return f"the rules are not JSON: {mistake['ctx']['error']}"
    if mistake["type"] == "extra_forbidden":
        return place + _unknown(key, RuleForm if place else RulesForm)
    if key not in EXPECTED:
        what = place.removesuffix(": ") or "the JSON"
        return f"{what} is no object" + ("" if place else ', such as {"seed": 0, "rules": []}')
    return f"{place}{key} is {shown(mistake['input'])}; give {EXPECTED[key]}"


def _unknown(key: str, form: type[RuleForm | RulesForm]) -> str:
    known = form.model_fields
    near = get_close_matches(key[:_LONGEST_KEY].lower(), known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
    return f"unknown key {shown(key)}; {hint}"
