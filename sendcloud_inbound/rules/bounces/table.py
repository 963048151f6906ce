"""The table of replies: what each says of a mail.

The documents of SendCloud name the sub-statuses and not the replies that lead to them: the rows are
ours, by RFC 5321 4.2.3 (codes), RFC 3463 (enhanced codes, here without their class) and by words
that servers are known to say. The first row that fits decides.
"""

from __future__ import annotations

import re
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Container


class Stage(StrEnum):
    """What a reply answers."""

    CONNECT = "connection"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    END = "end of DATA"


class Kind(IntEnum):
    """Why a mail was not taken: the last digit of its sub-status."""

    UNREACHABLE = 3
    ADDRESS_FORMAT = 4
    ORIGIN_REFUSED = 5
    NO_SUCH_ADDRESS = 6
    SPAM = 7
    REJECTED = 8
    OTHER = 9


class Row(NamedTuple):
    """A row of the table: it fits a reply that has all that it names."""

    kind: Kind
    why: str
    enhanced: frozenset[str] | None = None
    codes: Container[int] | None = None
    stage: Stage | None = None
    words: re.Pattern[str] | None = None
    passes: bool = False
    """Whether it passes by itself: no 5xx makes it `invalid`."""


def _enhanced(*codes: str) -> frozenset[str]:
    return frozenset(codes)


def _words(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)


_FULL = _words(
    r"(?:mailbox|inbox|account|quota)[\w' ]{0,30} full\b",
    r"over ?quota",
    r"quota (?:is )?exceeded",
    r"exceeded[\w' ]{0,20} (?:quota|storage)",
    "insufficient (?:system |disk )?(?:storage|space)",
)
_TOO_LARGE = _words("message size", "size limit", "too (?:big|large)")
_SENDER = _words(
    r"sender(?: address| domain)?(?: is)? (?:rejected|denied|refused|unknown|invalid|banned|not)",
    r"banned sender",
    r"\b(?:spf|dkim|dmarc)\b",
    "unauthenticated",
)
_ORIGIN = _words(
    "spamhaus|spamcop|barracuda|sorbs",
    r"\bd?(?:ns)?[rb]bl\b",
    "(?:black|block|deny) ?list",
    "blocked using",
    "client host",
    r"reverse (?:dns|hostname)|\bptr\b",
    "reputation",
    "banned sending",
    r"(?:connection|domain|\bip) frequency",
    r"\bip\b(?: address)?.{0,80}(?:block|reject|refuse|denied|banned|not allowed|listed)",
)
_SPAM = _words(
    r"spam|\bspm\b",
    "unsolicited|junk",
    r"content[\w' ]{0,20} (?:denied|rejected|refused)",
    "virus|malware|malicious|phish",
)
_NO_USER = _words(
    r"(?:user|mailbox|recipient|account|alias|address)[^.:;]{0,60}"
    r" (?:unknown|not found|not exist|n't exist|does not have|invalid)",
    r"(?:unknown|no such|invalid|nonexistent|non-existent)"
    r" (?:user|mailbox|recipient|account|alias|address|person|local)",
    r"no mailbox|not (?:a|our) (?:valid |known )?(?:mailbox|user|recipient|customer)",
    "(?:doesn't|does not) have an? .{0,40}account",
    "that you tried to reach does not exist",
    "unrouteable address",
)
_NO_HOST = _words(
    r"(?:host|domain)(?: name)?(?: is)? (?:not found|unknown|does not exist|doesn't exist)",
    "(?:no such|unknown) (?:host|domain)",
    r"\bno mx\b|unreachable|no route to host",
)
_MALFORMED = _words(
    "(?:bad|invalid|malformed|illegal)[a-z ]{0,20} (?:address )?syntax",
    "syntax (?:error )?in[a-z ]{0,20} address",
    "malformed address|fully[- ]qualified",
)
_REFUSAL = _words(r"reject|denied|refuse|policy|not (?:allowed|permitted|authori[sz]ed)|relay")

