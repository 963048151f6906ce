"""What a session does because a rule or a magic address asks for it.

Asked about are the recipients of the envelope, at RCPT; what they ask for at the end of DATA is
noted on the envelope until then, and a refusal there goes before a silence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sendcloud_inbound.intake import NOTHING_FORCED
from sendcloud_inbound.rules import replies
from sendcloud_inbound.rules.acceptance import Verdict
from sendcloud_inbound.rules.lint import finding
from sendcloud_inbound.rules.simulation import Outcome

if TYPE_CHECKING:
    from sendcloud_inbound.rules.replies import Reply
    from sendcloud_inbound.rules.simulation import ForcedOutcome


class ForcedEnd(NamedTuple):
    """What comes of a message after its dot, and because of whom."""

    outcome: ForcedOutcome
    address: str

    @property
    def is_silence(self) -> bool:
        """Whether the client is told nothing."""
        return self.outcome.outcome is Outcome.DROP


def refusal_of(address: str, forced: ForcedOutcome | None) -> Reply | None:
    """Return what RCPT is refused with; None takes it."""
    if forced is None or forced.outcome is not Outcome.REFUSE:
        return None
    return replies.recipient_denied(address, forced.code, forced.text)


def end_of(noted: ForcedEnd | None, address: str, forced: ForcedOutcome | None) -> ForcedEnd | None:
    """Return what comes of a message once one more recipient was asked about."""
    if forced is None or forced.outcome is Outcome.REFUSE:
        return noted
    if noted is None or (noted.is_silence and forced.outcome is Outcome.DATA):
        return ForcedEnd(forced, address)
    return noted


def verdict_of(end: ForcedEnd | None) -> Verdict:
    """Return what the intake is told of it."""
    if end is None:
        return NOTHING_FORCED
    if end.is_silence:
        return Verdict((finding("forced-silence", "RCPT", address=end.address),), None)
    refusal = replies.message_denied(end.outcome.code, end.outcome.text)
    found = finding("forced-refusal", "RCPT", reply=refusal.code, address=end.address)
    return Verdict((found,), refusal)
