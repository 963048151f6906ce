"""The fields that an event is told with: the form of a webhook call but for its signature.

SENDCLOUD.md 4.3 to 4.6. Where its sources differ, all of their fields are there (D25, D27), with
the words of the webhook table (D26).
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sendcloud_inbound.rules.history import EventKind
from sendcloud_inbound.rules.ids import email_id, parse_message_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sendcloud_inbound.rules.history import Event

Form = dict[str, Any]

NO_HEADERS: Final = "{}"
"""`userHeaders` where there are none (S22)."""
MESSAGES: Final = {
    EventKind.REQUEST: "successfully request",
    EventKind.DELIVER: "Successfully delivered",
    EventKind.OPEN: "open email",
    EventKind.CLICK: "click email",
    EventKind.UNSUBSCRIBE: "unsubscribe email",
    EventKind.REPORT_SPAM: "report spam email",  # not known; made like its neighbours (S21)
    EventKind.ROUTE: "mx route",
}
"""The fixed texts of 4.3; `invalid` and `soft_bounce` tell what the log says."""
BROWSER: Final = ("ip", "explorerName", "explorerVer", "oSName", "oSVer")
"""Of whoever opened, clicked or unsubscribed; the capital in the middle is theirs (4.4)."""

_COMPACT = (",", ":")
_OF_A_BROWSER = {EventKind.OPEN, EventKind.CLICK, EventKind.UNSUBSCRIBE}
_OF_A_SERVER = {EventKind.DELIVER, EventKind.INVALID, EventKind.SOFT_BOUNCE}
_REFUSED = {EventKind.INVALID, EventKind.SOFT_BOUNCE}


class About(NamedTuple):
    """The mail that an event is about."""

    message_id: str
    label_id: str | None
    user_headers: str
    """As `rules.user_headers` writes them."""
    recipients: Sequence[str]
    """All of the message's, for `request`; else the one whose email it is."""
    label_name: str = ""
    """Empty where no label has that number."""
    list_task_id: int | None = None
    """Of mail to an address list."""


def form(event: Event, about: About) -> Form:
    """Return the fields of an event, but for token, timestamp and signature."""
    if event.kind is EventKind.ROUTE:  # of neither API_USER nor task (4.4)
        return {"event": event.kind.value, "message": MESSAGES[event.kind], **event.details}
    fields = {"event": event.kind.value, "message": MESSAGES.get(event.kind, "")}
    fields |= _whose(event.api_user, about)
    if event.kind is EventKind.REQUEST:
        fields |= _of_a_request(about)
    else:
        (recipient,) = about.recipients
        fields["emailId"] = email_id(about.message_id, event.position, recipient)
        fields["recipient"] = recipient
        fields |= _of_a_kind(event, about)
    fields["userHeaders"] = about.user_headers or NO_HEADERS
    return fields


def _whose(api_user: str, about: About) -> Form:
    return {
        "apiUser": api_user,
        "category": api_user,  # D24
        "labelId": about.label_id or 0,
        "labelName": about.label_name,
        # Present and empty when no address list was used.
        "maillistTaskId": about.list_task_id or "",
        "mail_list_task_id": about.list_task_id or "",
    }


def _of_a_request(about: About) -> Form:
    numbers = [
        email_id(about.message_id, position, recipient)
        for position, recipient in enumerate(about.recipients)
    ]
    return {
        "messageId": about.message_id,
        "recipientArray": _list(about.recipients),
        "emailIds": _list(numbers),
        "recipientSize": len(numbers),
    }


def _of_a_kind(event: Event, about: About) -> Form:
    details, fields = event.details, Form()
    if event.kind in _OF_A_SERVER:
        fields["outIp"] = _out_ip(about.message_id)
    if event.kind in _REFUSED:
        fields["message"] = details.get("message", "")
        for code, text in (("subStat", "subStatDesc"), ("substat", "substatdesc")):  # D25
            fields[code] = details.get("subStat", "")
            fields[text] = details.get("subStatDesc", "")
    if event.kind is EventKind.SOFT_BOUNCE:
        fields["cause"] = details.get("cause", fields["message"])
    if event.kind in _OF_A_BROWSER:
        fields |= {name: details.get(name, "") for name in BROWSER}
    if event.kind is EventKind.CLICK:
        fields["url"] = details.get("url", "")
    return fields


def _out_ip(message_id: str) -> str:
    """Return the address that mail leaves from: the one in the messageId is the only one known."""
    with suppress(ValueError):
        return parse_message_id(message_id).ip.replace("_", ".").replace("-", ".")
    return ""


def _list(texts: Sequence[str]) -> str:
    """Return a list as one field holds it: JSON text (4.1)."""
    return json.dumps([*texts], ensure_ascii=False, separators=_COMPACT)