TABLE = (
    Row(
        Kind.OTHER,
        "the mailbox is full, or the server's disk: there may be room tomorrow",
        enhanced=_enhanced("2.2", "3.1"),
        passes=True,
    ),
    Row(Kind.OTHER, "a full mailbox, told in words", words=_FULL, passes=True),
    Row(
        Kind.OTHER,
        "the mail is too large: no fault of address, origin or content",
        enhanced=_enhanced("2.3", "3.4"),
    ),
    Row(Kind.REJECTED, "a bad sender's mailbox or system", enhanced=_enhanced("1.7", "1.8")),
    Row(Kind.NO_SUCH_ADDRESS, "no such mailbox, or moved", enhanced=_enhanced("1.1", "1.6")),
    Row(Kind.ADDRESS_FORMAT, "bad address syntax", enhanced=_enhanced("1.3")),
    Row(
        Kind.ADDRESS_FORMAT,
        "an address in UTF-8 that the server has no form for (RFC 6531)",
        enhanced=_enhanced("6.7"),
    ),
    Row(
        Kind.REJECTED,
        "a large provider's word for a recipient that its directory does not let mail to",
        enhanced=_enhanced("4.1"),
        words=_words("address rejected"),
    ),
    Row(
        Kind.UNREACHABLE,
        "no such host, one that takes no mail (RFC 7505), no answer, no route, congestion",
        enhanced=_enhanced("1.2", "1.10", "3.2", "4.1", "4.2", "4.3", "4.4", "4.5", "4.7"),
    ),
    Row(Kind.REJECTED, "the mailbox is disabled", enhanced=_enhanced("2.1")),
    Row(Kind.ORIGIN_REFUSED, "our IP has no name (RFC 7372)", enhanced=_enhanced("7.25")),
    # From here on the words decide: 5.7.1, 5.5.0 and 5.0.0 are said of everything.
    Row(Kind.OTHER, "too large, told in words", words=_TOO_LARGE),
    Row(Kind.REJECTED, "the sender, or what vouches for it", words=_SENDER),
    Row(Kind.ORIGIN_REFUSED, "our IP or domain: a list, a limit, a name", words=_ORIGIN),
    Row(Kind.SPAM, "what the mail says", words=_SPAM),
    Row(Kind.ADDRESS_FORMAT, "bad address syntax, told in words", words=_MALFORMED),
    Row(Kind.NO_SUCH_ADDRESS, "no such mailbox, told in words", words=_NO_USER),
    Row(Kind.UNREACHABLE, "no such host, told in words", words=_NO_HOST),
    Row(Kind.UNREACHABLE, "the server takes nothing for now (RFC 5321 3.8)", codes={421}),
    Row(
        Kind.ORIGIN_REFUSED,
        "refused before a word was said: 554 and 521 greet those whose IP is not wanted",
        codes=range(500, 600),
        stage=Stage.CONNECT,
    ),
    Row(
        Kind.UNREACHABLE,
        "a greeting that is none: nobody is served now",
        stage=Stage.CONNECT,
    ),
    Row(Kind.REJECTED, "policy without a word of what (RFC 3463 x.7)", enhanced=_enhanced("7")),
    Row(
        Kind.ADDRESS_FORMAT,
        "a recipient that cannot be read (RFC 5321 4.2.3)",
        codes={501},
        stage=Stage.RCPT,
    ),
    Row(Kind.REJECTED, "refused, told in words: relay access, policy", words=_REFUSAL),
    Row(Kind.REJECTED, "mailbox name not allowed: sender or recipient", codes={553}),
    Row(
        Kind.NO_SUCH_ADDRESS,
        "mailbox unavailable, or not local, is all that these codes mean at RCPT",
        codes={550, 551},
        stage=Stage.RCPT,
    ),
    Row(Kind.OTHER, "552 alone: exceeded storage allocation", codes={552}, passes=True),
    Row(Kind.OTHER, "whatever else there is"),
)
