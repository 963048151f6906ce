"""What one node tells the others: where there is work, and whose mail there is news of.

It says only that it is worth a look; everything else stands in the store. So it is summed up until
it is sent, and what would be too long becomes "anybody's".
"""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sendcloud_inbound.ports import Notice, What
from sendcloud_inbound.rules.history import EventKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MAX_OCTETS = 7_900
"""PostgreSQL sends fewer than 8,000 with a notification."""
_MAX_USERS = 200
"""More are not worth being told apart, and would not fit."""


class Topic(StrEnum):
    """What there is a new one of in the store."""

    WORK = "work"
    """A message to be expanded."""
    OUTBOX = "outbox"
    """An email that something is to happen to."""
    POSTS = "posts"
    """A call of a webhook."""
    TASKS = "tasks"
    """A mail to an address list."""
    ORDERS = "orders"
    """Something that people ordered."""
    USAGE = "usage"
    """What API_USERs have sent."""


class Bulletin:
    """The sum of what is to be told."""

    def __init__(self) -> None:
        self.topics: set[Topic] = set()
        self._news: dict[tuple[What, str | None], frozenset[EventKind]] = {}

    def __bool__(self) -> bool:
        return bool(self.topics or self._news)

    def note(self, notices: Iterable[Notice]) -> None:
        """Add news of mail."""
        for notice in notices:
            key = (notice.what, notice.api_user)
            self._news[key] = self._news.get(key, frozenset()) | notice.events
        if len(self._news) > _MAX_USERS:
            self._forget_whose()

    def add(self, other: Bulletin) -> None:
        """Add all that another one says."""
        self.topics |= other.topics
        self.note(other.notices())

    def notices(self) -> Iterator[Notice]:
        """Yield the news, whoever the recipients are."""
        for (what, api_user), events in self._news.items():
            yield Notice(what, api_user, events)

    def text(self) -> str:
        """Return it as it is sent."""
        text = self._text()
        if len(text) > _MAX_OCTETS:  # ASCII: as many octets
            self._forget_whose()
            text = self._text()
        return text

    def _text(self) -> str:
        news = [[what, whose, sorted(kinds)] for (what, whose), kinds in self._news.items()]
        return json.dumps({"topics": sorted(self.topics), "news": news})

    def _forget_whose(self) -> None:
        notices = [notice._replace(api_user=None) for notice in self.notices()]
        self._news = {}
        self.note(notices)


def read_bulletin(text: str) -> Bulletin:
    """Return what was sent; words that a newer node uses are passed over."""
    told: dict[str, Any] = json.loads(text)
    bulletin = Bulletin()
    bulletin.topics = {Topic(word) for word in told["topics"] if word in _TOPICS}
    bulletin.note(
        Notice(What(what), whose, frozenset(EventKind(kind) for kind in kinds if kind in _KINDS))
        for what, whose, kinds in told["news"]
        if what in _WHATS
    )
    return bulletin


_TOPICS = frozenset(map(str, Topic))
_WHATS = frozenset(map(str, What))
_KINDS = frozenset(map(str, EventKind))
