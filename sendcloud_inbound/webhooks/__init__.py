"""Webhooks: what happens to mail is told to the URLs that asked for it (SENDCLOUD.md 4.1).

`poster` alone imports httpx, which takes a while: `app` has it imported for the first call.
"""

from __future__ import annotations

from sendcloud_inbound.webhooks.teller import Manner, Teller

__all__ = ["Manner", "Teller"]
