"""Delivery statuses and sub-status codes, in SendCloud's own words (SENDCLOUD.md 5).

Events tell a sub-status in the webhook table's words (D26); a status query has its own. What the
log text of an invalid mail or a soft bounce looks like is not documented but for the blacklist's
(5.4): the others are such as mail servers give.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sendcloud_inbound.rules.model import EmailStatus
from sendcloud_inbound.rules.results import Language

if TYPE_CHECKING:
    from collections.abc import Mapping


class Status(NamedTuple):
    """A row of SENDCLOUD.md 5.1."""

    number: int
    chinese: str
    english: str
    """Not documented: the meaning of the Chinese."""


class SubStatus(NamedTuple):
    """A row of SENDCLOUD.md 5.2 or 5.3."""

    number: int
    chinese: str
    words: str
    """In the webhook table: `subStatDesc` of events (D26)."""
    query: str
    """In the status-query table."""
    log: str
    """What a worker or a receiving server may say: `message` of events."""

    @property
    def query_chinese(self) -> str:
        """Return the words of the Chinese status-query table, which have a prefix."""
        return f"{_PREFIXES[self.number // 100]}{self.chinese}"


STATUSES: Final[Mapping[EmailStatus, Status]] = {
    EmailStatus.REQUESTED: Status(18, "请求中", "Requesting"),
    EmailStatus.DELIVERED: Status(1, "送达", "Delivered"),
    EmailStatus.SOFT_BOUNCE: Status(5, "软退信", "Soft bounce"),
    EmailStatus.INVALID: Status(4, "无效邮件", "Invalid"),
}

_QUERIED_DELIVERED = "投递成功"
_PREFIXES = {4: "无效邮件-", 5: "软退信-"}

_ROWS = (
    SubStatus(
        401, "SendCloud黑名单中", "in SendCloud blocklist", "Blacklist", "在SendCloud黑名单中"
    ),
    SubStatus(402, "取消订阅", "unsubscribe", "Unsubscribe", "The recipient has unsubscribed"),
    SubStatus(
        403,
        "服务器不可达",
        "server unreachable",
        "Server error",
        "connect to the mail server of the domain: Connection timed out",
    ),
    SubStatus(
        404,
        "地址格式错误",
        "address format error",
        "Format error",
        "501 5.1.3 Bad recipient address syntax",
    ),
    SubStatus(
        405,
        "IP、域名被拒",
        "IP and domain rejected",
        "IP rejection",
        "554 5.7.1 Connection from a listed IP address or domain rejected",
    ),
    SubStatus(406, "地址不存在", "address does not exist", "Not Exist", "550 Mailbox not found"),
    SubStatus(407, "垃圾邮件", "spam", "Junk mail", "554 5.7.1 Message rejected as spam"),
    SubStatus(
        408,
        "发件人/收件人被拒",
        "sender / recipient rejected",
        "Rejection",
        "550 5.7.1 Recipient address rejected: Access denied",
    ),
    SubStatus(409, "其他", "others", "Others", "554 5.0.0 Transaction failed"),
    SubStatus(
        503,
        "服务不可达",
        "service not available",
        "Soft bounce - Server error",
        "421 4.3.2 Service not available, closing transmission channel",
    ),
    SubStatus(
        505,
        "IP、域名被拒",
        "ip or domain rejected",
        "Soft bounce - IP rejection",
        "450 4.7.1 Too many messages from your IP address or domain",
    ),
    SubStatus(
        506,
        "邮箱地址不存在",
        "email address does not exist",
        "Soft bounce - Not Exist",
        "450 4.1.1 Mailbox unavailable",
    ),
    SubStatus(
        507,
        "反垃圾邮件被拒",
        "spam",
        "Soft bounce - Spam rejection",
        "451 4.7.1 Message looks like spam",
    ),
    SubStatus(
        508,
        "发件人/收件人被拒",
        "sender / recipient rejected",
        "Soft bounce - Rejection",
        "450 4.7.1 Sender address rejected",
    ),
    SubStatus(
        509,
        "其他",
        "others",
        "Soft bounce - Others",
        "451 4.3.0 Requested action aborted: local error in processing",
    ),
)

ALL: Final[Mapping[int, SubStatus]] = {row.number: row for row in _ROWS}
INVALID: Final = frozenset(range(401, 410))
"""Of invalid mail (5.2)."""
SOFT_BOUNCE: Final = frozenset({503, *range(505, 510)})
"""Of soft bounces (5.3); 501, 502 and 504 are not used."""


def query_text(status: EmailStatus, sub_status: int | None, language: Language) -> str:
    """Return what a status query says of where an email stands (7.9).

    A delivered one is `投递成功`; one that came back has the words of the status-query table, with
    their prefix in Chinese (5.3).
    """
    is_chinese = language is Language.CHINESE
    row = None if sub_status is None else ALL.get(sub_status)
    if row is not None:
        return row.query_chinese if is_chinese else row.query
    if status is EmailStatus.DELIVERED and is_chinese:
        return _QUERIED_DELIVERED
    return STATUSES[status].chinese if is_chinese else STATUSES[status].english


def description(sub_status: int) -> str:
    """Return what events say of a sub-status (D26); empty for a number that is not documented."""
    row = ALL.get(sub_status)
    return row.words if row else ""


def log_text(sub_status: int) -> str:
    """Return what the log may say of a sub-status; empty for a number that is not documented."""
    row = ALL.get(sub_status)
    return row.log if row else ""
