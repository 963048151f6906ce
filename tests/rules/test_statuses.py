"""Statuses and sub-statuses (SENDCLOUD.md 5)."""

from __future__ import annotations

import pytest

from sendcloud_inbound.rules import statuses
from sendcloud_inbound.rules.model import EmailStatus


def test_every_email_status_has_its_number() -> None:
    """The numbers are those of status queries (SENDCLOUD.md 5.1)."""
    numbers = {status: row.number for status, row in statuses.STATUSES.items()}
    assert numbers == {
        EmailStatus.REQUESTED: 18,
        EmailStatus.DELIVERED: 1,
        EmailStatus.SOFT_BOUNCE: 5,
        EmailStatus.INVALID: 4,
    }


def test_the_families_are_the_documented_ones() -> None:
    """Nine of invalid mail, six of soft bounces; 501, 502 and 504 are not used."""
    assert sorted(statuses.INVALID) == [401, 402, 403, 404, 405, 406, 407, 408, 409]
    assert sorted(statuses.SOFT_BOUNCE) == [503, 505, 506, 507, 508, 509]
    assert set(statuses.ALL) == statuses.INVALID | statuses.SOFT_BOUNCE


@pytest.mark.parametrize("number", statuses.ALL)
def test_a_row_is_complete(number: int) -> None:
    """Each has both wordings, Chinese, and a text for the log that fits into one line."""
    row = statuses.ALL[number]
    assert row.number == number
    assert row.words == statuses.description(number) != ""
    assert row.log == statuses.log_text(number) != ""
    assert row.log.isprintable()
    assert row.query.startswith("Soft bounce - ") == (number in statuses.SOFT_BOUNCE)
    assert not row.chinese.isascii()


def test_events_have_the_words_of_the_webhook_table() -> None:
    """D26; the blacklist's log text is the documented one (SENDCLOUD.md 5.4)."""
    assert statuses.description(406) == "address does not exist"
    assert statuses.description(505) == "ip or domain rejected"
    assert statuses.log_text(401) == "在SendCloud黑名单中"
    assert statuses.ALL[404].query == "Format error"


def test_the_chinese_query_has_a_prefix() -> None:
    """Which tells invalid mail and soft bounces apart."""
    assert statuses.ALL[406].query_chinese == "无效邮件-地址不存在"
    assert statuses.ALL[507].query_chinese == "软退信-反垃圾邮件被拒"


def test_an_unknown_number_says_nothing() -> None:
    """A number that no table has is no reason to fail."""
    assert (statuses.description(502), statuses.log_text(502)) == ("", "")
