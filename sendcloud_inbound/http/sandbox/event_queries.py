"""The filters of events: what each may be."""

from __future__ import annotations

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema  # noqa: TC002 - read at runtime

from sendcloud_inbound.http.sandbox.queries import (
    EmailIdFilter,
    Paging,
    Since,
    Text,
    named_email,
)
from sendcloud_inbound.ports import EventFilter
from sendcloud_inbound.rules.history import EventKind  # noqa: TC001 - read at runtime


class EventQuery(Paging):
    """Which events to list. All must hold; empty means any."""

    api_user: Text = Field(default=None, description="The API_USER whose mail it is about.")
    event: EventKind | SkipJsonSchema[None] = Field(default=None, description="What happened.")
    message_id: Text = Field(default=None, description="The messageId of the 250 reply.")
    email_id: EmailIdFilter = Field(default=None, description="The emailId: one recipient's.")
    recipient: Text = Field(
        default=None, description="A recipient's address, without case; `request` is about none."
    )
    label_id: Text = Field(default=None, description="The label: the number after `#` at login.")
    since: Since = Field(
        default=None,
        description="Occurred at or after: ISO 8601 (UTC if it does not say) or milliseconds.",
        examples=["2026-11-22T02:54:01.123Z", "1795316041123"],
    )

    def to_filter(self) -> EventFilter:
        """Return the filter as the store knows it."""
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
