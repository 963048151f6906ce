"""How many calls may be on the wire: so many of each URL, and not too many in all."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

MOST = 256
"""In all: a process has descriptors for 1,024 files by default, and mail comes in meanwhile."""


class Slots:
    """Lets calls through in the order in which they came, URL by URL."""

    def __init__(self, most_of_url: int) -> None:
        self._most_of_url = most_of_url
        self._all = asyncio.Semaphore(MOST)
        self._by_url: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        """There as long as somebody waits for it or has it."""

    @asynccontextmanager
    async def of(self, url: str) -> AsyncIterator[None]:
        """Wait for a slot of a URL, and have it for the block."""
        its = self._by_url.get(url)
        if its is None:
            its = self._by_url[url] = asyncio.Semaphore(self._most_of_url)
        async with its, self._all:
            yield
