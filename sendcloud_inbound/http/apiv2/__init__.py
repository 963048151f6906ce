"""SendCloud's HTTP API under both its prefixes, one pipeline with SMTP (SENDCLOUD.md 7, D9).

call        what a call is, and how one is asked and answered
parameters  from a request to the parameters of a call
envelope    the answer on the wire
mail        mail/send
"""

from __future__ import annotations

from sendcloud_inbound.http.apiv2 import mail
from sendcloud_inbound.http.apiv2.call import PREFIXES, router_of

CALLS = (*mail.CALLS,)
"""All calls there are."""

router = router_of(CALLS)

__all__ = ["CALLS", "PREFIXES", "router"]
