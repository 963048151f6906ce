"""What a tracking URL tells of the one who follows it (SENDCLOUD.md 6.2, 6.3)."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from sendcloud_inbound.rules.model import NO_PAGE

if TYPE_CHECKING:
    from collections.abc import Mapping

NO_LABEL = "0"
"""What `labelId` is when there is none (SENDCLOUD.md 4.4)."""
NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class Kind(StrEnum):
    """What following a URL means."""

    OPEN = "open"
    CLICK = "click"
    UNSUBSCRIBE = "unsubscribe"


class Mailing(NamedTuple):
    """What all tracking URLs of one message have in common."""

    user_id: int
    api_user_number: int
    """`category_id` (SENDCLOUD.md 6.3)."""
    label_id: str = NO_LABEL
    user_headers: Mapping[str, str] = NO_HEADERS
    """The SC-Custom-* headers (SENDCLOUD.md 4.6)."""


class Tracked(NamedTuple):
    """One tracking URL taken apart."""

    kind: Kind
    email_id: str
    mailing: Mailing
    link: str = ""
    """Where a click leads to."""
    page_id: int = NO_PAGE
    """The page that an unsubscribe link leads to (G19, G20)."""

    @property
    def recipient(self) -> str:
        """The address that the email went to; the emailId ends with it (G3)."""
        return self.email_id.partition("$")[2]
