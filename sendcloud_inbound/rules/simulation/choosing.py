"""Which rule or magic address decides.

The first rule that matches and hits does; magic addresses come after all rules. Rules about webhook
calls are looked at apart from those that force an outcome, and of these each has one moment: at
RCPT those that the session comes to (`refuse`, `data`, `drop`), later all others. So that the order
of the rules counts at both: one that forces another outcome for certain hides what comes after it
from the session too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendcloud_inbound.rules.simulation.dice import Dice
from sendcloud_inbound.rules.simulation.magic import DELIVERED, read_magic
from sendcloud_inbound.rules.simulation.outcomes import IN_SESSION
from sendcloud_inbound.rules.simulation.ruleset import concerns
from sendcloud_inbound.rules.simulation.steps import steps

if TYPE_CHECKING:
    from sendcloud_inbound.rules.history import EventKind, Step
    from sendcloud_inbound.rules.simulation.outcomes import ForcedFault, ForcedOutcome
    from sendcloud_inbound.rules.simulation.ruleset import Rule, RuleSet

_RETRY_DELAY_S = 60.0


class Simulation:
    """Decides what is forced; one for all API_USERs of a process, since it counts for its dice."""

    def __init__(
        self, domain: str = "", *, delay_s: float = 0.0, retry_delay_s: float = _RETRY_DELAY_S
    ) -> None:
        self.domain = domain
        """The reserved one, in lower case; empty: no address is magic."""
        self._delay_s = delay_s
        self._retry_delay_s = retry_delay_s
        self._dice = Dice()

    def at_recipient(self, recipient: str, rules: RuleSet) -> ForcedOutcome | None:
        """Return what the SMTP session comes to because of a recipient; None: it goes on."""
        for rule, forced, in_session in rules.outcomes:
            if not concerns(rule, recipient):
                continue
            if in_session and self._dice.hit(rules, rule, recipient):
                return forced
            if not in_session and rule.probability >= 1:
                return None
        forced_by_name = read_magic(recipient, self.domain)
        if forced_by_name is None or forced_by_name.outcome not in IN_SESSION:
            return None
        return forced_by_name

    def outcome(self, recipient: str, rules: RuleSet) -> ForcedOutcome | None:
        """Return what becomes of a mail to a recipient; None: nothing is forced.

        A recipient that had its say in the session, or was in no envelope, such as one of
        X-SMTPAPI `to`, has none here: at the reserved domain it is delivered.
        """
        for rule, forced, in_session in rules.outcomes:
            if not in_session and self._decides(rules, rule, recipient):
                return forced
        forced_by_name = read_magic(recipient, self.domain)
        if forced_by_name is not None and forced_by_name.outcome in IN_SESSION:
            return DELIVERED
        return forced_by_name

    def plan(self, recipient: str, rules: RuleSet) -> tuple[Step, ...] | None:
        """Return what happens to a mail to a recipient, step by step; None: nothing is forced."""
        forced = self.outcome(recipient, rules)
        return None if forced is None else steps(forced, self._delay_s, self._retry_delay_s)

    def fault(self, recipient: str, kind: EventKind, rules: RuleSet) -> ForcedFault | None:
        """Return what is made wrong about the calls that tell of an event; None: nothing.

        The recipient of a `request` event, which has several, is its first.
        """
        for rule, forced in rules.faults:
            if rule.event in {None, kind} and self._decides(rules, rule, recipient):
                return forced
        return None

    def _decides(self, rules: RuleSet, rule: Rule, recipient: str) -> bool:
        return concerns(rule, recipient) and self._dice.hit(rules, rule, recipient)
