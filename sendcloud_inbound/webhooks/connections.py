"""Connections to receivers, kept for the next call of the same URL.

Each has a transport of its own: who calls is counted by URL already (`slots`), and httpx's pool
looks at all of its connections twice for every call, which with those of a receiver that hangs
costs more than the call.
"""

from __future__ import annotations

from collections import OrderedDict
from contextlib import asynccontextmanager, suppress
from itertools import count
from typing import TYPE_CHECKING, Final

import httpx

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator

_MOST_IDLE: Final = 64
_LIMITS: Final = httpx.Limits(max_connections=1, keepalive_expiry=10)


class Connections:
    """Gives out a connection for a call, and keeps it when the call went well."""

    def __init__(self, tls: ssl.SSLContext) -> None:
        self._tls = tls
        self._numbers = count()
        self._idle: OrderedDict[int, tuple[str, httpx.AsyncHTTPTransport]] = OrderedDict()
        """Those that wait, oldest first."""
        self._idle_of: dict[str, list[int]] = {}
        """Their numbers by URL, oldest first."""

    @asynccontextmanager
    async def one_to(self, url: str) -> AsyncIterator[httpx.AsyncHTTPTransport]:
        """Have one for the block; it is closed when the block fails."""
        transport = self._take(url) or httpx.AsyncHTTPTransport(
            verify=self._tls, limits=_LIMITS, trust_env=False
        )
        try:
            yield transport
        except BaseException:
            await _close(transport)
            raise
        await self._keep(url, transport)

    async def close(self) -> None:
        """Close those that wait."""
        while self._idle:
            await self._drop_oldest()

    def _take(self, url: str) -> httpx.AsyncHTTPTransport | None:
        """Return the one that was used last, which is least likely to be closed by now."""
        numbers = self._idle_of.get(url)
        if not numbers:
            return None
        number = numbers.pop()
        if not numbers:
            del self._idle_of[url]
        return self._idle.pop(number)[1]

    async def _keep(self, url: str, transport: httpx.AsyncHTTPTransport) -> None:
        number = next(self._numbers)
        self._idle[number] = url, transport
        self._idle_of.setdefault(url, []).append(number)
        if len(self._idle) > _MOST_IDLE:
            await self._drop_oldest()

    async def _drop_oldest(self) -> None:
        number, (url, transport) = self._idle.popitem(last=False)
        self._idle_of[url].remove(number)
        if not self._idle_of[url]:
            del self._idle_of[url]
        await _close(transport)


async def _close(transport: httpx.AsyncHTTPTransport) -> None:
    with suppress(httpx.HTTPError, OSError):
        await transport.aclose()
