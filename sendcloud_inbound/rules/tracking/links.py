"""Which links are tracked: those that lead out of the mail, not yet to us (SENDCLOUD.md 6.1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sendcloud_inbound.rules.links import leads_out
from sendcloud_inbound.rules.tracking.payloads import percent_encoded

if TYPE_CHECKING:
    from sendcloud_inbound.rules.tracking.urls import Host

LONGEST = 8192
"""Characters, percent-encoded; not documented. Longer ones than servers take stay as they are."""

_SCHEMES = ("http://", "https://")
_OF_SENDCLOUD = re.compile(
    r"https?://(?:scu\.sohu\.com|track2\.sendcloud\.net|sctrack\.[^/?#:]+|etrack[0-9]+\.com)"
    r"(?::[0-9]*)?/track/(?:click|open|unsubscribe)",
    re.IGNORECASE,
)
"""Also those of customers, `sctrack.<domain>`."""


def is_tracked(link: str, host: Host) -> bool:
    """Tell whether clicks on a link are tracked by that host."""
    own = f"{host.url}/track/"
    return (
        leads_out(link)
        and link[: len(own)].lower() != own.lower()
        and _OF_SENDCLOUD.match(link) is None
        and len(link) <= LONGEST
        and len(percent_encoded(link)) <= LONGEST
    )


def may_lead_out(beginning: str) -> bool:
    """Tell whether what begins so can be a link that is tracked."""
    known = beginning[: len(_SCHEMES[1])].lower()
    return known.startswith(_SCHEMES) or any(scheme.startswith(known) for scheme in _SCHEMES)
