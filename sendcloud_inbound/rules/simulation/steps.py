"""What happens to an email after it was accepted, step by step, and how that is kept."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from sendcloud_inbound.rules import backoff, statuses
from sendcloud_inbound.rules.history import EventKind, Step
from sendcloud_inbound.rules.simulation.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sendcloud_inbound.rules.simulation.outcomes import ForcedOutcome

_LONGEST_RETRY_S = 3600.0

BROWSER: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "ip": "192.0.2.1",
        "explorerName": "Chromium",
        "explorerVer": "34.0.1847",
        "oSName": "Windows 7",
        "oSVer": "",
    }
)
"""Who opens and clicks: the capture's own browser (SENDCLOUD.md 4.5), at an address that is
nobody's (RFC 5737)."""
NO_BROWSER: Final[Mapping[str, Any]] = MappingProxyType(dict.fromkeys(BROWSER, ""))
"""Who unsubscribes: in the capture the five fields are empty (SENDCLOUD.md 4.5)."""


_AFTER_DELIVERY: Mapping[Outcome, tuple[Step, ...]] = {
    Outcome.REPORT_SPAM: (Step(0.0, EventKind.REPORT_SPAM),),
    Outcome.OPEN: (Step(0.0, EventKind.OPEN, BROWSER),),
    Outcome.CLICK: (Step(0.0, EventKind.OPEN, BROWSER), Step(0.0, EventKind.CLICK, BROWSER)),
    Outcome.UNSUBSCRIBE: (Step(0.0, EventKind.UNSUBSCRIBE, NO_BROWSER),),
}


def steps(forced: ForcedOutcome, delay_s: float, retry_delay_s: float) -> tuple[Step, ...]:
    """Return what a forced outcome comes to; `delay_s` goes before its first step (S26).

    The wait before the second attempt is `retry_delay_s`; each further one is twice as long.
    """
    match forced.outcome:
        case Outcome.INVALID:
            return (_failure(EventKind.INVALID, forced, delay_s),)
        case Outcome.SOFT_BOUNCE:
            return (_failure(EventKind.SOFT_BOUNCE, forced, delay_s),)
        case Outcome.DEFER:
            waits = (
                backoff.delay_s(failures, retry_delay_s, _LONGEST_RETRY_S)
                for failures in range(1, forced.times + 1)
            )
            kinds = (*[None] * forced.times, EventKind.DELIVER)
            return tuple(map(Step, (delay_s, *waits), kinds))
        case _:
            delivery = Step(delay_s + forced.delay_s, EventKind.DELIVER)
            return (delivery, *_AFTER_DELIVERY.get(forced.outcome, ()))


def _failure(kind: EventKind, forced: ForcedOutcome, delay_s: float) -> Step:
    return Step(delay_s, kind, failure_details(kind, forced.sub_status, forced.text))


def failure_details(kind: EventKind, sub_status: int, text: str | None = None) -> dict[str, Any]:
    """Return the fields of an `invalid` or `soft_bounce` event; `cause` is the latter's alone.

    What a cause looks like is not documented: here it is what the receiving server said.
    """
    log = statuses.log_text(sub_status) if text is None else text
    details = {
        "message": log,
        "subStat": sub_status,
        "subStatDesc": statuses.description(sub_status),
    }
    return details | {"cause": log} if kind is EventKind.SOFT_BOUNCE else details


def steps_to_json(to_come: Iterable[Step]) -> str:
    """Write steps down, each as an array: when, what, and the details if there are any."""
    rows = [
        [step.after_s, step.kind, *([dict(step.details)] if step.details else [])]
        for step in to_come
    ]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def steps_from_json(text: str) -> tuple[Step, ...]:
    """Read steps as `steps_to_json` wrote them."""
    return tuple(
        Step(after_s, None if kind is None else EventKind(kind), *details)
        for after_s, kind, *details in json.loads(text)
    )
