"""The names of the settings: in the file, in the environment, and the one that was meant.

A setting has one dotted name, `smtp.port`; in the environment it is `SENDCLOUD_INBOUND_SMTP__PORT`.
The settings of an account are named as if there were one: `accounts.api_key`.
"""

from __future__ import annotations

import json
from difflib import get_close_matches
from typing import TYPE_CHECKING, get_args

from pydantic import BaseModel

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from pydantic.fields import FieldInfo

PREFIX = "SENDCLOUD_INBOUND_"


def fields_of(model: type[BaseModel], before: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Yield every field under a model with its dotted name, a section before its settings."""
    for name, field in model.model_fields.items():
        yield before + name, field
        inner = model_in(field)
        if inner is not None:
            yield from fields_of(inner, f"{before}{name}.")


def model_in(field: FieldInfo) -> type[BaseModel] | None:
    """Return the model that a field is (a section), or is a list of (the accounts)."""
    for candidate in (field.annotation, *get_args(field.annotation)):
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            return candidate
    return None


def dotted(values: Mapping[str, object], before: str = "") -> Iterator[str]:
    """Yield the dotted name of every value in nested tables."""
    for name, value in values.items():
        if isinstance(value, dict) and value:
            yield from dotted(value, f"{before}{name}.")
        else:
            yield before + name


def environment_name(setting: str) -> str:
    """Return the name that a setting has in the environment."""
    return PREFIX + setting.upper().replace(".", "__")


def printable(name: str) -> str:
    """Return a name with what a terminal would act on escaped."""
    return name if name.isprintable() else json.dumps(name)[1:-1]


def nearest(unknown: str, known: Collection[str], divider: str = ".") -> str:
    """Return the known name that was likely meant: the same one elsewhere, else one spelt alike."""
    last = unknown.rpartition(divider)[2]
    misplaced = [name for name in known if name.rpartition(divider)[2] == last]
    matches = get_close_matches(unknown, misplaced or known, n=1, cutoff=0 if misplaced else 0.6)
    return matches[0] if matches else ""
