"""Addresses at the reserved domain that ask for an outcome by their name.

    deliver@  report_spam@  open@  click@  unsubscribe@  drop@
    invalid@  invalid+404@  soft_bounce@  soft_bounce+503@     406 and 509 when no number is given
    defer@  defer-2@                                           once when no number is given
    slow-5s@  slow-500ms@
    refuse@  refuse-451@  data@  data-451@                     550 and 552 when no number is given

A `+tag` may stand behind any of them, as in `open+ben@` or `invalid+404+ben@`, so that recipients
can be told apart. Any other address of the domain is delivered, one with a number that means
nothing too (`soft_bounce+501@`, `refuse-250@`): nothing at the domain ever leaves the sandbox.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from sendcloud_inbound.rules import statuses
from sendcloud_inbound.rules.simulation import outcomes
from sendcloud_inbound.rules.simulation.outcomes import ForcedOutcome, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_NAME = re.compile(
    r"(?P<name>[a-z_]{1,20})(?:-(?P<number>[0-9]{1,8})(?P<unit>m?s)?)?(?:\+(?P<tag>.*))?", re.DOTALL
)
_SECONDS = {"s": 1.0, "ms": 0.001}

DELIVERED: Final = ForcedOutcome(Outcome.DELIVER)


class _Asked(NamedTuple):
    """What stands behind the name."""

    number: int | None
    unit: str | None
    tag: str


def read_magic(address: str, domain: str) -> ForcedOutcome | None:
    """Return what an address asks for; None when it is not of the reserved domain."""
    local, _, host = address.rpartition("@")
    if not domain or host.lower() != domain:
        return None
    found = _NAME.fullmatch(local.lower())
    read = _READERS.get(found["name"]) if found else None
    if found is None or read is None:
        return DELIVERED
    number = int(found["number"]) if found["number"] else None
    return read(_Asked(number, found["unit"], found["tag"] or "")) or DELIVERED


def _plain(outcome: Outcome) -> Callable[[_Asked], ForcedOutcome | None]:
    def read(asked: _Asked) -> ForcedOutcome | None:
        return ForcedOutcome(outcome) if asked.number is None else None

    return read


def _failed(
    outcome: Outcome, default: int, known: frozenset[int]
) -> Callable[[_Asked], ForcedOutcome | None]:
    def read(asked: _Asked) -> ForcedOutcome | None:
        number, _, _ = asked.tag.partition("+")
        is_number = number.isascii() and number.isdigit()
        sub_status = int(number[:9]) if is_number else default
        if asked.number is not None or sub_status not in known:
            return None
        return ForcedOutcome(outcome, sub_status=sub_status)

    return read


def _refused(outcome: Outcome, default: int) -> Callable[[_Asked], ForcedOutcome | None]:
    def read(asked: _Asked) -> ForcedOutcome | None:
        code = default if asked.number is None else asked.number
        taken = outcomes.is_refusal(code) and asked.unit is None
        return ForcedOutcome(outcome, code=code) if taken else None

    return read


def _defer(asked: _Asked) -> ForcedOutcome | None:
    times = 1 if asked.number is None else asked.number
    taken = 1 <= times <= outcomes.MAX_TIMES and asked.unit is None
    return ForcedOutcome(Outcome.DEFER, times=times) if taken else None


def _slow(asked: _Asked) -> ForcedOutcome | None:
    if not asked.number or asked.unit is None:
        return None
    delay_s = asked.number * _SECONDS[asked.unit]
    return ForcedOutcome(Outcome.SLOW, delay_s=delay_s) if delay_s <= outcomes.MAX_DELAY_S else None


_READERS: Mapping[str, Callable[[_Asked], ForcedOutcome | None]] = {
    **{
        outcome.value: _plain(outcome)
        for outcome in (
            Outcome.DELIVER,
            Outcome.REPORT_SPAM,
            Outcome.OPEN,
            Outcome.CLICK,
            Outcome.UNSUBSCRIBE,
            Outcome.DROP,
        )
    },
    Outcome.INVALID: _failed(Outcome.INVALID, outcomes.DEFAULT_INVALID, statuses.INVALID),
    Outcome.SOFT_BOUNCE: _failed(
        Outcome.SOFT_BOUNCE, outcomes.DEFAULT_SOFT_BOUNCE, statuses.SOFT_BOUNCE
    ),
    Outcome.DEFER: _defer,
    Outcome.SLOW: _slow,
    Outcome.REFUSE: _refused(Outcome.REFUSE, outcomes.DEFAULT_REFUSE),
    Outcome.DATA: _refused(Outcome.DATA, outcomes.DEFAULT_DATA),
}
