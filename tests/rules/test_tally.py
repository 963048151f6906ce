"""The counters of day and hour statistics (SENDCLOUD.md 7.11)."""

from __future__ import annotations

import pytest

from sendcloud_inbound.rules.history import EventKind
from sendcloud_inbound.rules.model import EmailStatus
from sendcloud_inbound.rules.tally import Count, Tally, nothing, total


def tally(delivered: int = 0, invalid: int = 0) -> Tally:
    """Return what so many emails count."""
    one = nothing()
    one.add_emails(EmailStatus.DELIVERED, None, delivered)
    one.add_emails(EmailStatus.INVALID, 406, invalid)
    return one


def test_an_email_counts_as_a_request_and_as_what_it_is() -> None:
    """One that is under way is only a request."""
    one = nothing()
    for status in EmailStatus:
        one.add_emails(status, None, 2)
    assert one.counts == {
        Count.REQUESTS: 8,
        Count.DELIVERED: 2,
        Count.BOUNCES: 2,
        Count.INVALID: 2,
    }


@pytest.mark.parametrize(("sub_status", "counted"), [(401, 401), (409, 409), (None, 409), (7, 409)])
def test_invalid_emails_are_counted_by_class(sub_status: int | None, counted: int) -> None:
    """What is in none of the nine is one of the others."""
    one = nothing()
    one.add_emails(EmailStatus.INVALID, sub_status, 3)
    assert one.invalid == {counted: 3}


def test_events_count_each_and_by_email() -> None:
    """Opens and clicks have a counter of the emails too."""
    one = nothing()
    for kind in (
        EventKind.OPEN,
        EventKind.CLICK,
        EventKind.UNSUBSCRIBE,
        EventKind.REPORT_SPAM,
    ):
        one.add_events(kind, 5, 2)
    assert one.counts == {
        Count.OPENS: 5,
        Count.UNIQUE_OPENS: 2,
        Count.CLICKS: 5,
        Count.UNIQUE_CLICKS: 2,
        Count.UNSUBSCRIBES: 5,
        Count.SPAM_REPORTS: 5,
    }


def test_shares_are_those_of_the_printed_sample() -> None:
    """Two decimals, cut off: 7 and 5 of 12."""
    one = tally(delivered=7, invalid=5)
    assert (one.percent(Count.DELIVERED), one.percent(Count.INVALID)) == (58.33, 41.66)


def test_opens_are_a_share_of_what_was_delivered() -> None:
    """Above all of it when one mail is opened more than once."""
    one = tally(delivered=4, invalid=4)
    one.add_events(EventKind.OPEN, 6, 3)
    assert (one.percent(Count.OPENS), one.percent(Count.UNIQUE_OPENS)) == (150.0, 75.0)


def test_without_mail_there_is_no_share() -> None:
    """It is 0 and no error."""
    assert {nothing().percent(count) for count in Count} == {0.0}


def test_tallies_add_up() -> None:
    """Counters and classes alike."""
    whole = total([tally(delivered=1, invalid=1), tally(invalid=2), nothing()])
    assert whole.counts[Count.REQUESTS] == 4
    assert whole.invalid == {406: 3}
