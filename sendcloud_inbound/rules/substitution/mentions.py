"""What in a text looks like a variable: `%name%` without a value, `{{name}}` of another service."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

UNSUBSCRIBE_LINK = "%%user_defined_unsubscribe_link%%"
"""No variable, but SendCloud's own mark for the unsubscribe link (SENDCLOUD.md 6.4)."""

_LONGEST = 64
_LINK = UNSUBSCRIBE_LINK.strip("%")
_SIGNED = re.compile(rf"%(?=([^\W\d]\w{{0,{_LONGEST - 1}}}+)%)")
_OF_A_LINK = re.compile(r"[0-9A-Fa-f]{2}")
_BRACED = re.compile(rf"\{{\{{\s{{0,8}}+%?(\w{{1,{_LONGEST}}}+)%?\s{{0,8}}+\}}\}}")


def signed(text: str) -> Iterator[str]:
    """Yield what is written like a variable, percent signs included.

    `%E4%BD%A0` in a link is none: two hexadecimal digits after each sign.
    """
    for found in _SIGNED.finditer(text):
        name = found[1]
        if name != _LINK and not _is_of_a_link(text, name, found.end(1)):
            yield f"%{name}%"


def braced(text: str) -> Iterator[str]:
    """Yield the names that stand in double braces, without them."""
    yield from (found[1] for found in _BRACED.finditer(text))


def _is_of_a_link(text: str, name: str, sign: int) -> bool:
    """Tell whether a name is two digits that its sign escapes, alone or before the next ones."""
    if _OF_A_LINK.match(name) is None:
        return False
    return len(name) == len("E4") or _OF_A_LINK.match(text, sign + 1) is not None
