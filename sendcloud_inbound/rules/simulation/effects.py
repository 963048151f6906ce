"""From the keys of a rule to what it forces, defaults filled in.

`ValueError` says what means nothing together; the rule is named by who reads it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sendcloud_inbound.rules import statuses
from sendcloud_inbound.rules.faults import fault_of
from sendcloud_inbound.rules.history import WebhookFault
from sendcloud_inbound.rules.simulation import outcomes
from sendcloud_inbound.rules.simulation.form import EXPECTED, KEYS, shown
from sendcloud_inbound.rules.simulation.outcomes import ForcedFault, ForcedOutcome, Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sendcloud_inbound.rules.simulation.form import RuleForm


def effect(form: RuleForm) -> ForcedOutcome | ForcedFault:
    """Return what a rule forces."""
    if form.outcome is not None and form.webhook is None:
        _check_keys(form, form.outcome)
        return _outcome(form, form.outcome)
    if form.webhook is not None and form.outcome is None:
        _check_keys(form, form.webhook)
        return _fault(form, form.webhook)
    raise ValueError("give either outcome or webhook")


def _check_keys(form: RuleForm, kind: Outcome | WebhookFault) -> None:
    foreign = sorted(form.given() - KEYS[kind])
    if foreign:
        taken = ", ".join(sorted(KEYS[kind])) or "nothing more"
        raise ValueError(f"{foreign[0]} means nothing with {kind}, which takes {taken}")


class _Failures(NamedTuple):
    """The sub-statuses of one outcome."""

    default: int
    known: frozenset[int]


_FAILURES: Mapping[Outcome, _Failures] = {
    Outcome.INVALID: _Failures(outcomes.DEFAULT_INVALID, statuses.INVALID),
    Outcome.SOFT_BOUNCE: _Failures(outcomes.DEFAULT_SOFT_BOUNCE, statuses.SOFT_BOUNCE),
}
_CODES: Mapping[Outcome, int] = {
    Outcome.REFUSE: outcomes.DEFAULT_REFUSE,
    Outcome.DATA: outcomes.DEFAULT_DATA,
}


def _outcome(form: RuleForm, outcome: Outcome) -> ForcedOutcome:
    if form.text is not None and not form.text.isprintable():
        raise ValueError(f"text is not {EXPECTED['text']}")
    if outcome in _FAILURES:
        sub_status = _sub_status(form, outcome, _FAILURES[outcome])
        return ForcedOutcome(outcome, sub_status=sub_status, text=form.text)
    if outcome in _CODES:
        return ForcedOutcome(outcome, code=form.code or _CODES[outcome], text=form.text)
    if outcome is Outcome.DEFER:
        return ForcedOutcome(outcome, times=form.times or 1)
    return ForcedOutcome(outcome, delay_s=_slow_s(form) if outcome is Outcome.SLOW else 0.0)


def _slow_s(form: RuleForm) -> float:
    if form.delay_s is None or form.delay_s > outcomes.MAX_DELAY_S:
        most = f"{outcomes.MAX_DELAY_S:.0f}"
        raise ValueError(f"slow needs delay_s, {EXPECTED['delay_s']} and at most {most}")
    return form.delay_s


def _sub_status(form: RuleForm, outcome: Outcome, failures: _Failures) -> int:
    sub_status = failures.default if form.sub_status is None else form.sub_status
    if sub_status not in failures.known:
        numbers = ", ".join(map(str, sorted(failures.known)))
        raise ValueError(
            f"{shown(sub_status)} is no sub_status of {outcome}; give one of {numbers}"
        )
    return sub_status


def _fault(form: RuleForm, fault: WebhookFault) -> ForcedFault:
    """Return it with its amount, within the bounds that `rules.faults` knows."""
    given = form.copies if form.delay_s is None else round(form.delay_s)
    amount = fault_of(fault if given is None else f"{fault}:{given}").amount
    if fault is WebhookFault.DUPLICATE:
        return ForcedFault(fault, copies=amount)
    return ForcedFault(fault, delay_s=float(amount))
