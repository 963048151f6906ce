"""What SMTP sessions were refused that never became a message, why, and what to do about it.

    attempts  what is kept of a refusal, and the last few hundred of them, in memory
    remedies  how each is mended, in English and Chinese

A message refused at the end of DATA is stored as one, with its findings; what is here was refused
before there was a message (a login, a sender, a recipient), or could not be stored.
"""

from __future__ import annotations

from sendcloud_inbound.rules.refusals.attempts import FIRST_REFUSAL, Attempt, Attempts, Refusal
from sendcloud_inbound.rules.refusals.remedies import REMEDIES, Remedy, Trouble, trouble_of

__all__ = [
    "FIRST_REFUSAL",
    "REMEDIES",
    "Attempt",
    "Attempts",
    "Refusal",
    "Remedy",
    "Trouble",
    "trouble_of",
]
