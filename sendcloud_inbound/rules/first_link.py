"""The link that a reader follows first: what a simulated click clicks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendcloud_inbound.errors import CopyTooLarge
from sendcloud_inbound.rules import headers, links, mime, rendering, xsmtpapi

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sendcloud_inbound.rules.mime import Part
    from sendcloud_inbound.rules.rendering import Rendering

_FOLLOWED = ("http://", "https://")


class FirstLinks:
    """The first links of one message's copies; it is compiled once, when the first is asked for."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self._rendering: Rendering | None = None

    def of(self, position: int, recipient: str) -> str | None:
        """Return the first link of one recipient's copy that a browser opens; None without any."""
        if self._rendering is None:
            api = xsmtpapi.read(headers.scan(self.content)).api
            self._rendering = rendering.compile(self.content, api)
        try:
            return first_link_in(self._rendering.copy(position, recipient))
        except CopyTooLarge:
            return None


def first_link_in(copy: bytes) -> str | None:
    """Return the first link of a copy that a browser opens, as it stands there."""
    texts = [part for part in mime.parse(copy).walk() if part.is_text and not part.children]
    found = (link for part in texts for link in _links(part))
    return next((link for link in found if link.lower().startswith(_FOLLOWED)), None)


def _links(part: Part) -> Iterator[str]:
    text = mime.text(part)
    return links.in_html(text) if part.content_type == "text/html" else links.in_text(text)
