"""Times as the API speaks of them: ISO 8601, UTC, milliseconds, `Z`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_MAX_DIGITS = 14
"""Of milliseconds since the epoch: enough for the next 3,000 years, and for any column."""


def to_iso(ms: int) -> str:
    """Return milliseconds since the epoch as `2026-11-22T02:54:01.123Z`."""
    at = _EPOCH + ms * _MILLISECOND
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def to_ms(text: str) -> int:
    """Read ISO 8601 (UTC unless it says otherwise) or milliseconds; else `ValueError`."""
    if text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS:
        return int(text)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            "a time is ISO 8601, such as 2026-11-22T02:54:01.123Z, or milliseconds since the epoch"
            " (in a URL, + is written %2B)"
        ) from None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return (at - _EPOCH) // _MILLISECOND
