"""The test of a URL when it is saved: GET and POST must answer 200 (SENDCLOUD.md 4.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendcloud_inbound.webhooks.poster import JSON

if TYPE_CHECKING:
    from sendcloud_inbound.webhooks.poster import HttpPoster


async def check_url(poster: HttpPoster, url: str) -> str | None:
    """Return why a URL cannot be told events; None when it can.

    What SendCloud sends is not documented. A receiver of 2015 notes that this POST has a JSON
    content type, while those of events are forms (4.1): so it has one here, and an empty object.
    """
    for method, content in (("GET", b""), ("POST", b"{}")):
        answer = await poster.call(method, url, JSON, content)
        if answer.error is not None:
            return f"{method}: {answer.error}"
    return None
