"""Where emails go once they are expanded: our own mailbox, a maildir, or another server."""

from __future__ import annotations

from sendcloud_inbound.delivery.mailbox import Mailbox
from sendcloud_inbound.delivery.maildir import Maildir

__all__ = ["Mailbox", "Maildir"]
