"""The outcome rules of all API_USERs, read once for each time that they were put."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sendcloud_inbound.rules.simulation import NO_RULES, RuleSet, read_rules, to_json

if TYPE_CHECKING:
    from sendcloud_inbound.ports import Clock, Orders


class Rulebook:
    """Knows everybody's rules; a set stays the same object until it is put anew."""

    def __init__(self, orders: Orders, clock: Clock) -> None:
        self._orders = orders
        self._clock = clock
        self._read: dict[str, tuple[str, RuleSet]] = {}

    def rules(self, api_user: str) -> RuleSet:
        """Return an API_USER's rules as they are now, in this process; from memory."""
        text = self._orders.rules_text(api_user)
        if text is None:
            self._read.pop(api_user, None)
            return NO_RULES
        known = self._read.get(api_user)
        if known is None or known[0] != text:
            known = self._read[api_user] = (text, read_rules(text))
        return known[1]

    async def put(self, api_user: str, rules: RuleSet) -> RuleSet:
        """Replace an API_USER's rules, and have their dice begin anew."""
        stamped = replace(rules, put_at_ms=self._clock.now_ms())
        await self._orders.put_rules(api_user, to_json(stamped))
        return self.rules(api_user)

    async def remove(self, api_user: str) -> None:
        """Have no rules for an API_USER from now on."""
        await self._orders.put_rules(api_user, None)
