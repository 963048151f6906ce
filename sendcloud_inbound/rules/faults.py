"""What is wrong about a webhook call on purpose, to test its receiver: `late`, `late:30`, ...

Not SendCloud's: what a receiver must be able to bear, whoever sends. A rule names the fault of a
call when the call is made; the text stands in its row.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from sendcloud_inbound.rules.history import WebhookFault
from sendcloud_inbound.rules.signatures import Signed, signed

_FORM = re.compile(r"([a-z_]+)(?::([0-9]{1,9}))?", re.ASCII)


class _Amount(NamedTuple):
    usual: int
    least: int
    most: int
    what: str


_AMOUNTS: Final = {
    WebhookFault.LATE: _Amount(30, 1, 2_592_000, "seconds that the call comes late"),
    WebhookFault.DUPLICATE: _Amount(2, 2, 10, "times that the same call is sent in all"),
    WebhookFault.OLD_TIMESTAMP: _Amount(86_400, 1, 315_360_000, "seconds that its time is old"),
    WebhookFault.OUT_OF_ORDER: _Amount(5, 1, 60, "seconds that it waits at most for the next one"),
}
"""Those that have an amount: what it is by default, and between which bounds."""


class Fault(NamedTuple):
    """What is wrong about a call, and how much."""

    kind: WebhookFault
    amount: int = 0
    """Seconds, or times; 0 where there is nothing to count."""

    @property
    def times(self) -> int:
        """How often the same call is sent once it arrives."""
        return self.amount if self.kind is WebhookFault.DUPLICATE else 1

    def held_until_ms(self, created_at_ms: int) -> int:
        """Return until when a call is held back that was made then."""
        is_held = self.kind in {WebhookFault.LATE, WebhookFault.OUT_OF_ORDER}
        return created_at_ms + self.amount * 1000 if is_held else created_at_ms

    def sign(self, app_key: str, now_ms: int, token: str) -> Signed:
        """Return the three fields of a call with this fault."""
        if self.kind is WebhookFault.OLD_TIMESTAMP:
            return signed(app_key, max(now_ms - self.amount * 1000, 0), token)
        right = signed(app_key, now_ms, token)
        if self.kind is WebhookFault.BAD_SIGNATURE:
            return right._replace(signature=_one_digit_off(right.signature))
        return right


def fault_of(text: str) -> Fault:
    """Read a fault's text; `ValueError` says what is wrong with it."""
    found = _FORM.fullmatch(text)
    if found is None or found[1] not in set(WebhookFault):
        raise ValueError(
            f"a fault is one of {', '.join(WebhookFault)}, some with an amount: late:30"
        )
    kind = WebhookFault(found[1])
    amount = _AMOUNTS.get(kind)
    if amount is None:
        if found[2]:
            raise ValueError(f"{kind} has no amount")
        return Fault(kind)
    given = int(found[2]) if found[2] else amount.usual
    if not amount.least <= given <= amount.most:
        raise ValueError(f"{kind} takes {amount.what}, from {amount.least} to {amount.most}")
    return Fault(kind, given)


def fault_text(kind: WebhookFault, delay_s: float = 0.0, copies: int = 0) -> str:
    """Write a fault as `fault_of` reads it, with what a rule says of it, within the bounds."""
    amount = _AMOUNTS.get(kind)
    given = copies if kind is WebhookFault.DUPLICATE else round(delay_s)
    if amount is None or given < amount.least:
        return kind.value
    return f"{kind.value}:{min(given, amount.most)}"


def _one_digit_off(signature: str) -> str:
    return signature[:-1] + ("1" if signature.endswith("0") else "0")
