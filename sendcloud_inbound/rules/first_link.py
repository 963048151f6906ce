"""The link that a reader follows first: what a simulated click clicks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendcloud_inbound.errors import CopyTooLarge
from sendcloud_inbound.rules import headers, links, mime, rendering, xsmtpapi

if TYPE_CHECKING:
    from sendcloud_inbound.rules.mime import Part

_FOLLOWED = ("http://", "https://")


def first_link(content: bytes, position: int, recipient: str) -> str | None:
    """Return the first link of one recipient's copy that a browser opens; None without any."""
    api = xsmtpapi.read(headers.scan(content)).api
    try:
        return first_link_in(rendering.compile(content, api).copy(position, recipient))
    except CopyTooLarge:
        return None


def first_link_in(copy: bytes) -> str | None:
    """Return the first link of a copy that a browser opens, as it stands there."""
    texts = [part for part in mime.parse(copy).walk() if part.is_text and not part.children]
    found = (link for part in texts for link in _links(part))
    return next((link for link in found if link.lower().startswith(_FOLLOWED)), None)


def _links(part: Part) -> list[str]:
    text = mime.text(part)
    return links.of_html(text) if part.content_type == "text/html" else links.of_text(text)
