"""What can be forced: an outcome on a mail or on its SMTP session, a fault on a webhook call."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from sendcloud_inbound.rules.history import WebhookFault

MAX_TIMES: Final = 20
"""Put-off attempts of one mail: with waits that double, more would be months."""
MAX_DELAY_S: Final = 86_400.0
MAX_COPIES: Final = 10
DEFAULT_INVALID: Final = 406
"""The address does not exist: what most invalid mail is (SENDCLOUD.md 5.2)."""
DEFAULT_SOFT_BOUNCE: Final = 509
DEFAULT_REFUSE: Final = 550
"""What a refusal of RCPT has (HARAKA.md 6)."""
DEFAULT_DATA: Final = 552
"""What a refusal after the dot has (HARAKA.md 6)."""


def is_refusal(code: int) -> bool:
    """Tell whether a reply code refuses, for now or for good."""
    return 400 <= code <= 599  # noqa: PLR2004 - the classes of SMTP (RFC 5321 4.2.1)


class Outcome(StrEnum):
    """What becomes of a mail, by the names of magic addresses and of rules."""

    DELIVER = "deliver"
    INVALID = "invalid"
    SOFT_BOUNCE = "soft_bounce"
    REPORT_SPAM = "report_spam"
    """Delivered, then reported."""
    OPEN = "open"
    """Delivered, then opened."""
    CLICK = "click"
    """Delivered, opened, then a link followed."""
    UNSUBSCRIBE = "unsubscribe"
    """Delivered, then unsubscribed."""
    DEFER = "defer"
    """Put off some times, then delivered."""
    SLOW = "slow"
    """Delivered after a while."""
    REFUSE = "refuse"
    """Refused at RCPT."""
    DATA = "data"
    """Refused at the end of DATA."""
    DROP = "drop"
    """Taken, then the connection closed without a reply."""


IN_SESSION: Final = frozenset({Outcome.REFUSE, Outcome.DATA, Outcome.DROP})
"""Those that the SMTP session comes to; they look at the envelope's recipients alone."""


class ForcedOutcome(NamedTuple):
    """An outcome and what belongs to it; the rest is as by default."""

    outcome: Outcome
    sub_status: int = 0
    """Of `invalid` and `soft_bounce` (SENDCLOUD.md 5.2, 5.3)."""
    times: int = 0
    """Of `defer`: how often sending is put off."""
    delay_s: float = 0.0
    """Of `slow`."""
    code: int = 0
    """Of `refuse` and `data`: 4xx or 5xx."""
    text: str | None = None
    """What is said: in the reply, or as the log text of an event; None: the usual."""


class ForcedFault(NamedTuple):
    """What is made wrong about the calls that tell of an event."""

    fault: WebhookFault
    delay_s: float = 0.0
    """Of `late` and `out_of_order`: how long it is held back; of `old_timestamp`: how old it is."""
    copies: int = 0
    """Of `duplicate`: how many calls are made of one."""
