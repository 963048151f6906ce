"""Where emails go once they are expanded: our own mailbox, a maildir, or another server."""

from __future__ import annotations

from sendcloud_inbound.delivery.mailbox import Mailbox
from sendcloud_inbound.delivery.maildir import Maildir
from sendcloud_inbound.delivery.relay import Relay
from sendcloud_inbound.delivery.upstream import RelaySettings

__all__ = ["Mailbox", "Maildir", "Relay", "RelaySettings"]
