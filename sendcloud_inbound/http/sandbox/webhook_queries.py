"""The filters of webhook deliveries: what each may be."""

from __future__ import annotations

from typing import Literal

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema  # noqa: TC002 - read at runtime

from sendcloud_inbound.http.sandbox.queries import (
    EmailIdFilter,
    Paging,
    Query,
    Since,
    Text,
    named_email,
)
from sendcloud_inbound.ports import PostFilter
from sendcloud_inbound.rules.history import EventKind, PostState  # noqa: TC001 - read at runtime

LARGEST_KEY = 2**63 - 1
"""What a database calls a number."""

Signature = Literal["fresh", "original"]


class DeliveryFilters(Query):
    """What deliveries are found by. All must hold; empty means any."""

    api_user: Text = Field(default=None, description="The API_USER whose event it is.")
    event: EventKind | SkipJsonSchema[None] = Field(default=None, description="What happened.")
    state: PostState | SkipJsonSchema[None] = Field(
        default=None, description="Where the delivery stands."
    )
    url: Text = Field(default=None, description="The URL of the receiver, whole.")
    webhook: int | SkipJsonSchema[None] = Field(
        default=None, ge=0, le=LARGEST_KEY, description="The id of the webhook."
    )
    message_id: Text = Field(default=None, description="The messageId of the 250 reply.")
    email_id: EmailIdFilter = Field(
        default=None, description="The emailId that the event is about: one recipient's."
    )
    recipient: Text = Field(
        default=None,
        description="The recipient that the event is about, without case; `request` is about none.",
    )
    since: Since = Field(
        default=None,
        description="Made at or after: ISO 8601 (UTC if it does not say) or milliseconds.",
        examples=["2026-11-22T02:54:01.123Z", "1795316041123"],
    )

    def to_filter(self) -> PostFilter:
        """Return the filter as the store knows it."""
        email = None if self.email_id is None else named_email(self.email_id)
        return PostFilter(
            api_user=self.api_user,
            kind=self.event,
            state=self.state,
            url=self.url,
            webhook_key=self.webhook,
            message_id=self.message_id if email is None else email.message_id,
            position=None if email is None else email.position,
            recipient=self.recipient if email is None else email.recipient,
            since_ms=self.since,
        )


class DeliveryQuery(Paging, DeliveryFilters):
    """Which deliveries to list."""


class ReplayQuery(Query):
    """How to send one once more."""

    signature: Signature = Field(
        default="fresh",
        description="`fresh`: a new token, time and signature. `original`: the very same as in its "
        "last attempt, to see what a receiver makes of a repeated call.",
    )


class ReplayAllQuery(DeliveryFilters, ReplayQuery):
    """Which deliveries to send once more, and how."""
