"""Statuses and sub-statuses (SENDCLOUD.md 5)."""

from __future__ import annotations

import pytest

from sendcloud_inbound.rules import statuses
from sendcloud_inbound.rules.history import EventKind
from sendcloud_inbound.rules.model import EmailStatus
from sendcloud_inbound.rules.results import Language
from sendcloud_inbound.rules.simulation import failure_details


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


WORDS = {
    401: ("SendCloud黑名单中", "in SendCloud blocklist", "Blacklist"),
    402: ("取消订阅", "unsubscribe", "Unsubscribe"),
    403: ("服务器不可达", "server unreachable", "Server error"),
    404: ("地址格式错误", "address format error", "Format error"),
    405: ("IP、域名被拒", "IP and domain rejected", "IP rejection"),
    406: ("地址不存在", "address does not exist", "Not Exist"),
    407: ("垃圾邮件", "spam", "Junk mail"),
    408: ("发件人/收件人被拒", "sender / recipient rejected", "Rejection"),
    409: ("其他", "others", "Others"),
    503: ("服务不可达", "service not available", "Soft bounce - Server error"),
    505: ("IP、域名被拒", "ip or domain rejected", "Soft bounce - IP rejection"),
    506: ("邮箱地址不存在", "email address does not exist", "Soft bounce - Not Exist"),
    507: ("反垃圾邮件被拒", "spam", "Soft bounce - Spam rejection"),
    508: ("发件人/收件人被拒", "sender / recipient rejected", "Soft bounce - Rejection"),
    509: ("其他", "others", "Soft bounce - Others"),
}
"""SENDCLOUD.md 5.2 and 5.3, row by row: Chinese, the webhook table, the status-query table."""


def test_every_row_has_the_words_of_the_tables() -> None:
    """All numbers and both wordings, as they are printed."""
    rows = {number: (row.chinese, row.words, row.query) for number, row in statuses.ALL.items()}
    assert rows == WORDS


@pytest.mark.parametrize("number", WORDS)
def test_events_have_the_words_of_the_webhook_table(number: int) -> None:
    """D26, and not those of the status-query table."""
    kind = EventKind.INVALID if number < 500 else EventKind.SOFT_BOUNCE
    details = failure_details(kind, number, "log")
    assert (details["subStat"], details["subStatDesc"]) == (number, WORDS[number][1])


def test_the_blacklist_has_the_documented_log_text() -> None:
    """The only one that any document prints (SENDCLOUD.md 5.4)."""
    assert statuses.log_text(401) == "在SendCloud黑名单中"


def test_the_chinese_query_has_a_prefix() -> None:
    """Which tells invalid mail and soft bounces apart."""
    assert statuses.ALL[406].query_chinese == "无效邮件-地址不存在"
    assert statuses.ALL[507].query_chinese == "软退信-反垃圾邮件被拒"


def test_an_unknown_number_says_nothing() -> None:
    """A number that no table has is no reason to fail."""
    assert (statuses.description(502), statuses.log_text(502)) == ("", "")


@pytest.mark.parametrize(
    ("status", "sub_status", "chinese", "english"),
    [
        (EmailStatus.DELIVERED, None, "投递成功", "Delivered"),
        (EmailStatus.REQUESTED, None, "请求中", "Requesting"),
        (EmailStatus.INVALID, 406, "无效邮件-地址不存在", "Not Exist"),
        (EmailStatus.SOFT_BOUNCE, 503, "软退信-服务不可达", "Soft bounce - Server error"),
        (EmailStatus.INVALID, None, "无效邮件", "Invalid"),
        (EmailStatus.SOFT_BOUNCE, 1, "软退信", "Soft bounce"),
    ],
)
def test_a_status_query_has_words_of_its_own(
    status: EmailStatus, sub_status: int | None, chinese: str, english: str
) -> None:
    """With a prefix in Chinese (SENDCLOUD.md 5.3, 7.9)."""
    assert statuses.query_text(status, sub_status, Language.CHINESE) == chinese
    assert statuses.query_text(status, sub_status, Language.ENGLISH) == english
