"""How one message is tracked: by which host, in which ways, and the URLs of each copy."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from sendcloud_inbound.rules import ids
from sendcloud_inbound.rules.tracking.model import NO_LABEL, Mailing
from sendcloud_inbound.rules.user_headers import compact, custom_headers

if TYPE_CHECKING:
    from collections.abc import Callable

    from sendcloud_inbound.rules.headers import HeaderBlock
    from sendcloud_inbound.rules.model import DeliveryFacts
    from sendcloud_inbound.rules.tracking.urls import Host, Urls

_LONGEST_HEADERS = 1024
"""Octets of their JSON: what the HTTP API takes with address lists (SENDCLOUD.md 4.6). Over SMTP
nothing is documented; with more than that, URLs would outgrow what servers and lines take."""


class Switches(NamedTuple):
    """Which kinds of tracking are on."""

    open: bool
    click: bool
    subscription: bool


@dataclass(frozen=True, slots=True)
class Tracking:
    """What the tracking URLs of a message are made of."""

    host: Host
    switches: Switches
    message_id: str
    mailing: Mailing
    page_id: Callable[[int], int]
    """The unsubscribe page of a position."""


class CopyUrls:
    """The tracking URLs of one copy."""

    def __init__(self, tracking: Tracking, urls: Urls, position: int, recipient: str) -> None:
        self.host = tracking.host
        self._tracking = tracking
        self._urls = urls
        self._position = position
        self._email_id = ids.email_id(tracking.message_id, position, recipient)

    @cached_property
    def unsubscribe(self) -> str | None:
        """The URL of the recipient's unsubscribe page; None without subscription tracking."""
        if not self._tracking.switches.subscription:
            return None
        return self._urls.unsubscribe(self._email_id, self._tracking.page_id(self._position))

    @property
    def open(self) -> str:
        """The URL of the open pixel."""
        return self._urls.open(self._email_id)

    def click(self, link: str) -> str:
        """Return the URL that leads on to a link."""
        return self._urls.click(self._email_id, link)


def mailing(facts: DeliveryFacts, block: HeaderBlock) -> Mailing:
    """Return what all tracking URLs of a message say of it."""
    return Mailing(
        user_id=facts.user_id,
        api_user_number=facts.api_user_number,
        label_id=facts.label_id or NO_LABEL,
        user_headers=_user_headers(block),
    )


def _user_headers(block: HeaderBlock) -> dict[str, str]:
    """Return the SC-Custom-* headers by name; none of them when they are too long for a URL."""
    custom = custom_headers(block)
    return custom if len(compact(custom).encode(errors="replace")) <= _LONGEST_HEADERS else {}
