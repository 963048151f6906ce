"""What becomes of the emails of an expansion: delivered, refused, put off, as somebody ordered.

An address that is suppressed comes first (SENDCLOUD.md 5.4), then what is forced by a rule or by a
magic address; all others are delivered, or go to the outbox where a target sends them on.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from sendcloud_inbound.rules import story
from sendcloud_inbound.rules.events import About
from sendcloud_inbound.rules.first_link import FirstLinks
from sendcloud_inbound.rules.history import Event, EventKind, Pending, Step, SuppressionKind
from sendcloud_inbound.rules.lint import finding
from sendcloud_inbound.rules.model import Email, EmailStatus, Expansion
from sendcloud_inbound.rules.simulation import failure_details, steps_to_json
from sendcloud_inbound.rules.suppression import SUB_STATUSES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sendcloud_inbound.events import Events
    from sendcloud_inbound.ports import Claim, Clock, Labels, Orders, Suppressions
    from sendcloud_inbound.rules.history import Post, Suppression
    from sendcloud_inbound.rules.simulation import RuleSet, Simulation
    from sendcloud_inbound.rules.story import Chapter


QUICK_OCTETS = 256 * 1024
"""Larger messages can be made to take seconds; they are looked at beside the event loop."""
AT_ONCE = (Step(0, EventKind.DELIVER),)
"""What happens to nearly every email of a sandbox."""


class Known(NamedTuple):
    """What the store knows of some messages."""

    suppressed: Mapping[str, Mapping[str, SuppressionKind]]
    """By API_USER, the addresses that its mail is not sent to."""
    labels: Mapping[str, Mapping[str, str]]
    """By API_USER, the names of the labels there are, by number."""

    def label_name(self, claim: Claim) -> str | None:
        """Return that of a message's label; None when it has none, or one that is not there."""
        return self.labels.get(claim.api_user, {}).get(claim.label_id or "")


class Outcomes:
    """Decides what becomes of emails."""

    def __init__(
        self,
        events: Events,
        orders: Orders,
        suppressions: Suppressions,
        simulation: Simulation,
        clock: Clock,
        *,
        labels: Labels,
        is_sent_on: bool = False,
        delay_s: float = 0.0,
    ) -> None:
        """Decide so.

        Args:
            events: Knows whom to tell.
            orders: The rules of the API_USERs.
            suppressions: The addresses that are not sent to.
            simulation: Reads rules and magic addresses.
            clock: Tells when it happens.
            labels: Knows the names of labels.
            is_sent_on: Whether emails go to a target, or are delivered by being stored.
            delay_s: How long after its acceptance an email is delivered then (S26).
        """
        self._events = events
        self._orders = orders
        self._labels = labels
        self._suppressions = suppressions
        self._simulation = simulation
        self._clock = clock
        self._is_sent_on = is_sent_on
        self._delivered = (Step(delay_s, EventKind.DELIVER),) if delay_s > 0 else AT_ONCE

    async def look_up(self, work: Iterable[tuple[Claim, Expansion]]) -> Known:
        """Return what has to be known of some messages, asked for all at once."""
        recipients: dict[str, set[str]] = defaultdict(set)
        numbers: dict[str, set[str]] = defaultdict(set)
        for claim, expansion in work:
            recipients[claim.api_user].update(email.recipient for email in expansion.emails)
            if claim.label_id is not None:
                numbers[claim.api_user].add(claim.label_id)
        among, names = self._suppressions.among, self._labels.names
        return Known(
            {api_user: await among(api_user, theirs) for api_user, theirs in recipients.items()},
            {api_user: await names(api_user, theirs) for api_user, theirs in numbers.items()},
        )

    async def settle(self, claim: Claim, expansion: Expansion, known: Known) -> Expansion:
        """Return an expansion with what becomes of its emails, and all that follows from it."""
        page = _Page(claim, self._clock.now_ms())
        rules = self._orders.rules(claim.api_user)
        gone = known.suppressed.get(claim.api_user, {})
        for email in expansion.emails:
            steps = self._steps(email, rules, gone)
            if steps is None:
                page.leave(email)
            elif steps is AT_ONCE:
                page.deliver(email)
            else:
                await page.write(email, steps)
        label_name = known.label_name(claim)
        if claim.label_id is not None and label_name is None:
            unknown = finding("label-unknown", "login name", label_id=claim.label_id)
            expansion = expansion._replace(findings=(*expansion.findings, unknown))
        return page.whole(expansion, self._posts(claim, expansion, page, label_name or ""))

    def _posts(
        self, claim: Claim, expansion: Expansion, page: _Page, label_name: str
    ) -> tuple[Post, ...]:
        if not self._orders.has_webhooks(claim.api_user):
            return ()
        recipients = [email.recipient for email in expansion.emails]
        mail = About(
            claim.message_id,
            claim.label_id,
            expansion.user_headers,
            recipients,
            label_name,
            claim.list_task_id,
        )
        return self._events.posts(page.events, mail)

    def _steps(
        self, email: Email, rules: RuleSet, gone: Mapping[str, SuppressionKind]
    ) -> Sequence[Step] | None:
        """Return what happens to an email; None when a target is to send it on."""
        if email.status is not EmailStatus.REQUESTED:
            return (_refused(email.sub_status or 0, email.reason),)
        if email.recipient in gone:
            return (suppressed(gone[email.recipient]),)
        forced = self._simulation.plan(email.recipient, rules)
        if forced is not None:
            return forced
        return None if self._is_sent_on else self._delivered


