"""Tells those who wait that something was committed, so that nobody has to ask again and again."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Watch:
    """One who waits for news of an API_USER, or of all."""

    def __init__(self, api_user: str | None) -> None:
        self._api_user = api_user
        self._came = asyncio.Event()

    @property
    def has_news(self) -> bool:
        """Whether there was any since the last time."""
        return self._came.is_set()

    def tell(self, api_users: set[str]) -> None:
        """Wake up if it is about those."""
        if self._api_user is None or self._api_user in api_users:
            self.wake()

    def wake(self) -> None:
        """Wake up."""
        self._came.set()

    async def wait(self, timeout_s: float) -> None:
        """Return when there was news since the last time, at the latest after `timeout_s`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._came.wait()
        self._came.clear()


class StoredNews:
    """The news of this process, as `ports.News` says."""

    def __init__(self) -> None:
        self.watches: set[Watch] = set()
        """Those that wait now."""
        self.is_over = False
        """Whether there will be no more."""

    @contextmanager
    def watch(self, api_user: str | None) -> Iterator[Watch]:
        """Watch for what is committed from now on."""
        watch = Watch(api_user)
        self.watches.add(watch)
        try:
            yield watch
        finally:
            self.watches.discard(watch)

    def end(self) -> None:
        """Wake everybody: there will be no more."""
        self.is_over = True
        self.tell_all()

    def tell_all(self) -> None:
        """Tell everybody, as when mail is gone."""
        for watch in self.watches:
            watch.wake()

    def tell(self, api_users: Iterable[str]) -> None:
        """Tell of something that was committed."""
        if self.watches:
            about = set(api_users)
            for watch in self.watches:
                watch.tell(about)
