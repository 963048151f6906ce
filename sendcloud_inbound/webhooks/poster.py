"""Makes one call over HTTP, and says in a sentence why it failed.

httpx's transport alone: it follows no redirect, keeps no cookie and asks no proxy of the
environment. A private CA is named as everywhere, in SSL_CERT_FILE.
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from functools import lru_cache
from typing import TYPE_CHECKING, Final, cast

import httpx

from sendcloud_inbound import __version__
from sendcloud_inbound.ports import Answer
from sendcloud_inbound.webhooks.connections import Connections

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncGenerator, Iterator

OK: Final = 200
FORM: Final = "application/x-www-form-urlencoded"  # SENDCLOUD.md 4.1, D2
JSON: Final = "application/json"
_NO_TIMEOUT = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"))}
"""Of its own: there is one for the whole call."""
_MOST_READ = 4096
"""Octets of an answer's body that are kept for the log."""


class HttpPoster:
    """Calls URLs, as `ports.Poster` says."""

    def __init__(self, timeout_s: float = 3.0, tls: ssl.SSLContext | None = None) -> None:
        """Make one.

        Args:
            timeout_s: How long connection and answer may take together (D3).
            tls: Whom to trust; by default the usual authorities.
        """
        self._timeout_s = timeout_s
        self._connections = Connections(tls or httpx.create_ssl_context())

    async def post(self, url: str, form: str) -> Answer:
        """Tell an event; `error` of the answer is None for exactly 200 in time (D3)."""
        return await self.call("POST", url, FORM, form.encode())

    async def call(self, method: str, url: str, content_type: str, content: bytes) -> Answer:
        """Make a call of any kind."""
        taken = _Taken()
        try:
            async with asyncio.timeout(self._timeout_s):
                await self._exchange(url, _request(method, url, content_type, content), taken)
        except TimeoutError:
            return taken.answer(f"no answer within {self._timeout_s:g} s")
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            return taken.answer(_reason(error))
        return taken.answer("no answer")

    async def close(self) -> None:
        """Close the connections that are kept."""
        await self._connections.close()

    async def _exchange(self, url: str, request: httpx.Request, taken: _Taken) -> None:
        async with self._connections.one_to(url) as transport:
            response = await transport.handle_async_request(request)
            taken.status = response.status_code
            async with aclosing(cast("AsyncGenerator[bytes]", response.aiter_raw())) as octets:
                async for part in octets:
                    taken.body += part
                    if len(taken.body) >= _MOST_READ:  # the rest, if it ends at all, is not read
                        break
            await response.aclose()


class _Taken:
    """What has come of an answer so far: with the head it counts, whatever becomes of the body."""

    def __init__(self) -> None:
        self.status: int | None = None
        self.body = b""

    def answer(self, failure: str) -> Answer:
        """Return it; `failure` is why no head came."""
        if self.status is None:
            return Answer(None, None, failure)
        error = None if self.status == OK else f"HTTP {self.status}, not {OK}"
        return Answer(self.status, self.body[:_MOST_READ].decode(errors="replace"), error)


def _request(method: str, url: str, content_type: str, content: bytes) -> httpx.Request:
    headers = [
        ("User-Agent", f"sendcloud-inbound/{__version__}"),  # S21
        ("Accept", "*/*"),
        ("Accept-Encoding", "identity"),  # the log shows the octets of the answer
    ]
    if method == "POST":
        headers.append(("Content-Type", content_type))
    return httpx.Request(
        method, _parsed(url), headers=headers, content=content, extensions=_NO_TIMEOUT
    )


@lru_cache(maxsize=256)
def _parsed(url: str) -> httpx.URL:
    return httpx.URL(url)


def _reason(error: BaseException) -> str:
    """Return why there is no answer: what the system or TLS said, if it said something."""
    words = next((words for cause in _causes(error) if (words := _words(cause))), "")
    if isinstance(error, httpx.ConnectError):
        return f"no connection: {words or error}"
    if isinstance(error, httpx.HTTPError) and not isinstance(error, httpx.UnsupportedProtocol):
        return f"the connection broke: {words or str(error) or type(error).__name__}"
    return f"no call can be made: {words or error}"


def _words(error: BaseException) -> str:
    # Of TLS's own texts the first part says it: "certificate verify failed: ...".
    words = getattr(error, "verify_message", "") or getattr(error, "strerror", "") or ""
    return words.rpartition("] ")[2].partition(" (_ssl")[0]


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
        if isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
