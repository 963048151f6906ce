"""Where emails are sent on to: a maildir, or another server.

What stays in the sandbox is delivered by being stored, and needs no target.
"""

from __future__ import annotations

from sendcloud_inbound.delivery.maildir import Maildir
from sendcloud_inbound.delivery.relay import Relay
from sendcloud_inbound.delivery.upstream import RelaySettings

__all__ = ["Maildir", "Relay", "RelaySettings"]
