"""The URL of a webhook: what may be one.

SendCloud documents no form; here it is what can be called and shown without a doubt.
"""

from __future__ import annotations

from urllib.parse import urlsplit

_LONGEST = 2048


def receiver_url(text: str) -> str:
    """Return the URL, as it was given; `ValueError` says why it cannot be called."""
    if len(text) > _LONGEST:
        raise ValueError(f"a URL has at most {_LONGEST} characters")
    if not text.isprintable() or " " in text:
        raise ValueError("a URL holds no blank and no control character")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise ValueError(f"it is no URL: {error}") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        raise ValueError("a URL is such as https://example.com/hook")
    if "@" in parts.netloc:
        raise ValueError("a URL has no user and password: a call is known by its signature")
    if "#" in text:
        raise ValueError("a URL that is called has no fragment: write # as %23")
    return text
