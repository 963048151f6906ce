"""The counters as answers have them (SENDCLOUD.md 7.11)."""

from __future__ import annotations

import pytest

from sendcloud_inbound.rules.api import counters
from sendcloud_inbound.rules.model import EmailStatus
from sendcloud_inbound.rules.tally import Group, nothing

_NUMBERS = """
requestNum, deliveredNum, clickNum, openNum, bounceNum, spamReportedNum, unsubscribeNum,
uniqueOpensNum, uniqueClicksNum, invalidEmailsNum
"""
_SHARES = """
deliveredPercent, clickPercent, openPercent, bouncePercent, spamReportedPercent,
unsubscribePercent, uniqueOpensPercent, uniqueClicksPercent, invalidEmailsPercent
"""
NAMES = [name.strip() for name in (_NUMBERS + "," + _SHARES).replace("\n", " ").split(",")]


def test_a_row_has_the_documented_counters() -> None:
    """In the order in which they are printed: numbers, then percentages."""
    tally = nothing()
    tally.add_emails(EmailStatus.DELIVERED, None, 7)
    tally.add_emails(EmailStatus.INVALID, 406, 5)
    row = counters.counters(tally)
    assert list(row) == NAMES
    assert (row["requestNum"], row["deliveredPercent"], row["clickNum"]) == (12, 58.33, 0)


def test_the_sum_has_texts_and_three_other_names() -> None:
    """Counts are texts there, and three names lose a letter."""
    tally = nothing()
    tally.add_emails(EmailStatus.DELIVERED, None, 7)
    tally.add_emails(EmailStatus.INVALID, 406, 5)
    row = counters.summed(tally)
    lost = {
        "uniqueOpensNum": "uniqueOpenNum",
        "uniqueClicksNum": "uniqueClickNum",
        "invalidEmailsNum": "invalidEmailNum",
    }
    assert list(row) == [lost.get(name, name) for name in NAMES]
    assert (row["requestNum"], row["invalidEmailNum"]) == ("12", "5")
    assert (row["deliveredPercent"], row["invalidEmailsPercent"]) == (58.33, 41.66)


def test_invalid_mail_has_nine_classes() -> None:
    """401 to 409 in order, misspelt as on the wire."""
    tally = nothing()
    for number in range(401, 410):
        tally.add_emails(EmailStatus.INVALID, number, number)
    assert list(counters.invalid(tally).items()) == [
        ("sendcloudBlacklist", 401),
        ("ubsubscribe", 402),
        ("espUnvaliable", 403),
        ("recipientAddressError", 404),
        ("ipOrDomainRejected", 405),
        ("recipientNotFound", 406),
        ("spamEmails", 407),
        ("senderOrRecipientRejected", 408),
        ("others", 409),
    ]


def test_rows_begin_with_their_group() -> None:
    """Each kind of statistics has an order of its own."""
    group = Group(0, 23, "one", "7", "x.cn")
    assert list(counters.day_row(group, None).items()) == [
        ("sendDate", "1970-01-01"),
        ("apiUser", "one"),
        ("domain", "x.cn"),
        ("labelId", 7),
        ("labelName", None),
    ]
    assert list(counters.hour_row(group).items()) == [
        ("sendDate", "1970-01-01"),
        ("apiUser", "one"),
        ("labelId", 7),
        ("sendHour", 23),
    ]
    assert list(counters.invalid_row(group, "a").items()) == [
        ("sendDate", "1970-01-01"),
        ("apiUser", "one"),
        ("labelId", 7),
        ("labelName", "a"),
        ("domain", "x.cn"),
    ]


@pytest.mark.parametrize(("label_id", "shown"), [(None, 0), ("7", 7), ("x", "x"), ("²", "²")])
def test_a_label_is_a_number(label_id: str | None, shown: object) -> None:
    """0 where there is none; what a login made up stays as it is."""
    assert counters.label_number(label_id) == shown
