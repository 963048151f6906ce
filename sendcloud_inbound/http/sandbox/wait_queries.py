"""What can be waited for: the filters of the listings, and how long."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema  # noqa: TC002 - read at runtime

from sendcloud_inbound.http import problems
from sendcloud_inbound.http.sandbox.queries import (
    EmailIdFilter,
    MailQuery,
    Text,
    named_email,
)
from sendcloud_inbound.ports import EventFilter, Interest, MessageFilter
from sendcloud_inbound.rules.history import EventKind  # noqa: TC001 - read at runtime
from sendcloud_inbound.rules.model import EmailStatus, MessageStatus

Kind = Literal["email", "message", "event"]

LONGEST_S = 300
MOST = 500
_NOT_OF: dict[str, frozenset[str]] = {
    "email": frozenset({"email_id"}),
    "message": frozenset({"email_id", "event"}),
    "event": frozenset({"subject", "header", "q", "status"}),
}
"""Filters that the listing of a kind does not have."""
_STATUSES: dict[str, frozenset[str]] = {
    "email": frozenset(EmailStatus),
    "message": frozenset(MessageStatus),
}


class WaitQuery(MailQuery):
    """What to wait for. All filters must hold; empty means any."""

    kind: Kind = Field(default="email", description="What is waited for.")
    count: int = Field(default=1, ge=1, le=MOST, description="For so many of them.")
    timeout_s: float = Field(
        default=10, ge=0, le=LONGEST_S, allow_inf_nan=False, description="How long, in seconds."
    )
    absent: bool = Field(
        default=False, description="Succeed when none is there until the time is over."
    )
    email_id: EmailIdFilter = Field(default=None, description="Of events: the emailId.")
    status: Text = Field(default=None, description="Where the email or the message stands.")
    event: EventKind | SkipJsonSchema[None] = Field(
        default=None, description="What happened, or what has happened to the email."
    )

    def check(self) -> None:
        """Refuse a filter that nothing could ever pass."""
        for name in sorted(_NOT_OF[self.kind]):
            if getattr(self, name) is not None:
                raise problems.bad_parameter(name, f"kind={self.kind} has no such filter")
        known = _STATUSES.get(self.kind)
        if self.status is not None and known is not None and self.status not in known:
            words = ", ".join(sorted(known))
            raise problems.bad_parameter("status", f"for kind={self.kind} it is one of {words}")

    def mail(self) -> MessageFilter:
        """Return the filter of messages or emails."""
        return replace(self.to_filter(self.status), event=self.event)

    def events(self) -> EventFilter:
        """Return the filter of events."""
        email = named_email(self.email_id) if self.email_id else None
        return EventFilter(
            api_user=self.api_user,
            kind=self.event,
            message_id=email.message_id if email else self.message_id,
            position=email.position if email else None,
            recipient=email.recipient if email else self.recipient,
            label_id=self.label_id,
            since_ms=self.since,
        )

    def interest(self) -> Interest:
        """Return which news is worth another look."""
        if self.kind == "message":  # its recipients are also those of the envelope
            return Interest(self.api_user, is_new=True)
        return Interest(self.api_user, self.events().recipient, self.event)

    def given(self) -> dict[str, Any]:
        """Return the filters that are set, by the names of `rules.near_misses`."""
        names = ("api_user", "recipient", "subject", "header", "message_id", "status", "event", "q")
        found = {name: getattr(self, name) for name in (*names, "label_id")}
        found["since_ms"] = self.since
        return {name: value for name, value in found.items() if value is not None}
