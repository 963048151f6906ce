"""How many calls may be on the wire: so many of each URL, and not too many in all."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

MOST = 256
"""In all: a process has descriptors for 1,024 files by default, and mail comes in meanwhile."""


class Slots:
    """Lets calls through in the order in which they came, URL by URL."""

    def __init__(self, most_of_url: Callable[[], int]) -> None:
        """Ask `most_of_url` each time: it is less when there are more workers."""
        self._most_of_url = most_of_url
        self._all = asyncio.Semaphore(MOST)
        self._by_url: WeakValueDictionary[str, _Url] = WeakValueDictionary()
        """There as long as somebody waits for it or has it."""

    @asynccontextmanager
    async def of(self, url: str) -> AsyncIterator[None]:
        """Wait for a slot of a URL, and have it for the block."""
        its = self._by_url.get(url)
        if its is None:
            its = self._by_url[url] = _Url(self._most_of_url)
        await its.enter()
        try:
            async with self._all:
                yield
        finally:
            its.leave()


class _Url:
    """The slots of one URL: a semaphore whose size may change."""

    def __init__(self, most: Callable[[], int]) -> None:
        self._most = most
        self._taken = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def enter(self) -> None:
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        self._let_in()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # it had its turn at the same moment
                self.leave()
            raise

    def leave(self) -> None:
        self._taken -= 1
        self._let_in()

    def _let_in(self) -> None:
        # What this worker has taken up goes out, if one by one, though its part be none by now.
        while self._waiting and self._taken < max(1, self._most()):
            turn = self._waiting.popleft()
            if not turn.done():
                self._taken += 1
                turn.set_result(None)
