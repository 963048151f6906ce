"""messageId and emailId: make them and take them apart (SENDCLOUD.md 2.1 to 2.4, D28).

messageId = <epoch ms, 13 digits> "_" <user id> "_" <n3> "_" <n4> "." <region> "-" <ip> "-inbound"
emailId   = messageId <index> "$" <recipient>
"""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple

_REGION_AND_IP = r"(s[cg])-([0-9]{1,3}(?:[_-][0-9]{1,3}){3})"
_MESSAGE_ID = rf"([0-9]{{13}})_([0-9]+)_([0-9]+)_([0-9]{{1,4}})\.{_REGION_AND_IP}-inbound"
_HOST = re.compile(_REGION_AND_IP)
_MESSAGE = re.compile(_MESSAGE_ID)
_REFERENCE = re.compile(rf"<?({_MESSAGE_ID})([0-9]+)@")
_EMAIL = re.compile(rf"({_MESSAGE_ID})([0-9]+)\$(.+)")

_COUNTERS = 10_000
"""Part 4 is 0 to 9999 (SENDCLOUD.md 2.2)."""
_PROCESSES = 32_768
"""Process numbers of the samples are those of a stock Linux, below 2^15."""
_LATE_MS = 1_000
"""A clock that is further behind was set: machines put theirs right by less."""
_LARGEST_STEP = 32
"""A skip of 2^32 already passes every store; beyond it part 1 would leave its 13 digits."""

SEEDED_EPOCH_MS = 1_426_390_015_358
"""Where seeded ids begin to count: the time in the guide's own messageId (G1)."""


class MessageId(NamedTuple):
    """The parts of a messageId, in its order."""

    epoch_ms: int
    user_id: int
    process: int
    """Looks like the process number of the inbound server (SENDCLOUD.md 2.2)."""
    counter: int
    region: str
    """`sc` or `sg`."""
    ip: str
    """As it stands in the id: `10_10_127_51`, or with hyphens."""


class EmailId(NamedTuple):
    """The parts of an emailId."""

    message_id: str
    position: int
    recipient: str


def message_id(  # noqa: PLR0917 - the six parts in their order
    epoch_ms: int, user_id: int, process: int, counter: int, region: str, ip: str
) -> str:
    """Return the messageId of these parts; only the time is padded."""
    return f"{epoch_ms:013d}_{user_id}_{process}_{counter}.{region}-{ip}-inbound"


def parse_message_id(text: str) -> MessageId:
    """Take a messageId apart; `ValueError` when it is none."""
    found = _MESSAGE.fullmatch(text)
    if found is None:
        raise ValueError(f"not a messageId: {text[:80]!r}")
    epoch_ms, user_id, process, counter, region, ip = found.groups()
    return MessageId(int(epoch_ms), int(user_id), int(process), int(counter), region, ip)


def email_id(message_id: str, position: int, recipient: str) -> str:
    """Return the emailId of the recipient at a position, counted from 0 and not padded (G3)."""
    return f"{message_id}{position}${recipient}"


def parse_email_id(text: str) -> EmailId:
    """Take an emailId apart; `ValueError` when it is none. The recipient may hold `$` itself."""
    found = _EMAIL.fullmatch(text)
    if found is None:
        raise ValueError(f"not an emailId: {text[:80]!r}")
    return EmailId(found[1], int(found[8]), found[9])


def parse_reference(text: str) -> tuple[str, int] | None:
    """Take apart a Message-ID that SendCloud made: `<messageId><index>@<domain>` (6.5).

    Returns messageId and position; None for any other Message-ID.
    """
    found = _REFERENCE.match(text)
    try:
        return (found[1], int(found[8])) if found else None
    except ValueError:  # more digits than Python makes a number of
        return None


class MessageIds:
    """Makes messageIds, each once, for one process; not to be shared between threads.

    The time part follows the clock. It goes back only with a clock that was set, which is more
    than a second behind (then a store may know an id, and asks for another); when 10,000 ids were
    made within one millisecond it moves ahead of the clock. Given `epoch_ms`, it counts from there
    instead, one per id, so that the same settings give the same ids run after run.
    """

    def __init__(
        self, *, region: str, ip: str, process: int, counter: int = 0, epoch_ms: int | None = None
    ) -> None:
        self._region = region
        self._ip = ip.replace(".", "_")
        if _HOST.fullmatch(f"{region}-{self._ip}") is None:
            raise ValueError(f"region must be sc or sg and ip four numbers, not {region!r}, {ip!r}")
        self._process = process
        self._counter = counter % _COUNTERS
        self._follows_clock = epoch_ms is None
        self._ms = epoch_ms or 0
        self._made = 0

    def make(self, user_id: int, now_ms: int, attempt: int = 0) -> str:
        """Return a new messageId; `attempt` counts the collisions met so far for one message."""
        ms, counter = self._tick(now_ms) if self._follows_clock else self._count(attempt)
        return message_id(ms, user_id, self._process, counter, self._region, self._ip)

    def _tick(self, now_ms: int) -> tuple[int, int]:
        """Return time and counter of the next id by the clock."""
        if now_ms > self._ms or now_ms < self._ms - _LATE_MS:
            self._ms, self._made = now_ms, 0
        elif self._made == _COUNTERS:
            self._ms, self._made = self._ms + 1, 0
        counter = self._counter
        self._counter = (counter + 1) % _COUNTERS
        self._made += 1
        return self._ms, counter

    def _count(self, attempt: int) -> tuple[int, int]:
        """Return time and counter of the next seeded id.

        A store may hold the first N of them from an earlier run; the n-th collision skips 2^n, so
        that a free one is found after some log2(N) attempts.
        """
        nth = self._made + (1 << min(attempt, _LARGEST_STEP)) - 1
        self._made = nth + 1
        return self._ms + nth, (self._counter + nth) % _COUNTERS


def seeded(seed: int, *, region: str, ip: str) -> MessageIds:
    """Return ids that repeat: the seed alone gives process number and first counter."""
    digest = hashlib.sha256(str(seed).encode()).digest()
    return MessageIds(
        region=region,
        ip=ip,
        process=1 + int.from_bytes(digest[:4]) % (_PROCESSES - 1),
        counter=int.from_bytes(digest[4:8]) % _COUNTERS,
        epoch_ms=SEEDED_EPOCH_MS,
    )
