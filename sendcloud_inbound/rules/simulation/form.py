"""The rules as JSON has them: which keys there are, what they hold, which go together."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ConfigDict, Field

from sendcloud_inbound.rules.history import EventKind, WebhookFault
from sendcloud_inbound.rules.simulation import outcomes
from sendcloud_inbound.rules.simulation.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_RULES = 1000
_LONGEST_PATTERN = 320
"""An address has no more (RFC 5321 4.5.3.1)."""
_LONGEST_TEXT = 400
"""A reply line has at most 512 octets (RFC 5321 4.5.3.1.5)."""
_MAX_NUMBER = 2**53
"""Numbers that every JSON reader takes for themselves."""

ANYBODY: Final = "*"

_LONGEST_SHOWN = 60
_MOST_BITS = 64
"""A larger number may have thousands of digits."""


class Part(BaseModel):
    """An object of the JSON: no key but its own, no type but the right one."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)


class RuleForm(Part):
    """One rule: about a mail when it has `outcome`, about webhook calls when it has `webhook`."""

    recipient: str = Field(
        default=ANYBODY,
        min_length=1,
        max_length=_LONGEST_PATTERN,
        description="To whom: an address, or a pattern such as `*@example.com`.",
    )
    probability: float = Field(
        default=1.0, ge=0, le=1, description="How often it hits; the same in every run."
    )
    outcome: Outcome | None = Field(default=None, description="What becomes of the mail.")
    sub_status: int | None = Field(
        default=None, description="Of `invalid` (406 if not given) and `soft_bounce` (509)."
    )
    times: int | None = Field(
        default=None, ge=1, le=outcomes.MAX_TIMES, description="Of `defer`: 1 if not given."
    )
    delay_s: float | None = Field(
        default=None,
        gt=0,
        le=_MAX_NUMBER,
        description="Of `slow`, `late` and `out_of_order`; of `old_timestamp`, how old it is.",
    )
    code: int | None = Field(
        default=None, ge=400, le=599, description="Of `refuse` (550 if not given) and `data` (552)."
    )
    text: str | None = Field(
        default=None,
        min_length=1,
        max_length=_LONGEST_TEXT,
        description="What the reply says, or the log text of `invalid` and `soft_bounce`.",
    )
    webhook: WebhookFault | None = Field(
        default=None, description="What is made wrong about the webhook calls."
    )
    event: EventKind | None = Field(
        default=None, description="Of webhook calls: about which events; null: all."
    )
    copies: int | None = Field(
        default=None,
        ge=1,
        le=outcomes.MAX_COPIES,
        description="Of `duplicate`: how many calls are made of one.",
    )

    def given(self) -> frozenset[str]:
        """Return the names of the keys that are there and not null, but for those of any rule."""
        return frozenset(self.model_dump(exclude_none=True)) - _OF_ANY_RULE


class RulesForm(Part):
    """All rules of an API_USER."""

    seed: int = Field(
        default=0,
        ge=-_MAX_NUMBER,
        le=_MAX_NUMBER,
        description="What the dice of probabilities begin with.",
    )
    rules: tuple[RuleForm, ...] = Field(
        default=(), max_length=MAX_RULES, description="The first that matches and hits decides."
    )


_OF_ANY_RULE = frozenset({"recipient", "probability", "outcome", "webhook"})
_NOTHING: frozenset[str] = frozenset()
_FAILURE = frozenset({"sub_status", "text"})
_REFUSAL = frozenset({"code", "text"})
_EVENT = frozenset({"event"})
_HELD_BACK = frozenset({"event", "delay_s"})

KEYS: Mapping[Outcome | WebhookFault, frozenset[str]] = {
    **dict.fromkeys(Outcome, _NOTHING),
    Outcome.INVALID: _FAILURE,
    Outcome.SOFT_BOUNCE: _FAILURE,
    Outcome.DEFER: frozenset({"times"}),
    Outcome.SLOW: frozenset({"delay_s"}),
    Outcome.REFUSE: _REFUSAL,
    Outcome.DATA: _REFUSAL,
    WebhookFault.BAD_SIGNATURE: _EVENT,
    WebhookFault.OLD_TIMESTAMP: _HELD_BACK,
    WebhookFault.DUPLICATE: frozenset({"event", "copies"}),
    WebhookFault.OUT_OF_ORDER: _HELD_BACK,
    WebhookFault.LATE: _HELD_BACK,
    WebhookFault.DROPPED: _EVENT,
}
"""What else may stand in a rule of each kind."""

EXPECTED: Mapping[str, str] = {
    "seed": "a whole number",
    "rules": f"an array of at most {MAX_RULES} objects",
    "recipient": f"an address or a pattern such as *@example.com, of at most {_LONGEST_PATTERN} "
    "characters",
    "probability": "a number from 0 to 1",
    "outcome": f"one of {', '.join(Outcome)}",
    "sub_status": "a number of SendCloud's table",
    "times": f"a whole number from 1 to {outcomes.MAX_TIMES}",
    "delay_s": "a number of seconds above 0",
    "code": "a number from 400 to 599",
    "text": f"one line of 1 to {_LONGEST_TEXT} characters",
    "webhook": f"one of {', '.join(WebhookFault)}",
    "event": f"one of {', '.join(EventKind)}",
    "copies": f"a whole number from 1 to {outcomes.MAX_COPIES}",
}
"""What each key holds, for people."""


def shown(value: object) -> str:
    """Return a value as JSON writes it, in a few characters."""
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        return "a number of very many digits"
    text = json.dumps(value, default=str)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."
