"""What happened to the chosen recipient's email, and what webhooks were told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sendcloud_inbound.http.sandbox import events, webhook_deliveries
from sendcloud_inbound.http.sandbox.event_queries import EventQuery
from sendcloud_inbound.http.sandbox.webhook_queries import DeliveryQuery
from sendcloud_inbound.rules.history import EventKind, PostState

if TYPE_CHECKING:
    from fastapi import Request

    from sendcloud_inbound.http.parts import Parts
    from sendcloud_inbound.http.sandbox.answers import EventItem
    from sendcloud_inbound.http.sandbox.webhook_answers import DeliveryItem

_MOST = 100
"""Of each, the newest: `GET /sandbox/v1/events` has all."""


class Happenings(NamedTuple):
    """Newest first."""

    events: list[EventItem]
    deliveries: list[DeliveryItem]

    @property
    def is_waiting(self) -> bool:
        """Whether a webhook is to be told something yet."""
        return any(each.state is PostState.WAITING for each in self.deliveries)


async def of_email(
    request: Request, program: Parts, message_id: str, email_id: str | None
) -> Happenings:
    """Return what happened to an email, or to a message that has none."""
    if email_id is None:
        asked = DeliveryQuery(message_id=message_id, limit=_MOST)
        deliveries = (await webhook_deliveries.list_deliveries(program.posts, asked)).items
        query = EventQuery(message_id=message_id, limit=_MOST)
    else:
        deliveries = await _deliveries(program, message_id, email_id)
        query = EventQuery(email_id=email_id, limit=_MOST)
    return Happenings((await events.list_events(request, query)).items, deliveries)


async def _deliveries(program: Parts, message_id: str, email_id: str) -> list[DeliveryItem]:
    """Return what was told of an email, and of its message as a whole."""
    found: list[DeliveryItem] = []
    for query in (
        DeliveryQuery(email_id=email_id, limit=_MOST),
        DeliveryQuery(message_id=message_id, event=EventKind.REQUEST, limit=_MOST),
    ):
        found += (await webhook_deliveries.list_deliveries(program.posts, query)).items
    return sorted(found, key=lambda each: each.id, reverse=True)
