"""The body of a webhook call: a form in UTF-8, one field a value (SENDCLOUD.md 4.1, D2).

`token`, `timestamp` and `signature` come last. Their place is not documented: the captures of 4.5
have every order.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlencode

_TOKEN = "token="  # noqa: S105 - the name of a field


def form(fields: str, signed: str) -> str:
    """Return the body: an event's `fields`, a JSON object, and the form of its signature.

    A list or an object is one field that holds JSON text (SENDCLOUD.md 4.1).
    """
    pairs = [(name, _text(value)) for name, value in json.loads(fields).items()]
    # JSON's escapes can make surrogates, which UTF-8 cannot write.
    return "&".join(filter(None, (urlencode(pairs, errors="replace"), signed)))


def signed_part(body: str) -> str:
    """Return what `form` was given as `signed`; empty when the body has no such part."""
    if body.startswith(_TOKEN):
        return body
    _, mark, rest = body.rpartition(f"&{_TOKEN}")
    return f"{_TOKEN}{rest}" if mark else ""


def fields_of(body: str) -> dict[str, str]:
    """Return the fields of a form as a receiver reads them."""
    return dict(parse_qsl(body, keep_blank_values=True, errors="replace"))


def _text(value: Any) -> str:  # noqa: ANN401 - whatever JSON can say
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
