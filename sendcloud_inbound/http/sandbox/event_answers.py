"""Events as the API tells them, and as it is asked to make them happen."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from sendcloud_inbound.http.sandbox.answers import EventItem
from sendcloud_inbound.rules import statuses
from sendcloud_inbound.rules.events import BROWSER
from sendcloud_inbound.rules.history import EventKind
from sendcloud_inbound.rules.links import leads_out
from sendcloud_inbound.rules.simulation import failure_details
from sendcloud_inbound.rules.simulation.outcomes import DEFAULT_INVALID, DEFAULT_SOFT_BOUNCE

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST = 2000
"""Characters of a text in an order, such as a link."""
_FAILURES = {
    EventKind.INVALID: (statuses.INVALID, DEFAULT_INVALID),
    EventKind.SOFT_BOUNCE: (statuses.SOFT_BOUNCE, DEFAULT_SOFT_BOUNCE),
}
_BY_BROWSER = {EventKind.OPEN, EventKind.CLICK, EventKind.UNSUBSCRIBE}
_NOT_BY_HAND = {
    EventKind.REQUEST: "happens when a message is taken",
    EventKind.ROUTE: "is about mail that comes from outside: POST /sandbox/v1/inbound",
}


def _link(text: str) -> str:
    if not leads_out(text):
        raise ValueError("a link that is clicked is such as https://example.com/pay")
    return text


def _ip(text: str) -> str:
    try:
        ip_address(text)
    except ValueError:
        raise ValueError("an IP address is such as 198.51.100.7 or 2001:db8::7") from None
    return text


Line = Annotated[str, Field(min_length=1, max_length=LONGEST)]


class EventPage(BaseModel):
    """A part of the events, newest first."""

    items: list[EventItem]
    next_cursor: str | None = Field(description="Where the next part begins; null after the last.")


class EventOrder(BaseModel):
    """What is to happen to an email."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    event: EventKind = Field(description="What: any but `request` and `route`.")
    url: Annotated[Line, AfterValidator(_link)] | None = Field(
        default=None,
        description="Of a `click`: the link, http or https; left out, the first of the copy.",
    )
    sub_status: int | None = Field(
        default=None,
        description="Of `invalid` (401 to 409; left out, 406) and `soft_bounce` (503, 505 to 509; "
        "left out, 509).",
    )
    message: Line | None = Field(
        default=None, description="Of `invalid` and `soft_bounce`: what the log says."
    )
    ip: Annotated[Line, AfterValidator(_ip)] | None = Field(
        default=None,
        description="Of `open`, `click` and `unsubscribe`: from where, an IPv4 or IPv6 address.",
    )
    explorerName: Line | None = Field(default=None, description="The browser.")  # noqa: N815
    explorerVer: Line | None = Field(default=None, description="Its version.")  # noqa: N815
    oSName: Line | None = Field(default=None, description="The system it ran on.")  # noqa: N815
    oSVer: Line | None = Field(default=None, description="Its version.")  # noqa: N815

    def details(self, first_link: Callable[[], str | None]) -> dict[str, Any]:
        """Return what the event has of its own; `ValueError` for what does not belong to it."""
        if why := _NOT_BY_HAND.get(self.event):
            raise ValueError(f"event: {self.event} {why}")
        self._refuse_others()
        if self.event in _FAILURES:
            return self._failure(*_FAILURES[self.event])
        if self.event not in _BY_BROWSER:
            return {}
        details = {name: getattr(self, name) or "" for name in BROWSER}
        if self.event is EventKind.CLICK:
            url = self.url or first_link()
            if url is None:
                raise ValueError("url: the copy has no link; say which was clicked")
            details["url"] = url
        return details

    def _refuse_others(self) -> None:
        known = {"event"}
        if self.event in _FAILURES:
            known |= {"sub_status", "message"}
        elif self.event in _BY_BROWSER:
            known |= {*BROWSER, *(("url",) if self.event is EventKind.CLICK else ())}
        for name in sorted(self.model_fields_set - known):
            if getattr(self, name) is not None:
                raise ValueError(f"{name}: {self.event} has none")

    def _failure(self, family: frozenset[int], usual: int) -> dict[str, Any]:
        number = usual if self.sub_status is None else self.sub_status
        if number not in family:
            numbers = ", ".join(map(str, sorted(family)))
            raise ValueError(f"sub_status: {self.event} has {numbers}, not {number}")
        return failure_details(self.event, number, self.message)
