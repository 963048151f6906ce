"""From a queued message to what becomes of each of its emails.

list_sending  mail to address lists becomes messages
expanding     a message becomes emails
settling      what becomes of them: delivered, refused, put off, as somebody ordered
sending       what is put off or sent on, until its story is over
indexing      full-text search, kept up beside all that
sweeping      what is kept of it all
"""

from __future__ import annotations

from sendcloud_inbound.worker.expanding import Patience, Worker
from sendcloud_inbound.worker.indexing import Indexer
from sendcloud_inbound.worker.list_sending import ListSender
from sendcloud_inbound.worker.sending import Persistence, Sender
from sendcloud_inbound.worker.settling import Outcomes
from sendcloud_inbound.worker.sweeping import Sweeper

__all__ = [
    "Indexer",
    "ListSender",
    "Outcomes",
    "Patience",
    "Persistence",
    "Sender",
    "Sweeper",
    "Worker",
]
