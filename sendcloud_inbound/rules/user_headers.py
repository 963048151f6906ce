"""The SC-Custom- headers of a message, which come back in all that is told of it.

Any case is one, and the names are given back as they were sent (SENDCLOUD.md 4.6, D42).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sendcloud_inbound.rules.headers import decode_text

if TYPE_CHECKING:
    from sendcloud_inbound.rules.headers import HeaderBlock

_PREFIX = b"sc-custom-"
_LONGEST = 8192


def is_custom(name: str) -> bool:
    """Tell whether a header field of that name is one of them."""
    return name.lower().startswith(_PREFIX.decode())


def custom_headers(block: HeaderBlock) -> dict[str, str]:
    """Return them by name, decoded."""
    if not block.may_hold(_PREFIX):
        return {}
    found = block.starting_with(_PREFIX)
    return {field.name: decode_text(field.raw[:_LONGEST]) for field in found}


def compact(custom: dict[str, str]) -> str:
    """Return them as events tell them: a JSON object without spaces; empty when there are none."""
    return json.dumps(custom, ensure_ascii=False, separators=(",", ":")) if custom else ""
