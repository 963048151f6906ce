"""What is put in this process goes to its own worker without a detour through the database.

Once somebody claims here, a message that is put is lent to him from its birth: its row is written
as not due before the lease is over, and when it is committed it waits here, content and all, for
the next claim. That saves a query, an update and a second reading for each. If the process dies,
the lease runs out (or the next start ends it) and the message is claimed from the database.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from sendcloud_inbound.ports import Claim
from sendcloud_inbound.rules.model import MessageStatus
from sendcloud_inbound.store.operations import MAX_CLAIMED_OCTETS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sendcloud_inbound.rules.model import Record
    from sendcloud_inbound.store.operations import Put

_MAX_MESSAGES = 5_000
"""Beyond this, or too many octets, new ones go the long way: the worker is behind."""
_NEARLY = 0.8
"""So much of it is little room."""


class Handover:
    """Messages that are committed, lent to the worker here, and wait for it."""

    def __init__(self) -> None:
        self._lease_ms: int | None = None
        self._waiting: deque[tuple[int, Claim]] = deque()
        self._octets = 0

    def __bool__(self) -> bool:
        return bool(self._waiting)

    @property
    def has_room(self) -> bool:
        """Whether many more can wait here."""
        return not self._is_filled_to(_NEARLY)

    def _is_filled_to(self, part: float) -> bool:
        many = len(self._waiting) >= part * _MAX_MESSAGES
        return many or self._octets >= part * MAX_CLAIMED_OCTETS

    def due_at_ms(self, record: Record) -> int:
        """Return when a new message is due for everybody else: at once, or after the lease."""
        full = self._is_filled_to(1)
        if self._lease_ms is None or full or record.status is not MessageStatus.QUEUED:
            return 0
        return record.received_at_ms + self._lease_ms

    def add(self, put: Put) -> None:
        """Take over what was committed, if it was lent."""
        if put.due_at_ms:
            claim = _claim(put.key, put.record)
            self._waiting.append((put.due_at_ms, claim))
            self._octets += len(claim.content)

    def take(self, limit: int, lease_ms: int, now_ms: int) -> Sequence[Claim]:
        """Give the oldest, without those whose lease ran out while they waited."""
        self._lease_ms = lease_ms
        taken: list[Claim] = []
        while self._waiting and len(taken) < limit:
            until_ms, claim = self._waiting.popleft()
            self._octets -= len(claim.content)
            if until_ms > now_ms:
                taken.append(claim)
        return tuple(taken)


def _claim(key: int, record: Record) -> Claim:
    sent = record.submission
    return Claim(
        key,
        record.message_id,
        sent.api_user,
        sent.label_id,
        sent.mail_from,
        sent.rcpt_to,
        sent.content,
        record.findings,
        1,
        sent.list_task_id,
        record.reading,
    )
