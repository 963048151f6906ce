"""What it means that somebody follows a link: whose it is, and the event that it makes.

Each time is an event of its own, so an email opened twice has two; a click is a click, and no open
beside it. Unsubscribing writes its suppression with the event (SENDCLOUD.md 5.4).
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from sendcloud_inbound.errors import StoreUnavailable
from sendcloud_inbound.rules import tracking
from sendcloud_inbound.rules.history import EventKind
from sendcloud_inbound.rules.ids import parse_email_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sendcloud_inbound.events import Events
    from sendcloud_inbound.http.tracking.host import TrackingHost
    from sendcloud_inbound.ports import Catalogue, StoredEmail
    from sendcloud_inbound.rules.tracking import Kind, Tracked

_log = structlog.get_logger()

PATIENCE_S = 3.0
"""How long a reader waits for a store that does not answer."""


class Follower:
    """Takes links apart and lets happen what following them means."""

    def __init__(self, host: TrackingHost, catalogue: Catalogue, events: Events) -> None:
        self.host = host
        self._catalogue = catalogue
        self._events = events

    def read(self, token: str, kind: Kind) -> Tracked | None:
        """Take a link's token apart; None when it is not one that we signed for that."""
        return tracking.read(token, kind, self.host.key)

    async def email(self, tracked: Tracked) -> StoredEmail | None:
        """Return the email that a link is of; None when it is stored no longer."""
        try:
            named = parse_email_id(tracked.email_id)
        except ValueError:
            return None
        async with asyncio.timeout(PATIENCE_S):
            email = await self._catalogue.email(named.message_id, named.position)
        return email if email and email.recipient == named.recipient else None

    async def happen(self, email: StoredEmail, kind: Kind, details: Mapping[str, str]) -> None:
        """Write the event, and all that follows from it."""
        async with asyncio.timeout(PATIENCE_S):
            await self._events.happen(email, EventKind(kind), details)

    async def note(self, tracked: Tracked, details: Mapping[str, str]) -> None:
        """Write the event if it can be written: a reader does not suffer for our store."""
        try:
            email = await self.email(tracked)
            if email is not None:
                await self.happen(email, tracked.kind, details)
        except StoreUnavailable as error:
            _warn("tracking_event_lost", tracked, str(error))
        except TimeoutError:  # it may be written yet: a commit goes on when nobody waits for it
            _warn("tracking_event_late", tracked, "the store does not answer")


def _warn(event: str, tracked: Tracked, reason: str) -> None:
    _log.warning(event, email_id=tracked.email_id, kind=tracked.kind.value, reason=reason)
