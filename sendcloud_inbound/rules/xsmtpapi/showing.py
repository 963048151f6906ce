"""X-SMTPAPI back from its model to JSON: to be shown, and for values that are lists or objects."""

from __future__ import annotations

import json
from json.encoder import encode_basestring
from typing import TYPE_CHECKING

from sendcloud_inbound.rules.xsmtpapi.model import Number, Part

if TYPE_CHECKING:
    from collections.abc import Mapping


def to_json(value: object) -> str:
    """Return a value of the model as JSON; its depth is bounded by whoever read it."""
    match value:
        case Number():
            return value.spelling
        case str():
            return encode_basestring(value)
        case Part():
            return _object(_members(value))
        case dict():
            return _object(value)
        case list():
            return f"[{','.join(map(to_json, value))}]"
        case _:
            return json.dumps(value)


def to_lines(value: object, indent: str = "") -> str:
    """Return the same over several lines, for people; empty lists and objects stay on one."""
    inner = f"{indent}  "
    match value:
        case list() if value:
            lines = [to_lines(each, inner) for each in value]
            begin, end = "[]"
        case Part() | dict() if members := _members(value) if isinstance(value, Part) else value:
            lines = [
                f"{encode_basestring(key)}: {to_lines(each, inner)}"
                for key, each in members.items()
            ]
            begin, end = "{}"
        case _:
            return to_json(value)
    between = f",\n{inner}"
    return f"{begin}\n{inner}{between.join(lines)}\n{indent}{end}"


def _members(part: Part) -> dict[str, object]:
    """Return what was given: known keys first, then those that SendCloud does not know."""
    known = {name: getattr(part, name) for name in type(part).model_fields}
    given = {name: value for name, value in known.items() if name in part.model_fields_set}
    return given | (part.model_extra or {})


def _object(members: Mapping[str, object]) -> str:
    return f"{{{','.join(f'{encode_basestring(key)}:{to_json(members[key])}' for key in members)}}}"
