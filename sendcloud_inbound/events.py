"""The one way in which something happens to mail after its acceptance: written, and told.

An event, the state it leaves the email in, what it does to further mail, and the calls that tell
webhooks of it are one transaction.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sendcloud_inbound.rules import story
from sendcloud_inbound.rules.events import About, form
from sendcloud_inbound.rules.faults import fault_text
from sendcloud_inbound.rules.history import NO_DETAILS, Change, Event, EventKind, Post
from sendcloud_inbound.rules.model import Email

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from sendcloud_inbound.ports import Clock, Orders, Outbox, StoredEmail
    from sendcloud_inbound.rules.orders import Webhook
    from sendcloud_inbound.rules.simulation import Simulation


NO_MAIL = About("", None, "", ())
"""Of ours, that is."""


class Events:
    """Makes events happen, and knows whom to tell."""

    def __init__(
        self, outbox: Outbox, orders: Orders, simulation: Simulation, clock: Clock
    ) -> None:
        self._outbox = outbox
        self._orders = orders
        self._simulation = simulation
        self._clock = clock

    async def happen(
        self, email: StoredEmail, kind: EventKind, details: Mapping[str, Any] = NO_DETAILS
    ) -> Event:
        """Let something happen to an email now; `StoreUnavailable` when it cannot be written."""
        now_ms = self._clock.now_ms()
        event = Event(kind, email.api_user, now_ms, email.position, 1, details)
        before = state_of(email)
        after = story.after(before, event)
        change = Change(
            key=email.key,
            position=email.position,
            email=None if after is before else after,
            events=(event,),
            posts=self.posts([event], about(email)),
            suppressions=tuple(story.suppressed_by(event, email.recipient)),
        )
        await self._outbox.change([change])
        return event

    async def receive(self, api_user: str, details: Mapping[str, Any]) -> Event:
        """Let a mail come in from outside, as `rules.inbound` reads it: a `route` event."""
        event = Event(EventKind.ROUTE, api_user, self._clock.now_ms(), 0, 0, details)
        await self._outbox.note(event, self.posts([event], NO_MAIL))
        return event

    def posts(self, events: Iterable[Event], mail: About) -> tuple[Post, ...]:
        """Return the calls that tell webhooks of events.

        `mail` has the recipients by position, or that of the one email which all events are about.
        """
        return tuple(self._posts(events, mail))

    def _posts(self, events: Iterable[Event], mail: About) -> Iterator[Post]:
        for event in events:
            webhooks = self._orders.webhooks(event.api_user, event.kind)
            for one, its_mail in _apart(event, mail) if webhooks else ():
                fields = json.dumps(form(one, its_mail))
                fault = self._fault(one, its_mail)
                for webhook in webhooks:
                    yield _post(one, fields, fault, webhook)

    def _fault(self, event: Event, mail: About) -> str | None:
        """Return what a rule makes wrong about the calls that tell of an event."""
        rules = self._orders.rules(event.api_user)
        if not (rules.faults and mail.recipients):
            return None
        forced = self._simulation.fault(mail.recipients[0], event.kind, rules)
        return None if forced is None else fault_text(*forced)


def about(email: StoredEmail) -> About:
    """Return the mail that events of one email are about."""
    return About(
        email.message_id,
        email.label_id,
        email.user_headers,
        (email.recipient,),
        email.label_name,
        email.list_task_id,
    )


def state_of(email: StoredEmail) -> Email:
    """Return the state that a stored email is in."""
    return Email(email.position, email.recipient, email.status, email.sub_status, email.reason)


def _apart(event: Event, mail: About) -> Iterator[tuple[Event, About]]:
    """Yield an event for each email it happened to: each is told by itself (4.1)."""
    if not event.emails:
        yield event, mail
        return
    for position in range(event.position, event.position + event.emails):
        recipient = _at(mail.recipients, position)
        its_mail = mail._replace(recipients=(recipient,))
        yield event._replace(position=position, emails=1), its_mail


def _at(recipients: Sequence[str], position: int) -> str:
    return recipients[0] if len(recipients) == 1 else recipients[position]


def _post(event: Event, fields: str, fault: str | None, webhook: Webhook) -> Post:
    return Post(
        webhook_key=webhook.key,
        api_user=event.api_user,
        url=webhook.url,
        kind=event.kind,
        position=event.position,
        fields=fields,
        due_at_ms=event.occurred_at_ms,
        created_at_ms=event.occurred_at_ms,
        fault=fault,
    )
