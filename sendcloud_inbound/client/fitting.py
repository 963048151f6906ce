"""JSON made into the values of this version, or told to be none."""

from __future__ import annotations

from dataclasses import is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

Value = TypeVar("Value")


class Misfit(TypeError):  # noqa: N818 - it says what it is
    """What was answered is no such value of this version."""

    def __init__(self, kind: type[Any]) -> None:
        super().__init__(f"it is no {kind.__name__} of this version")
        self.kind = kind


def of(kind: type[Value], given: object) -> Value:
    """Make a value of what was answered, members of a newer version left out.

    Raises:
        Misfit: A member is missing, or of another type.
    """
    try:
        value: Value = _fit(kind, given)
    except (TypeError, AttributeError) as error:
        raise Misfit(kind) from error
    return value


def _fit(hint: Any, given: Any) -> Any:  # noqa: ANN401 - any type, any JSON
    """Return JSON as a type has it; TypeError or AttributeError when it does not fit."""
    inner = get_args(hint)
    match get_origin(hint):
        case origin if origin is UnionType and NoneType in inner:
            return None if given is None else _fit(inner[0], given)
        case origin if origin is list and isinstance(given, list):
            return [_fit(inner[0], each) for each in given]
        case origin if origin is dict:
            return {name: _fit(inner[1], each) for name, each in given.items()}
    if is_dataclass(hint):
        return _made(hint, given)
    if hint is not Any and not isinstance(given, hint):
        raise TypeError
    return given


def _made(kind: Any, given: dict[str, Any]) -> object:  # noqa: ANN401
    members = _members(kind)
    known = {name: each for name, each in given.items() if name in members}
    return kind(**{name: _fit(members[name], each) for name, each in known.items()})


_members = cache(get_type_hints)
