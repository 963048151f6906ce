"""What people order of a sandbox beside its rules: webhooks, API_USERs of their own, domains.

All are frozen, as in `model`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from sendcloud_inbound.rules.history import EventKind
    from sendcloud_inbound.rules.model import Account

_LONGEST_URL = 2048
GOING_MS = 0
"""The end of an API_USER whose removal has begun; it outlasts a crash."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """A URL that events are told to (SENDCLOUD.md 4.1)."""

    key: int
    """The store's own number; 0 of one that is not stored yet."""
    api_user: str | None
    """None: of every API_USER."""
    url: str
    events: frozenset[EventKind] | None = None
    """None: all of them."""
    is_configured: bool = False
    """Whether it comes from the settings."""
    is_paused: bool = False

    def wants(self, kind: EventKind) -> bool:
        """Tell whether such events are told to it; a paused one keeps them for later."""
        return self.events is None or kind in self.events


class ApiUser(NamedTuple):
    """An API_USER that was made while the program runs."""

    account: Account
    """As it was made; the tracking domain is the program's."""
    created_at_ms: int
    expires_at_ms: int | None = None
    """When it goes, with all that is its; None: it stays; `GOING_MS`: it is going."""

    @property
    def is_going(self) -> bool:
        """Whether all that is its is being removed: nobody logs in as it, nor takes its name."""
        return self.expires_at_ms == GOING_MS


class AddedDomain(NamedTuple):
    """A domain that was added by call (SENDCLOUD.md 7.11, domain/add)."""

    api_user: str
    """Who added it."""
    name: str
    """In lower case."""
    created_at_ms: int
    updated_at_ms: int


def receiver_url(text: str) -> str:
    """Return the URL of a webhook, as it was given; `ValueError` says why it cannot be called.

    SendCloud documents no form; here it is what can be called and shown without a doubt.
    """
    if len(text) > _LONGEST_URL:
        raise ValueError(f"a URL has at most {_LONGEST_URL} characters")
    if not text.isprintable() or " " in text:
        raise ValueError("a URL holds no blank and no control character")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise ValueError(f"it is no URL: {error}") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        raise ValueError("a URL is such as https://example.com/hook")
    if "@" in parts.netloc:
        raise ValueError("a URL has no user and password: a call is known by its signature")
    if "#" in text:
        raise ValueError("a URL that is called has no fragment: write # as %23")
    return text
