"""data/emailStatus: where emails stand (SENDCLOUD.md 7.9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sendcloud_inbound.http.apiv2 import envelope, scopes
from sendcloud_inbound.http.apiv2.call import Call
from sendcloud_inbound.ports import Scope, StatusFilter
from sendcloud_inbound.rules.api import selection
from sendcloud_inbound.rules.api.given import Refused
from sendcloud_inbound.rules.ids import email_id
from sendcloud_inbound.rules.model import EmailStatus
from sendcloud_inbound.rules.results import Language
from sendcloud_inbound.rules.spans import time_text
from sendcloud_inbound.rules.statuses import SOFT_BOUNCE, STATUSES, query_text
from sendcloud_inbound.rules.story import STATUS

if TYPE_CHECKING:
    from starlette.responses import Response

    from sendcloud_inbound.http.apiv2.call import Asked
    from sendcloud_inbound.ports import EmailState, StoredEmail

_DELIVERED = "successfully delivered"
_EVENTS = {status: kind.value for kind, status in STATUS.items()} | {
    EmailStatus.REQUESTED: "request"
}


async def email_status(asked: Asked) -> Response:
    """Tells where emails stand, the newest message first. Nothing is cached: a test wants news."""
    program, given = asked.program, asked.given
    if program.questions.too_frequent(asked.account.user_id, program.clock.now_ms()):
        raise Refused(envelope.TOO_FREQUENT, "more than 3,000 questions of this user in a minute")
    users = scopes.api_users(asked)
    scope = Scope(
        users,
        span=scopes.span(asked, selection.STATUS_DAYS),
        recipient=selection.email(given),
        label_ids=await scopes.label_ids(asked, users),
    )
    wanted = StatusFilter(
        scope, selection.email_ids(given), selection.status(given), selection.sub_statuses(given)
    )
    found = await program.statistics.states(wanted, scopes.window(asked))
    rows = [_row(each, asked.language) for each in found.items]
    return asked.success({"total": str(found.total), "voListSize": len(rows), "voList": rows})


def _row(state: EmailState, language: Language) -> dict[str, Any]:
    email = state.email
    row = {
        "emailId": email_id(email.message_id, email.position, email.recipient),
        "status": query_text(email.status, email.sub_status, language),
        "apiUser": email.api_user,
        "recipients": email.recipient,
        "requestTime": time_text(email.received_at_ms),
        "modifiedTime": time_text(state.modified_at_ms),
        "sendLog": _log(email),
    }
    return row if language is Language.CHINESE else row | _of_aurora(state)


def _of_aurora(state: EmailState) -> dict[str, Any]:
    """Return what Aurora adds; what each means is not documented."""
    email = state.email
    sub_status = email.sub_status or 0
    return {
        "taskName": "",
        "mailingStatus": STATUSES[email.status].number,
        "subStatus": sub_status,
        "softStatus": sub_status if sub_status in SOFT_BOUNCE else 0,
        "subStatusDesc": query_text(email.status, email.sub_status, Language.ENGLISH),
        "timeStr": time_text(state.modified_at_ms),
        "event": _EVENTS[email.status],
        "receiver": email.recipient,
        "message": _log(email),
        "email": email.recipient,
        "name": "",
        "phone": "",
    }


def _log(email: StoredEmail) -> str:
    """Return what the receiving server said, or the worker."""
    return _DELIVERED if email.status is EmailStatus.DELIVERED else email.reason or ""


CALLS = (
    Call(
        "data/emailStatus",
        "Tell where emails stand",
        email_status,
        {
            "email": "A recipient.",
            "emailIds": "emailIds, with `;` between them.",
            "labelId": "The label; goes before `labelName`.",
            "labelName": "A part of a label's name.",
            **selection.SPAN,
            **selection.API_USERS,
            **selection.WINDOW,
            "status": "1 delivered, 4 invalid, 5 soft bounce, 18 requested.",
            "subStatus": "Sub-statuses, with `;` between them.",
        },
    ),
)
