"""The parameters and rows of webhook settings (SENDCLOUD.md 7.10; numbers of events: 4.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sendcloud_inbound.rules.api.given import Refused, shown
from sendcloud_inbound.rules.history import EventKind
from sendcloud_inbound.rules.orders import receiver_url

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sendcloud_inbound.rules.api.given import Given
    from sendcloud_inbound.rules.orders import Webhook

NUMBERS: Final = {
    1: EventKind.DELIVER,
    3: EventKind.REPORT_SPAM,
    4: EventKind.INVALID,
    5: EventKind.SOFT_BOUNCE,
    10: EventKind.CLICK,
    11: EventKind.OPEN,
    12: EventKind.UNSUBSCRIBE,
    18: EventKind.REQUEST,
}
"""The events by number; `route` has none."""
_BY_NUMBER = {str(number): kind for number, kind in NUMBERS.items()}
EVERYBODY: Final = "all"
"""Stands for every API_USER, as a `categoryName`."""
NUMBERED: Final = frozenset(NUMBERS.values())

_CATEGORY_EMPTY = 40701
_EVENT_EMPTY, _EVENT = 40703, 40704
_URL_EMPTY, _URL = 40705, 40706

THE_ENTRY: Mapping[str, str] = {
    "url": "Where events are told.",
    "categoryName": "Of which API_USER; all: of every one.",
    "event": "Numbers of events, with commas between them: 1 deliver, 3 report_spam, 4 invalid, "
    "5 soft_bounce, 10 click, 11 open, 12 unsubscribe, 18 request.",
}


def category(given: Given, name: str = "categoryName") -> str:
    """Return whose events: an API_USER, or `all`; it must be given."""
    return given.needed(name, _CATEGORY_EMPTY)


def url(given: Given, name: str = "url") -> str:
    """Return where events are told; it must be given."""
    text = given.needed(name, _URL_EMPTY)
    try:
        return receiver_url(text)
    except ValueError as error:
        raise Refused(_URL, f"{name}: {error}, not {shown(text)}") from error


def events(given: Given, name: str = "event") -> frozenset[EventKind] | None:
    """Return the events by their numbers; None when it is left out, which means all of them."""
    if not given.filled(name, _EVENT_EMPTY):
        return None
    return frozenset(map(_event, given.text(name).split(",")))


def needed_events(given: Given, name: str) -> frozenset[EventKind]:
    """Return the events by their numbers, which must be given."""
    given.needed(name, _EVENT_EMPTY)
    return events(given, name) or frozenset()


def row(webhook: Webhook) -> dict[str, Any]:
    """Return a webhook as the list has it."""
    names = {number: kind.value for number, kind in _BY_NUMBER.items() if webhook.wants(kind)}
    return {
        "webhookUrl": webhook.url,
        "eventTypeMap": names,
        "categoryName": EVERYBODY if webhook.api_user is None else webhook.api_user,
    }


def told(webhook: Webhook) -> frozenset[EventKind]:
    """Return the events, of those with a number, that a webhook is told."""
    return NUMBERED if webhook.events is None else webhook.events & NUMBERED


def _event(text: str) -> EventKind:
    kind = _BY_NUMBER.get(text.strip())
    if kind is None:
        raise Refused(_EVENT, f"event is some of {', '.join(_BY_NUMBER)}, not {shown(text)}")
    return kind
