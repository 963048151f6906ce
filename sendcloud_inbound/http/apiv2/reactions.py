"""spamreported/list and openandclick/list: what recipients did with mail (SENDCLOUD.md 7.11)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from sendcloud_inbound.http.apiv2 import scopes
from sendcloud_inbound.http.apiv2.call import Call
from sendcloud_inbound.rules.addresses import domain_of
from sendcloud_inbound.rules.api import selection
from sendcloud_inbound.rules.api.given import Refused, shown
from sendcloud_inbound.rules.events import MESSAGES
from sendcloud_inbound.rules.history import EventKind
from sendcloud_inbound.rules.ids import email_id
from sendcloud_inbound.rules.results import Language
from sendcloud_inbound.rules.spans import time_text

if TYPE_CHECKING:
    from starlette.responses import Response

    from sendcloud_inbound.http.apiv2.call import Asked
    from sendcloud_inbound.ports import Happening
    from sendcloud_inbound.rules.api.given import Given

_REPORTS = frozenset({EventKind.REPORT_SPAM})
_TRACKED: Final = {"1": EventKind.OPEN, "2": EventKind.CLICK}
_TYPES = {kind: int(number) for number, kind in _TRACKED.items()}


async def list_spam_reports(asked: Asked) -> Response:
    """Lists reports of spam, the newest first."""
    window = scopes.window(asked)
    found = await asked.program.statistics.happenings(_REPORTS, scopes.mine(asked), window)
    rows = [_report(each) for each in found.items]
    return asked.success({"dataList": rows, "count": len(rows)})


async def list_opens_and_clicks(asked: Asked) -> Response:
    """Lists opens and clicks, the newest first."""
    window, given = scopes.window(asked), asked.given
    users = scopes.api_users(asked)
    label_ids = await scopes.label_ids(asked, users)
    wanted = replace(scopes.mine(asked), api_users=users, label_ids=label_ids)
    found = await asked.program.statistics.happenings(_kinds(given), wanted, window)
    rows = [_tracked(each, asked.language) for each in found.items]
    return asked.success({"total": found.total, "count": len(rows), "dataList": rows})


def _kinds(given: Given) -> frozenset[EventKind]:
    text = given.text("trackType").strip()
    if text and text not in _TRACKED:
        raise Refused(selection.NO_CODE, f"trackType is 1 or 2, not {shown(text)}")
    return frozenset({_TRACKED[text]} if text else _TRACKED.values())


def _report(report: Happening) -> dict[str, Any]:
    return {
        "receiver": report.recipient,
        "reason": report.event.details.get("message", MESSAGES[EventKind.REPORT_SPAM]),
        "spamReportedTime": time_text(report.event.occurred_at_ms),
        "domain": domain_of(report.recipient),
    }


def _tracked(one: Happening, language: Language) -> dict[str, Any]:
    event = one.event
    row = {
        "trackType": _TYPES[event.kind],
        "apiUser": event.api_user,
        "email": one.recipient,
        "url": event.details.get("url", ""),
        "currTime": time_text(event.occurred_at_ms),
    }
    return row if language is Language.CHINESE else row | _of_aurora(one)


def _of_aurora(one: Happening) -> dict[str, Any]:
    """Return what Aurora adds; where somebody is, the sandbox does not know."""
    details = one.event.details
    return {
        "ip": details.get("ip", ""),
        "country": "",
        "province": "",
        "city": "",
        "browser": details.get("explorerName", ""),
        "device": details.get("oSName", ""),
        "emailId": email_id(one.message_id, one.event.position, one.recipient),
        "requestTime": time_text(one.requested_at_ms),
    }


CALLS = (
    Call(
        "spamreported/list",
        "List reports of spam",
        list_spam_reports,
        {**selection.SPAN, **selection.EMAIL, **selection.WINDOW},
    ),
    Call(
        "openandclick/list",
        "List opens and clicks",
        list_opens_and_clicks,
        {
            **selection.SPAN,
            **selection.EMAIL,
            "trackType": "1 opens, 2 clicks; else both.",
            **selection.API_USERS,
            "labelId": "The label; goes before `labelName`.",
            "labelName": "A part of a label's name.",
            **selection.WINDOW,
        },
    ),
)
