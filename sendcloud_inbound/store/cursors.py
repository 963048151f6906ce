"""Cursors: where the next part of a listing begins, as text that says nothing to its reader."""

from __future__ import annotations

import base64
import binascii
import re

_NUMBERS = re.compile(rb"[0-9]{1,18}(?:\.[0-9]{1,18})*")
"""At most 18 digits each: every one fits the 64 bits of a column."""


def encode(*numbers: int) -> str:
    """Return the cursor that holds `numbers`."""
    text = ".".join(map(str, numbers))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(cursor: str, count: int) -> tuple[int, ...]:
    """Return the `count` numbers of a cursor; `ValueError` when it is none of ours."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        text = b""
    numbers = tuple(map(int, text.split(b"."))) if _NUMBERS.fullmatch(text) else ()
    if len(numbers) != count:
        msg = (
            f"The cursor {cursor[:80]!r} is not valid: use next_cursor of the page before as it is."
        )
        raise ValueError(msg)
    return numbers
