"""What the program needs from outside, as each caller sees it.

`app` builds the real things; tests build others that pass the same contract suites.
"""

from __future__ import annotations

from sendcloud_inbound.ports.history import (
    EventFilter,
    Journal,
    Lent,
    Orders,
    Outbox,
    StoredEvent,
    Suppressions,
)
from sendcloud_inbound.ports.mail import (
    AccountBook,
    Catalogue,
    Claim,
    Clock,
    Ids,
    MessageFilter,
    Page,
    Queue,
    Row,
    StoredEmail,
    StoredMessage,
    Target,
    Work,
)

__all__ = [
    "AccountBook",
    "Catalogue",
    "Claim",
    "Clock",
    "EventFilter",
    "Ids",
    "Journal",
    "Lent",
    "MessageFilter",
    "Orders",
    "Outbox",
    "Page",
    "Queue",
    "Row",
    "StoredEmail",
    "StoredEvent",
    "StoredMessage",
    "Suppressions",
    "Target",
    "Work",
]
