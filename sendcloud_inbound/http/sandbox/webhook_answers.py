"""What the calls about webhooks take and answer, described for OpenAPI."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from sendcloud_inbound.http.sandbox.answers import Text, Time
from sendcloud_inbound.rules.history import EventKind, PostState


class WebhookOrder(BaseModel):
    """A webhook to be added."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(
        description="Where events are POSTed to.", examples=["http://127.0.0.1:8000/hook"]
    )
    api_user: str | None = Field(
        default=None, description="Whose events; null: those of every API_USER."
    )
    events: list[EventKind] | None = Field(
        default=None, min_length=1, description="Which of them; null: all."
    )


class WebhookItem(BaseModel):
    """A URL that events are told to."""

    id: int
    api_user: Text | None = Field(description="Whose events; null: those of every API_USER.")
    url: Text
    events: list[EventKind] | None = Field(description="Which of them; null: all.")
    is_configured: bool = Field(
        description="Whether it comes from the settings: then it is back after a start."
    )
    is_paused: bool = Field(description="Whether its calls wait.")


class WebhookPage(BaseModel):
    """All webhooks, in the order in which they were added."""

    items: list[WebhookItem]
    next_cursor: None = None


class CallRequest(BaseModel):
    """What was sent to a receiver."""

    body: Text = Field(description="The form as it was sent.")
    fields: dict[Text, Text] = Field(description="The form as a receiver reads it.")


class AttemptItem(BaseModel):
    """One call of a receiver."""

    number: int = Field(description="From 1.")
    started_at: Time
    duration_ms: int
    request: CallRequest
    status: int | None = Field(description="Of HTTP; null when there was no answer.")
    answer: Text | None = Field(description="The beginning of its body, up to 4 kB.")
    error: Text | None = Field(description="Why it does not count; null when it was delivered.")


class DeliveryItem(BaseModel):
    """One event told, or to be told, to one webhook."""

    id: int
    webhook_id: int
    api_user: Text
    url: Text
    event: EventKind
    message_id: Text | None = Field(description="Null when it is about no mail of this server.")
    email_id: Text | None = Field(description="Null when it is about a message as a whole.")
    state: PostState = Field(
        description="`waiting` for an attempt, `delivered` (200 in time), `given_up` after the "
        "last attempt, `dropped` by a rule or with its webhook."
    )
    fault: str | None = Field(description="What is wrong about it on purpose, by a rule.")
    created_at: Time
    due_at: Time | None = Field(description="When the next attempt is due; null when none is.")
    fields: dict[Text, Text] = Field(
        description="The form but for `token`, `timestamp` and `signature`, new in each attempt."
    )
    attempts: list[AttemptItem] = Field(description="All of them, in order.")


class DeliveryPage(BaseModel):
    """A part of the deliveries, newest first."""

    items: list[DeliveryItem]
    next_cursor: str | None = Field(description="Where the next part begins; null after the last.")


class Replayed(BaseModel):
    """How many were sent once more."""

    replayed: int