class _Page:
    """What is written of one message's emails."""

    def __init__(self, claim: Claim, now_ms: int) -> None:
        self._claim = claim
        self._now_ms = now_ms
        self._links = FirstLinks(claim.content)
        self.emails: list[Email] = []
        self.events = [Event(EventKind.REQUEST, claim.api_user, now_ms, 0, 0)]
        self.pending: list[Pending] = []
        self.suppressions: list[Suppression] = []

    def leave(self, email: Email) -> None:
        """Leave an email to be sent on."""
        self.emails.append(email)
        self.pending.append(Pending(email.position, self._now_ms))

    def deliver(self, email: Email) -> None:
        """Let an email be delivered at once, as `write` would."""
        position, recipient = email.position, email.recipient
        self.emails.append(Email(position, recipient, EmailStatus.DELIVERED))
        event = Event(EventKind.DELIVER, self._claim.api_user, self._now_ms, position)
        story.add(self.events, event)

    def whole(self, expansion: Expansion, posts: tuple[Post, ...]) -> Expansion:
        """Return the expansion with all that was written."""
        return Expansion(
            expansion.status,
            expansion.reason,
            expansion.subject,
            expansion.findings,
            tuple(self.emails),
            expansion.user_headers,
            tuple(self.events),
            posts,
            tuple(self.pending),
            tuple(self.suppressions),
        )

    async def write(self, email: Email, steps: Sequence[Step]) -> None:
        """Let the steps happen to an email that are due, and note those to come."""
        if steps[0].after_s > 0:
            self.emails.append(email)
            self.pending.append(waiting(email.position, steps, self._now_ms, 0))
            return
        chapter = story.take(self._claim.api_user, email, steps, self._now_ms)
        chapter = await with_link(chapter, self._links)
        self.emails.append(chapter.email)
        for event in chapter.events:
            story.add(self.events, event)
        self.suppressions += chapter.suppressions
        if chapter.rest:
            rest = waiting(email.position, chapter.rest, self._now_ms, chapter.deferrals)
            self.pending.append(rest)


def waiting(position: int, steps: Sequence[Step], now_ms: int, attempts: int) -> Pending:
    """Return what an email has before it when the first of these steps has its wait before it."""
    due_at_ms = now_ms + round(steps[0].after_s * 1000)
    return Pending(position, due_at_ms, attempts, steps_to_json(steps))


async def with_link(chapter: Chapter, links: FirstLinks) -> Chapter:
    """Return a chapter whose clicks say what was clicked; without a link there is no click."""
    if not has_click(chapter):
        return chapter
    position, recipient = chapter.email.position, chapter.email.recipient
    if len(links.content) <= QUICK_OCTETS:
        url = links.of(position, recipient)
    else:
        url = await asyncio.to_thread(links.of, position, recipient)
    told = (_with_url(event, url) for event in chapter.events)
    return chapter._replace(events=tuple(event for event in told if event is not None))


def has_click(chapter: Chapter) -> bool:
    """Tell whether somebody clicks in it."""
    return any(event.kind is EventKind.CLICK for event in chapter.events)


def _with_url(event: Event, url: str | None) -> Event | None:
    if event.kind is not EventKind.CLICK or "url" in event.details:
        return event
    return None if url is None else event._replace(details={**event.details, "url": url})


def suppressed(kind: SuppressionKind) -> Step:
    """Return what happens to mail for an address that is not sent to (SENDCLOUD.md 5.4)."""
    return _refused(SUB_STATUSES[kind])


def _refused(sub_status: int, reason: str | None = None) -> Step:
    return Step(0, EventKind.INVALID, failure_details(EventKind.INVALID, sub_status, reason))
