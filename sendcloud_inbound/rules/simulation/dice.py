"""Whether a rule with a probability hits, so that runs repeat.

A hit follows from the seed, the rule's number, the recipient and how often the rule was asked about
that recipient: the same mails in the same order have the same outcomes, in every run and whatever
the other recipients do.
"""

from __future__ import annotations

from collections import OrderedDict
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sendcloud_inbound.rules.simulation.ruleset import Rule, RuleSet

_MOST = 100_000
"""Recipients counted at a time; the ones not asked about for longest begin anew."""
_OCTETS = 8
_ALL = 256.0**_OCTETS


class Dice:
    """Counts how often each rule was asked about each recipient, since the program began."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._asked: OrderedDict[tuple[RuleSet, int, str], int] = OrderedDict()

    def hit(self, rules: RuleSet, rule: Rule, recipient: str) -> bool:
        """Tell whether a rule hits this time."""
        if rule.probability >= 1:
            return True
        if rule.probability <= 0:
            return False
        folded = recipient.casefold()
        nth = self._count((rules, rule.number, folded))
        return _fraction(rules.seed, rule.number, folded, nth) < rule.probability

    def _count(self, key: tuple[RuleSet, int, str]) -> int:
        nth = self._asked.pop(key, 0)
        self._asked[key] = nth + 1
        if len(self._asked) > self._most:
            self._asked.popitem(last=False)
        return nth


def _fraction(seed: int, number: int, recipient: str, nth: int) -> float:
    """Return a number from 0 up to 1 that looks like any."""
    asked = f"{seed} {number} {nth} {recipient}".encode(errors="surrogatepass")
    return int.from_bytes(blake2b(asked, digest_size=_OCTETS).digest()) / _ALL
