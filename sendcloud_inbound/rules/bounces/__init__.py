"""What a server's reply makes of an email: its status and sub-status (SENDCLOUD.md 5.1 to 5.3).

A 5xx condemns the address or the mail: `invalid`, 403 to 409. What passes by itself, which is every
4xx once there is no further attempt, and a full mailbox at once, is a `soft_bounce`, 503 to 509.
Both share their last digit, so one table serves both.
"""

from __future__ import annotations

import re

from sendcloud_inbound.rules.bounces.table import TABLE, Kind, Row, Stage
from sendcloud_inbound.rules.model import EmailStatus

__all__ = ["UNREACHED", "Stage", "find_row", "is_permanent", "judge", "one_line"]

UNREACHED = 503
"""Sub-status of the soft bounce of an email that no reply came for: service not available."""

_LONGEST = 500
"""Characters of a reply that are kept and looked at; RFC 5321 allows 512 octets in a line."""
_ENHANCED = re.compile(r"[245]\.(\d{1,3}\.\d{1,3})(?:\s+|$)")
_BLANKS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")


def judge(code: int, text: str, stage: Stage) -> tuple[EmailStatus, int | None]:
    """Return the status and sub-status of an email by the reply to a stage of its sending.

    A 2xx delivers at the end of DATA alone: before it, nothing has been taken. That of a 4xx, and
    of a code that is none, is what the email ends as if there is no further attempt.
    """
    if stage is Stage.END and 200 <= code < 300:  # noqa: PLR2004 - 2xx
        return EmailStatus.DELIVERED, None
    row = find_row(code, text, stage)
    if is_permanent(code) and not row.passes:
        return EmailStatus.INVALID, 400 + row.kind
    # 504 is not in use (SENDCLOUD.md 5.3).
    kind = Kind.OTHER if row.kind is Kind.ADDRESS_FORMAT else row.kind
    return EmailStatus.SOFT_BOUNCE, 500 + kind


def is_permanent(code: int) -> bool:
    """Tell whether a reply says that the same will never be taken (RFC 5321 4.2.1)."""
    return 500 <= code < 600  # noqa: PLR2004 - 5xx


def find_row(code: int, text: str, stage: Stage) -> Row:
    """Return the row of the table that decides over a reply."""
    enhanced, words = _take_apart(text)
    return next(row for row in TABLE if _fits(row, code, enhanced, words, stage))


def one_line(code: int, text: str) -> str:
    """Return a reply as one line of at most 500 characters, its enhanced code told once."""
    enhanced, words = _take_apart(text)
    return " ".join(filter(None, (str(code), enhanced and f"{code // 100}.{enhanced}", words)))[
        :_LONGEST
    ]


def _take_apart(text: str) -> tuple[str, str]:
    """Return the enhanced code without its class, and the words.

    A reply of several lines repeats its code before each (RFC 2034), amid a sentence.
    """
    enhanced, words = "", []
    for line in text.splitlines():
        found = _ENHANCED.match(line)
        enhanced = enhanced or (found[1] if found else "")
        words.append(line[found.end() :] if found else line)
    return enhanced, _BLANKS.sub(" ", " ".join(words)).strip()[:_LONGEST]


def _fits(row: Row, code: int, enhanced: str, words: str, stage: Stage) -> bool:
    return (
        (row.enhanced is None or enhanced in row.enhanced or _subject(enhanced) in row.enhanced)
        and (row.codes is None or code in row.codes)
        and (row.stage is None or stage is row.stage)
        and (row.words is None or row.words.search(words) is not None)
    )


def _subject(enhanced: str) -> str:
    return enhanced.partition(".")[0]
