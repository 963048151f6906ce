"""The counters of day, hour and invalid-mail statistics, as answers have them (SENDCLOUD.md 7.11).

Every misspelling here is on the wire: `ubsubscribe`, `espUnvaliable`, and in the sum over all rows
three names that lack a letter, beside counts that are texts there (D44: of two spellings of one
name that of the table is sent).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sendcloud_inbound.rules.spans import date_text
from sendcloud_inbound.rules.tally import Count

if TYPE_CHECKING:
    from sendcloud_inbound.rules.tally import Group, Tally

INVALID: Final = {
    401: "sendcloudBlacklist",
    402: "ubsubscribe",
    403: "espUnvaliable",
    404: "recipientAddressError",
    405: "ipOrDomainRejected",
    406: "recipientNotFound",
    407: "spamEmails",
    408: "senderOrRecipientRejected",
    409: "others",
}
"""The classes of invalid mail by sub-status, in the order of the answer."""

_SUMMED: Final = {
    Count.UNIQUE_OPENS: "uniqueOpenNum",
    Count.UNIQUE_CLICKS: "uniqueClickNum",
    Count.INVALID: "invalidEmailNum",
}
"""The names that are others in the sum over all rows."""
_SHARES: Final = (
    Count.DELIVERED,
    Count.CLICKS,
    Count.OPENS,
    Count.BOUNCES,
    Count.SPAM_REPORTS,
    Count.UNSUBSCRIBES,
    Count.UNIQUE_OPENS,
    Count.UNIQUE_CLICKS,
    Count.INVALID,
)


def counters(tally: Tally) -> dict[str, Any]:
    """Return the counters of one row: counts, then percentages."""
    counts: dict[str, Any] = {count.value: tally.counts[count] for count in Count}
    return counts | _percentages(tally)


def summed(tally: Tally) -> dict[str, Any]:
    """Return the counters of the sum over all rows."""
    counts: dict[str, Any] = {
        _SUMMED.get(count, count.value): str(tally.counts[count]) for count in Count
    }
    return counts | _percentages(tally)


def invalid(tally: Tally) -> dict[str, Any]:
    """Return the counters of invalid mail."""
    return {name: tally.invalid[number] for number, name in INVALID.items()}


def day_row(group: Group, label_name: str | None) -> dict[str, Any]:
    """Return what a row of day statistics begins with."""
    return {
        "sendDate": date_text(group.day),
        "apiUser": group.api_user,
        "domain": group.domain,
        "labelId": label_number(group.label_id),
        "labelName": label_name,
    }


def hour_row(group: Group) -> dict[str, Any]:
    """Return what a row of hour statistics begins with."""
    return {
        "sendDate": date_text(group.day),
        "apiUser": group.api_user,
        "labelId": label_number(group.label_id),
        "sendHour": group.hour,
    }


def invalid_row(group: Group, label_name: str | None) -> dict[str, Any]:
    """Return what a row of invalid-mail statistics begins with."""
    return {
        "sendDate": date_text(group.day),
        "apiUser": group.api_user,
        "labelId": label_number(group.label_id),
        "labelName": label_name,
        "domain": group.domain,
    }


def label_number(label_id: str | None) -> int | str:
    """Return a label as answers have it: a number, 0 where there is none (4.4).

    A login by SMTP may have anything behind its `#`: that stays as it is.
    """
    if label_id is None:
        return 0
    return int(label_id) if label_id.isascii() and label_id.isdecimal() else label_id


def _percentages(tally: Tally) -> dict[str, Any]:
    return {_percent_name(count): tally.percent(count) for count in _SHARES}


def _percent_name(count: Count) -> str:
    return count.value.removesuffix("Num") + "Percent"
