"""What the calls need of the rest of the program, and how each gets at it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from sendcloud_inbound.rules.limits import Questions
from sendcloud_inbound.rules.refusals import Attempts

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from fastapi import Request

    from sendcloud_inbound.accounts import Accounts
    from sendcloud_inbound.copier import Copier
    from sendcloud_inbound.events import Events
    from sendcloud_inbound.http.health import Check
    from sendcloud_inbound.http.login import Credentials
    from sendcloud_inbound.http.tracking.host import TrackingHost
    from sendcloud_inbound.intake import Intake
    from sendcloud_inbound.ports import (
        AddressLists,
        AdjustableClock,
        Bounces,
        Catalogue,
        Domains,
        Eraser,
        Journal,
        Labels,
        ListTasks,
        News,
        Orders,
        PostLog,
        Retention,
        SendRequests,
        Statistics,
        Suppressions,
        Templates,
        Unsubscriptions,
    )
    from sendcloud_inbound.rules.limits import Usage
    from sendcloud_inbound.rules.model import Outgoing, SendResult

    UrlCheck = Callable[[str], Awaitable[str | None]]
    """Returns why a URL cannot be told events; None when it can (SENDCLOUD.md 4.1)."""


class Upstream(Protocol):
    """A way out of the sandbox, for those who may get mail."""

    def why_kept(self, recipient: str) -> str | None:
        """Return why mail does not leave to a recipient; None when it does."""

    async def send(self, outgoing: Outgoing) -> SendResult:
        """Send one copy and tell what became of it; never fails."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The program, as HTTP shows it and changes it."""

    catalogue: Catalogue
    """The mail there is."""
    accounts: Accounts
    """Whose it is: their settings shape the copies."""
    copier: Copier
    usage: Usage
    """What each API_USER has sent."""
    intake: Intake
    """How mail comes in by SendCloud's API."""
    journal: Journal
    """What happened to it."""
    events: Events
    """How something happens to it."""
    orders: Orders
    suppressions: Suppressions
    statistics: Statistics
    """What became of mail, listed and counted."""
    bounces: Bounces
    domains: Domains
    unsubscriptions: Unsubscriptions
    labels: Labels
    send_requests: SendRequests
    templates: Templates
    lists: AddressLists
    list_tasks: ListTasks
    posts: PostLog
    """What was told to webhooks."""
    news: News
    """Tells when something was committed."""
    eraser: Eraser
    backlog: Callable[[], Awaitable[Mapping[str, int]]]
    """Returns how much waits, by what it is."""
    retention: Retention
    """What is no longer there."""
    clock: AdjustableClock
    random_octets: Callable[[int], bytes]
    """Makes names and keys up."""
    attempts: Attempts = field(default_factory=Attempts)
    """What SMTP refused in this process before there was a message."""
    settings: Sequence[tuple[str, str, str | None]] = ()
    """What the program runs with: name, value with secrets masked, where it was given if known."""
    smtp: tuple[str, int] | None = None
    """Host and port that mail comes in at; None when another process takes it."""
    magic_domain: str = ""
    """Of the addresses that ask for an outcome by their name; empty when there is none."""
    credentials: Credentials | None = None
    """What one logs in with; None when nobody need."""
    sees_all: bool = True
    """Whether all news is told in this process; else others may write too."""
    approves_templates: bool = True
    """Whether a template that is submitted is approved at once."""
    tracking: TrackingHost | None = None
    """Where the links in mail lead to; None when tracking is not configured (D45)."""
    upstream: Upstream | None = None
    """The server that single emails are released to; None when none is set."""
    questions: Questions = field(default_factory=Questions)
    """How often users ask for statuses."""
    check_url: UrlCheck | None = None
    """Tests the URL of a webhook before it is added; None takes any."""
    checks: Mapping[str, Check] = field(default_factory=dict)
    """What `/readyz` asks, by name, as it stands at each request; a check returns or raises."""

    @property
    def api_users(self) -> tuple[str, ...]:
        """The names of all who may log in, those of the settings first."""
        made = (each.account for each in self.orders.api_users().values() if not each.is_going)
        return tuple(account.api_user for account in (*self.accounts.configured, *made))


def parts(request: Request) -> Parts:
    """Return the parts of the program that a request came to."""
    found: Parts = request.app.state.parts
    return found
