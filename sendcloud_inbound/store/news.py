"""Tells those who wait what was committed, so that nobody has to ask again and again."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from sendcloud_inbound.ports import Interest, Notice, What
from sendcloud_inbound.rounds import is_set_within
from sendcloud_inbound.rules.model import MessageStatus
from sendcloud_inbound.store.rows import folded_address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from sendcloud_inbound.rules.history import Change, EventKind
    from sendcloud_inbound.rules.model import Expansion, Record
    from sendcloud_inbound.store.signals import Signals


class _Listener(Protocol):
    """One who is told."""

    def tell(self, notice: Notice, folded: Callable[[], frozenset[str]]) -> None:
        """Hear of something; `folded` returns the recipients as they are compared."""

    def wake(self) -> None:
        """Look up, whatever there was."""


class _Watch:
    """One who waits until there may be something of interest."""

    def __init__(self, interest: Interest) -> None:
        self._interest = interest
        recipient = interest.recipient
        self._recipient = None if recipient is None else folded_address(recipient)
        self._came = asyncio.Event()

    @property
    def has_news(self) -> bool:
        """Whether there was any since the last time."""
        return self._came.is_set()

    def tell(self, notice: Notice, folded: Callable[[], frozenset[str]]) -> None:
        """Wake up if it may be of interest."""
        if not self._came.is_set() and self._may_concern(notice, folded):
            self._came.set()

    def _may_concern(self, notice: Notice, folded: Callable[[], frozenset[str]]) -> bool:
        interest = self._interest
        if notice.what in {What.CLEARED, What.REFUSED} or (
            interest.is_new and notice.what is not What.NEW
        ):
            return False
        if interest.api_user is not None and notice.api_user != interest.api_user:
            return False
        if interest.event is not None and interest.event not in notice.events:
            return False
        return self._recipient is None or notice.recipients is None or self._recipient in folded()

    def wake(self) -> None:
        """Look up."""
        self._came.set()

    async def wait(self, timeout_s: float) -> None:
        """Return when there was news since the last time, at the latest after `timeout_s`."""
        await is_set_within(self._came, timeout_s)
        self._came.clear()


class _Feed:
    """One who looks on: what happened is summed up until it is taken, so none can be too slow."""

    def __init__(self, api_user: str | None) -> None:
        self._api_user = api_user
        self._sum: dict[tuple[What, str | None], frozenset[EventKind]] = {}
        self._came = asyncio.Event()

    def tell(self, notice: Notice, folded: Callable[[], frozenset[str]]) -> None:
        """Add it to the sum."""
        del folded
        if None in {self._api_user, notice.api_user} or self._api_user == notice.api_user:
            key = (notice.what, notice.api_user)
            self._sum[key] = self._sum.get(key, frozenset()) | notice.events
            self._came.set()

    def wake(self) -> None:
        """Look up."""
        self._came.set()

    async def take(
        self, timeout_s: float
    ) -> Mapping[tuple[What, str | None], frozenset[EventKind]]:
        """Return the sum since the last time, once there is one or the time is over."""
        await is_set_within(self._came, timeout_s)
        self._came.clear()
        taken, self._sum = self._sum, {}
        return taken


_NET_S, _WIDE_NET_S = 1.0, 10.0
"""Where others write whose news may not come here, and where it does unless something is lost."""


class StoredNews:
    """The news of this process and of the nodes that tell it; see `ports.News`."""

    def __init__(self, signals: Signals | None = None) -> None:
        self._signals = signals
        self.listeners: set[_Listener] = set()
        """Those that wait or look on now."""
        self.is_over = False
        """Whether there will be no more."""

    @contextmanager
    def watch(self, interest: Interest) -> Iterator[_Watch]:
        """Wait for what is committed from now on."""
        watch = _Watch(interest)
        with self._listening(watch):
            yield watch

    @contextmanager
    def feed(self, api_user: str | None) -> Iterator[_Feed]:
        """Look on from now on."""
        feed = _Feed(api_user)
        with self._listening(feed):
            yield feed

    @contextmanager
    def _listening(self, listener: _Listener) -> Iterator[None]:
        self.listeners.add(listener)
        try:
            yield
        finally:
            self.listeners.discard(listener)

    def end(self) -> None:
        """Wake everybody: there will be no more."""
        self.is_over = True
        for listener in self.listeners:
            listener.wake()

    @property
    def net_s(self) -> float:
        """How often to look by oneself for what other processes write."""
        is_told = self._signals is not None and self._signals.is_hearing.is_set()
        return _WIDE_NET_S if is_told else _NET_S

    def tell(self, notices: Iterable[Notice]) -> None:
        """Tell what was committed here, to the other nodes too."""
        if self._signals is not None:
            notices = [*notices]
            self._signals.note(notices)
        self.hear(notices)

    def hear(self, notices: Iterable[Notice]) -> None:
        """Tell it in this process; nothing is made of it when nobody listens."""
        for notice in notices if self.listeners else ():
            folded = _Folded(notice)
            for listener in self.listeners:
                listener.tell(notice, folded)


class _Folded:
    """The recipients of a notice as they are compared; made once, and only if somebody asks."""

    def __init__(self, notice: Notice) -> None:
        self._notice = notice
        self._made: frozenset[str] | None = None

    def __call__(self) -> frozenset[str]:
        if self._made is None:
            self._made = frozenset(map(folded_address, self._notice.recipients or ()))
        return self._made


def of_refused(record: Record) -> Iterator[Notice]:
    """Yield the news of a message that was put, if nobody will say more about it."""
    if record.status is MessageStatus.REFUSED:  # it has no emails
        yield Notice(What.NEW, record.submission.api_user, recipients=())


def of_expansions(expansions: Iterable[Expansion]) -> Iterator[Notice]:
    """Yield the news of messages that were expanded, each with what happened to it at once."""
    for expansion in expansions:
        if expansion.events:
            recipients = tuple(email.recipient for email in expansion.emails)
            kinds = frozenset(event.kind for event in expansion.events)
            yield Notice(What.NEW, expansion.events[0].api_user, kinds, recipients)


def of_changes(changes: Iterable[Change]) -> Iterator[Notice]:
    """Yield the news of what happened to emails."""
    for change in changes:
        if change.events:
            # One that leaves the email's state as it is does not say whose it is.
            recipients = None if change.email is None else (change.email.recipient,)
            kinds = frozenset(event.kind for event in change.events)
            yield Notice(What.CHANGED, change.events[0].api_user, kinds, recipients)
