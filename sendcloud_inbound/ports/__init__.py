"""What the program needs from outside, as each caller sees it.

`app` builds the real things; tests build others that pass the same contract suites.
"""

from __future__ import annotations

from sendcloud_inbound.ports.history import (
    Eraser,
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
    AdjustableClock,
    Catalogue,
    Claim,
    Clock,
    Ids,
    MessageFilter,
    Page,
    Queue,
    Row,
    SearchIndex,
    StoredEmail,
    StoredMessage,
    Target,
    Work,
)
from sendcloud_inbound.ports.news import Feed, Interest, News, Notice, Watch, What
from sendcloud_inbound.ports.retention import Bounds, Evicted, Retention
from sendcloud_inbound.ports.webhooks import (
    Answer,
    Attempt,
    LentPost,
    Poster,
    PostFilter,
    PostLog,
    PostQueue,
    StoredPost,
    Told,
)

__all__ = [
    "AccountBook",
    "AdjustableClock",
    "Answer",
    "Attempt",
    "Bounds",
    "Catalogue",
    "Claim",
    "Clock",
    "Eraser",
    "EventFilter",
    "Evicted",
    "Feed",
    "Ids",
    "Interest",
    "Journal",
    "Lent",
    "LentPost",
    "MessageFilter",
    "News",
    "Notice",
    "Orders",
    "Outbox",
    "Page",
    "PostFilter",
    "PostLog",
    "PostQueue",
    "Poster",
    "Queue",
    "Retention",
    "Row",
    "SearchIndex",
    "StoredEmail",
    "StoredEvent",
    "StoredMessage",
    "StoredPost",
    "Suppressions",
    "Target",
    "Told",
    "Watch",
    "What",
    "Work",
]
