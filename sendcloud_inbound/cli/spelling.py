"""JSON whose numbers keep their own spelling, which is what X-SMTPAPI puts into the mail (S9)."""

from __future__ import annotations

import json
from typing import Any

_LONGEST_INTEGER = 18


class Spelt(str):
    """A number as it is spelt."""

    __slots__ = ()


def loads(text: str) -> Any:  # noqa: ANN401 - any JSON
    """Read JSON; ValueError when it is none."""
    return json.loads(text, parse_float=Spelt, parse_int=_integer)


def _integer(digits: str) -> int | Spelt:
    """Python refuses to read very long integers; X-SMTPAPI may hold them."""
    return int(digits) if len(digits) <= _LONGEST_INTEGER else Spelt(digits)
