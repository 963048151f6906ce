"""A client of the sandbox API, typed, sync and async; it needs httpx and nothing of the server.

values   what the server answers with
call     one call, as it is sent and as its answer is read
calls    all calls by name: the methods of both clients
reading  how answers are read
fitting  JSON made into the values, or told to be none
errors   what can go wrong, in the server's own words
sync     SandboxClient; asynchronous the same for an event loop
"""

from __future__ import annotations

from sendcloud_inbound.client.asynchronous import AsyncSandboxClient
from sendcloud_inbound.client.errors import NotComeError, SandboxError, ServerGoneError
from sendcloud_inbound.client.sync import SandboxClient
from sendcloud_inbound.client.values import (
    AddressList,
    ApiUser,
    ApiUserRow,
    Attachment,
    Attempt,
    Behaviour,
    Bounce,
    Clock,
    Copy,
    Delivery,
    Email,
    Envelope,
    Event,
    Finding,
    Header,
    Member,
    Message,
    Refusal,
    Release,
    Request,
    Session,
    Setting,
    Suppression,
    Template,
    TemplateRow,
    Webhook,
    WholeMessage,
)

__all__ = [
    "AddressList",
    "ApiUser",
    "ApiUserRow",
    "AsyncSandboxClient",
    "Attachment",
    "Attempt",
    "Behaviour",
    "Bounce",
    "Clock",
    "Copy",
    "Delivery",
    "Email",
    "Envelope",
    "Event",
    "Finding",
    "Header",
    "Member",
    "Message",
    "NotComeError",
    "Refusal",
    "Release",
    "Request",
    "SandboxClient",
    "SandboxError",
    "ServerGoneError",
    "Session",
    "Setting",
    "Suppression",
    "Template",
    "TemplateRow",
    "Webhook",
    "WholeMessage",
]
