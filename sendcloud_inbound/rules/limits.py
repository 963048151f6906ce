"""How much an API_USER may send: 536 and the daily quota (SENDCLOUD.md 1.6, S18, S19).

Counted are messages, by SMTP and by API together; and how often a user asks for statuses. The
counts live in memory. Where several nodes take mail for one store, each adds what it has heard of
the others' messages; where there is one, the counts begin anew with the program.
"""

from __future__ import annotations

from collections import Counter, deque
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sendcloud_inbound.rules.model import Account

_MINUTE_MS = 60_000
_DAY_MS = 86_400_000
_SLOT_MS = 100
"""The sliding minute moves in steps of this; memory stays at 600 slots an account."""


class Share(NamedTuple):
    """What one node has taken of an API_USER's messages."""

    api_user: str
    seconds: tuple[tuple[int, int], ...]
    """Of the last minute: seconds since the epoch, and how many were taken in each."""
    day: int
    """Days since the epoch (UTC)."""
    day_count: int


class Usage:
    """What each API_USER has sent in the last minute and on this day (UTC)."""

    def __init__(self) -> None:
        self._minutes: dict[str, _SlidingMinute] = {}
        self._days: dict[str, tuple[int, int]] = {}
        self._others: dict[str, _Others] = {}
        self._untold: set[str] = set()

    def too_frequent(self, account: Account, now_ms: int) -> bool:
        """Tell whether one more message would exceed the account's messages a minute."""
        limit = account.rate_limit_per_minute
        if not limit:
            return False
        minute = self._minutes.get(account.api_user)
        count = 0 if minute is None else minute.count(now_ms)
        others = self._others.get(account.api_user)
        if others is not None:
            count += others.in_minute(now_ms)
        return count >= limit

    def over_quota(self, account: Account, now_ms: int) -> bool:
        """Tell whether one more message would exceed the account's messages a day."""
        return 0 < account.daily_quota <= self.sent_today(account, now_ms)

    def sent_today(self, account: Account, now_ms: int) -> int:
        """Return how many messages of the account were taken today."""
        today = now_ms // _DAY_MS
        day, count = self._days.get(account.api_user, (0, 0))
        others = self._others.get(account.api_user)
        return (count if day == today else 0) + (0 if others is None else others.on_day(today))

    def add(self, account: Account, now_ms: int) -> None:
        """Count one message that was taken."""
        minute = self._minutes.get(account.api_user)
        if minute is None:
            minute = self._minutes[account.api_user] = _SlidingMinute()
        minute.add(now_ms)
        today = now_ms // _DAY_MS
        day, count = self._days.get(account.api_user, (today, 0))
        self._days[account.api_user] = (today, count + 1 if day == today else 1)
        self._untold.add(account.api_user)

    def take_back(self, account: Account, now_ms: int) -> None:
        """Uncount one message that was counted and then not taken."""
        self._minutes[account.api_user].take_back()
        day, count = self._days[account.api_user]
        if day == now_ms // _DAY_MS:
            self._days[account.api_user] = (day, count - 1)
        self._untold.add(account.api_user)

    def shares(self, now_ms: int) -> list[Share]:
        """Return what was counted here, of those API_USERs where it has changed since."""
        untold, self._untold = self._untold, set()
        return [
            Share(name, self._minutes[name].seconds(now_ms), *self._days[name])
            for name in sorted(untold)
        ]

    def tell_again(self, shares: Iterable[Share]) -> None:
        """Return these the next time too: nobody has heard of them."""
        self._untold.update(share.api_user for share in shares)

    def hear(self, node: int, share: Share) -> None:
        """Know what another node has counted, in place of what it had before."""
        self._others.setdefault(share.api_user, _Others()).hear(node, share)


class Questions:
    """How often each user asks where emails stand: 3,000 times a minute (SENDCLOUD.md 7.9)."""

    def __init__(self, most_per_minute: int = 3_000) -> None:
        self._most = most_per_minute
        self._minutes: dict[int, _SlidingMinute] = {}

    def too_frequent(self, user_id: int, now_ms: int) -> bool:
        """Count one question, or tell that it is one too many."""
        minute = self._minutes.setdefault(user_id, _SlidingMinute())
        if minute.count(now_ms) >= self._most:
            return True
        minute.add(now_ms)
        return False


class _Others:
    """What the other nodes have taken of one API_USER's messages."""

    def __init__(self) -> None:
        self._shares: dict[int, Share] = {}
        self._counted: tuple[int, int] | None = None
        """For the last question: the second, and the count."""

    def hear(self, node: int, share: Share) -> None:
        self._shares[node] = share
        self._counted = None

    def in_minute(self, now_ms: int) -> int:
        now_s = now_ms // 1000
        if self._counted is None or self._counted[0] != now_s:
            oldest = now_s - _MINUTE_MS // 1000
            shares = self._shares.values()
            count = sum(n for share in shares for second, n in share.seconds if second > oldest)
            self._counted = (now_s, count)
        return self._counted[1]

    def on_day(self, day: int) -> int:
        return sum(share.day_count for share in self._shares.values() if share.day == day)


class _SlidingMinute:
    """Counts what was added in the last 60 s, in slots."""

    __slots__ = ("_slots", "_total")

    def __init__(self) -> None:
        self._slots: deque[list[int]] = deque()
        self._total = 0

    def add(self, now_ms: int) -> None:
        slot = now_ms // _SLOT_MS
        if self._slots and self._slots[-1][0] == slot:
            self._slots[-1][1] += 1
        else:
            self._slots.append([slot, 1])
        self._total += 1

    def take_back(self) -> None:
        if self._slots:
            self._slots[-1][1] -= 1
            self._total -= 1

    def seconds(self, now_ms: int) -> tuple[tuple[int, int], ...]:
        self.count(now_ms)
        counts: Counter[int] = Counter()
        for slot, count in self._slots:
            counts[slot * _SLOT_MS // 1000] += count
        return tuple(counts.items())

    def count(self, now_ms: int) -> int:
        oldest = (now_ms - _MINUTE_MS) // _SLOT_MS
        while self._slots and self._slots[0][0] <= oldest:
            self._total -= self._slots.popleft()[1]
        return self._total
