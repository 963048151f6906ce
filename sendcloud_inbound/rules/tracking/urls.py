"""Tracking URLs in both generations (SENDCLOUD.md 6.1 to 6.3)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from sendcloud_inbound.rules.model import NO_PAGE
from sendcloud_inbound.rules.tracking.model import Kind, Mailing, Tracked
from sendcloud_inbound.rules.tracking.payloads import Form
from sendcloud_inbound.rules.tracking.tokens import Signer, read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sendcloud_inbound.rules.tracking.payloads import Generation

_PATHS: Mapping[tuple[Generation, Kind], tuple[str, str]] = {
    (1, Kind.OPEN): ("/track/open/", ".gif"),
    (1, Kind.CLICK): ("/track/click/", ".html"),
    (1, Kind.UNSUBSCRIBE): ("/track/unsubscribe.do?p=", ""),
    (2, Kind.OPEN): ("/track/open2/", ".gif"),
    (2, Kind.CLICK): ("/track/click2/", ".html"),
    (2, Kind.UNSUBSCRIBE): ("/track/unsubscribe2.do?p=", ""),
}
"""What stands before the token, and behind it."""
_TRACK = "/track/"
_BASE = re.compile(r"https?://[A-Za-z0-9._:\[\]-]+(?:/[A-Za-z0-9._~/-]*[A-Za-z0-9._~-])?")


@dataclass(frozen=True, slots=True)
class Host:
    """Where tracking URLs lead to, and how they are written; `ValueError` when no mail can say."""

    url: str
    """Such as `http://127.0.0.1:8025`, without a slash at its end."""
    key: bytes = field(repr=False)
    """Signs the tokens."""
    generation: Generation = 2

    def __post_init__(self) -> None:
        if _BASE.fullmatch(self.url) is None:
            raise ValueError(f"not the base of a URL: {self.url[:80]!r}")

    @property
    def track_domain(self) -> str:
        """Host and port, as payloads name it."""
        return self.url.partition("://")[2].partition("/")[0]

    def url_of(self, tracked: Tracked) -> str:
        """Return the URL that is taken apart into that; for many of one message take `Urls`."""
        urls = Urls(self, tracked.mailing)
        return urls.make(tracked.kind, tracked.email_id, tracked.link, tracked.page_id)


class Urls:
    """The tracking URLs of one message."""

    def __init__(self, host: Host, mailing: Mailing) -> None:
        generation = host.generation
        self._quotes = generation == 1
        self._begin = {kind: host.url + _PATHS[generation, kind][0] for kind in Kind}
        self._end = {kind: _PATHS[generation, kind][1] for kind in Kind}
        self._signers = {
            kind: Signer(
                host.key, generation, kind, Form(generation, kind, mailing, host.track_domain)
            )
            for kind in Kind
        }

    def open(self, email_id: str) -> str:
        """Return the URL of the open pixel."""
        return self.make(Kind.OPEN, email_id)

    def click(self, email_id: str, link: str) -> str:
        """Return the URL that leads on to a link."""
        return self.make(Kind.CLICK, email_id, link)

    def unsubscribe(self, email_id: str, page_id: int) -> str:
        """Return the URL of an unsubscribe page."""
        return self.make(Kind.UNSUBSCRIBE, email_id, page_id=page_id)

    def make(self, kind: Kind, email_id: str, link: str = "", page_id: int = NO_PAGE) -> str:
        """Return a URL of any kind."""
        token = self._signers[kind].token(email_id, link, page_id)
        if self._quotes and kind is Kind.UNSUBSCRIBE:
            token = quote(token, safe="")
        return f"{self._begin[kind]}{token}{self._end[kind]}"


def read_url(url: str, key: bytes) -> Tracked | None:
    """Take a tracking URL apart, or its path with its query; None when it is none of ours."""
    path = url[url.find(_TRACK) :] if _TRACK in url else ""
    for (generation, kind), (begin, end) in _PATHS.items():
        if path.startswith(begin) and path.endswith(end):
            token = path[len(begin) : len(path) - len(end)]
            quoted = generation == 1 and kind is Kind.UNSUBSCRIBE
            return _read_quoted(token, key) if quoted else read(token, kind, key)
    return None


def _read_quoted(quoted: str, key: bytes) -> Tracked | None:
    """Read the token of a first-generation unsubscribe link; it is written in one way only."""
    token = unquote(quoted)
    return read(token, Kind.UNSUBSCRIBE, key) if quote(token, safe="") == quoted else None
