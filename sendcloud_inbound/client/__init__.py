"""A client of the sandbox API, typed, sync and async; it needs httpx and nothing of the server.

values   what the server answers with
calls    each call: what is asked, and how its answer is read
errors   what can go wrong, in the server's own words
sync     SandboxClient; asynchronous the same for an event loop
"""

from __future__ import annotations

from sendcloud_inbound.client.asynchronous import AsyncSandboxClient
from sendcloud_inbound.client.errors import NotComeError, SandboxError, ServerGoneError
from sendcloud_inbound.client.sync import SandboxClient
from sendcloud_inbound.client.values import ApiUser, Copy, Email, Event, Finding, Message

__all__ = [
    "ApiUser",
    "AsyncSandboxClient",
    "Copy",
    "Email",
    "Event",
    "Finding",
    "Message",
    "NotComeError",
    "SandboxClient",
    "SandboxError",
    "ServerGoneError",
]
