"""The parameters that say which mail a call is about (SENDCLOUD.md 7.9, 7.11).

Where the table of codes has one for "cannot be empty", it is for a parameter that is given empty;
one that is left out is left out.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final

from sendcloud_inbound.rules import spans, statuses
from sendcloud_inbound.rules.addresses import is_recipient
from sendcloud_inbound.rules.api.given import Refused, shown
from sendcloud_inbound.rules.ids import EmailId, parse_email_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sendcloud_inbound.rules.api.given import Given
    from sendcloud_inbound.rules.model import EmailStatus
    from sendcloud_inbound.rules.spans import Span

STATUS_DAYS: Final = 30
"""The longest span of data/emailStatus (D29)."""
LIST_DAYS: Final = 92
"""That of all other calls: three months (7.11)."""
MOST: Final = 100
"""Rows of one answer."""
NO_CODE: Final = 49_901
"""For what the documents have no code of its own; the sentence for people says what is wrong."""

_MAX_EMAIL_IDS = 1_000
_START_EMPTY, _START, _LIMIT_EMPTY, _LIMIT = 40001, 40002, 40003, 40004
_DAYS, _START_DATE, _END_DATE = 40006, 40007, 40008
_LABELS_EMPTY, _API_USERS_EMPTY, _EMAIL_EMPTY, _EMAIL, _DOMAINS_EMPTY = (
    40009,
    40010,
    40011,
    40012,
    40013,
)
_LABEL_EMPTY, _LABEL, _AGGREGATE = 40014, 40015, 40017
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

WINDOW: dict[str, str] = {
    "start": "Number of the first row, from 0.",
    "limit": f"The most rows, 0 to {MOST}.",
}
SPAN: Mapping[str, str] = {
    "days": "The last so many days of UTC+8; 1 is today.",
    "startDate": "First day, `yyyy-MM-dd`, with `endDate`.",
    "endDate": "Last day.",
}
EMAIL: Mapping[str, str] = {"email": "An address; the span is ignored then."}
API_USERS: Mapping[str, str] = {
    "apiUserList": "API_USERs of the same user, with `;` between them; else the caller."
}
LABELS: Mapping[str, str] = {"labelIdList": "Labels, with `;` between them; 0: none."}
DOMAINS: Mapping[str, str] = {"domainList": "Domains of recipients, with `;` between them."}
AGGREGATE: Mapping[str, str] = {"aggregate": "1: one row for everything."}


def window(given: Given) -> tuple[int, int]:
    """Return the number of the first row and of the most rows."""
    given.filled("start", _START_EMPTY)
    given.filled("limit", _LIMIT_EMPTY)
    start, limit = given.number("start", _START), given.number("limit", _LIMIT)
    if limit is not None and limit > MOST:
        raise Refused(_LIMIT, f"limit is at most {MOST}, not {limit}")
    return start or 0, MOST if limit is None else limit


def span(given: Given, now_ms: int, most_days: int) -> Span:
    """Return the span of `days`, or of `startDate` and `endDate`; one of the two is needed."""
    if given.text("days").strip():
        return _last_days(given, now_ms, most_days)
    if not (given.text("startDate") or given.text("endDate")):
        raise Refused(_DAYS, "days, or startDate and endDate, is needed")
    first, last = _date(given, "startDate", _START_DATE), _date(given, "endDate", _END_DATE)
    days = spans.between(first, last)
    if spans.days_in(days) < 1:
        raise Refused(_END_DATE, "endDate is before startDate")
    if spans.days_in(days) > most_days:
        raise Refused(_START_DATE, f"startDate to endDate is more than {most_days} days")
    return days


def email(given: Given) -> str | None:
    """Return the address, None when none is given."""
    text = given.filled("email", _EMAIL_EMPTY)
    return _address(text) if text else None


def needed_email(given: Given) -> str:
    """Return the address, which must be given."""
    return _address(given.needed("email", _EMAIL_EMPTY))


def api_users(given: Given) -> Sequence[str]:
    """Return the API_USERs that are named; none when there is no list."""
    return _listed(given, "apiUserList", _API_USERS_EMPTY)


def labels(given: Given) -> tuple[str, ...] | None:
    """Return the labels of `labelIdList`; None means any."""
    found = _listed(given, "labelIdList", _LABELS_EMPTY)
    return tuple(map(_label, found)) or None


def label(given: Given) -> tuple[str, ...] | None:
    """Return the label of `labelId`; None means any."""
    text = given.filled("labelId", _LABEL_EMPTY)
    return (_label(text),) if text else None


def domains(given: Given) -> tuple[str, ...] | None:
    """Return the domains; None means any."""
    return tuple(_listed(given, "domainList", _DOMAINS_EMPTY)) or None


def is_aggregated(given: Given) -> bool:
    """Tell whether all is to be one row."""
    text = given.text("aggregate").strip()
    if text not in {"", "0", "1"}:
        raise Refused(_AGGREGATE, f"aggregate is 0 or 1, not {shown(text)}")
    return text == "1"


def email_ids(given: Given) -> tuple[EmailId, ...] | None:
    """Return the emailIds; None means any."""
    texts = given.listed("emailIds")
    if len(texts) > _MAX_EMAIL_IDS:
        raise Refused(NO_CODE, f"emailIds has more than {_MAX_EMAIL_IDS} entries")
    try:
        return tuple(map(parse_email_id, texts)) or None
    except ValueError as error:
        raise Refused(NO_CODE, f"emailIds: {error}") from error


def status(given: Given) -> EmailStatus | None:
    """Return the status by its number (5.1); None means any."""
    text = given.text("status").strip()
    if not text:
        return None
    for each, row in statuses.STATUSES.items():
        if text == str(row.number):
            return each
    raise Refused(NO_CODE, f"status is 1, 4, 5 or 18, not {shown(text)}")


def sub_statuses(given: Given) -> tuple[int, ...] | None:
    """Return the sub-statuses (5.2, 5.3); None means any."""
    texts = given.listed("subStatus")
    known = {str(number): number for number in statuses.ALL}
    for text in texts:
        if text not in known:
            raise Refused(NO_CODE, f"subStatus: there is no {shown(text)}")
    return tuple(known[text] for text in texts) or None


def _last_days(given: Given, now_ms: int, most_days: int) -> Span:
    days = given.number("days", _DAYS)
    if not days or days > most_days:
        raise Refused(_DAYS, f"days is a whole number from 1 to {most_days}")
    return spans.last_days(days, now_ms)


def _date(given: Given, name: str, code: int) -> date:
    text = given.text(name).strip()
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise Refused(code, f"{name} is a day such as 2013-03-19, not {shown(text)}")


def _address(text: str) -> str:
    if not is_recipient(text):
        raise Refused(_EMAIL, f"email is a bare address, not {shown(text)}")
    return text


def _listed(given: Given, name: str, empty: int) -> Sequence[str]:
    found = given.listed(name)
    if name in given.texts and not found:
        raise Refused(empty, f"{name} is given, and empty")
    return found


def _label(text: str) -> str:
    if not (text.isascii() and text.isdecimal()):
        raise Refused(_LABEL, f"a label is a whole number, not {shown(text)}")
    return text
