"""What the page of a message is asked."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal
from urllib.parse import urlencode

from pydantic import Field

from sendcloud_inbound.http.sandbox.queries import Query
from sendcloud_inbound.rules.model import EmailStatus  # noqa: TC001 - read at runtime


class Tab(StrEnum):
    """What is shown below the recipient, in this order."""

    HTML = "html"
    TEXT = "text"
    SOURCE = "source"
    HEADERS = "headers"
    ATTACHMENTS = "attachments"
    LINKS = "links"
    VARIABLES = "variables"
    COMPARE = "compare"
    FINDINGS = "findings"
    EVENTS = "events"
    XSMTPAPI = "xsmtpapi"
    DIALOGUE = "dialogue"


OF_A_COPY = frozenset({Tab.HTML, Tab.TEXT, Tab.ATTACHMENTS, Tab.LINKS, Tab.VARIABLES, Tab.COMPARE})
"""What only a copy has; all else is there, or told of the message, where there is none."""


class Width(StrEnum):
    """How wide the frame of the HTML is."""

    PHONE = "phone"
    TABLET = "tablet"
    DESKTOP = "desktop"


class MessageAsked(Query):
    """The parameters of the page."""

    api_user: str | None = None
    """Whose messages are the next and the previous one."""
    recipient: int | None = Field(default=None, ge=0)
    """The position of the chosen one; without it, the first."""
    tab: Tab | None = None
    width: Width = Width.DESKTOP
    scheme: Literal["light", "dark"] = "light"
    other: int | None = Field(default=None, ge=0)
    """The position of the one to compare with; without it, the next."""
    of: Literal["html", "text"] = "html"
    """What is compared."""
    status: EmailStatus | None = None
    """Of the recipients that are listed."""
    address: str | None = None
    """Of the one that is listed."""
    cursor: str | None = None

    def link(self, **changes: object) -> str:
        """Return the query of this page with something changed; None takes it away."""
        given: dict[str, Any] = self.model_dump(mode="json", exclude_unset=True) | changes
        kept = {name: value for name, value in given.items() if value is not None}
        return f"?{urlencode(kept)}"
