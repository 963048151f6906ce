"""What a person is told about wrong settings: which, given where, what is wrong, what to do.

    smtp.port in /etc/sandbox.toml: 70000 is not a port; give a number from 0 to 65535

One line for each mistake. The value of a secret is never shown.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sendcloud_inbound.config.names import model_in, nearest, printable
from sendcloud_inbound.config.values import REFUSED, Expects

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import ValidationError
    from pydantic.fields import FieldInfo
    from pydantic_core import ErrorDetails

DEFAULT = "default"
COMMAND_LINE = "command line"
FILE = "config file "
ENVIRONMENT = "environment "
LONGEST_VALUE = 60


def explain(
    error: ValidationError, fields: Mapping[str, FieldInfo], origins: Mapping[str, str]
) -> str:
    """Return one line for each mistake that pydantic found."""
    return "\n".join(_line(mistake, fields, origins) for mistake in error.errors(include_url=False))


def unknown(name: str, place: str, meant: str) -> str:
    """Return the line about a name that no setting has."""
    hint = f"did you mean {meant}?" if meant else "config.example.toml lists all settings"
    return f"unknown setting {printable(name)}{place}; {hint}"


def where(origin: str) -> str:
    """Return an origin as it follows a setting's name."""
    if origin == COMMAND_LINE:
        return " on the command line"
    place = printable(origin.removeprefix(FILE).removeprefix(ENVIRONMENT))
    return f" in {place}" if origin and origin != DEFAULT else ""


def _line(
    mistake: ErrorDetails, fields: Mapping[str, FieldInfo], origins: Mapping[str, str]
) -> str:
    shown, setting = _names(mistake)
    place = where(_origin(setting, origins))
    if mistake["type"] == "extra_forbidden":
        return unknown(shown, place, nearest(setting.lower(), fields.keys()))
    return f"{shown}{place}: {_fault(mistake, fields[setting])}"


def _names(mistake: ErrorDetails) -> tuple[str, str]:
    """Return the setting's name as shown, `accounts[0].api_key`, and as known, without places."""
    path = list(mistake["loc"])
    culprit = mistake.get("ctx", {}).get("setting")
    if culprit:
        path.append(culprit)
    shown = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return shown.removeprefix("."), ".".join(step for step in path if isinstance(step, str))


def _origin(setting: str, origins: Mapping[str, str]) -> str:
    """Return where a setting, the list it stands in, or something under it was given."""
    if setting in origins:
        return origins[setting]
    near = (
        name
        for name in origins
        if f"{setting}.".startswith(f"{name}.") or name.startswith(f"{setting}.")
    )
    return origins.get(next(near, ""), "")


def _fault(mistake: ErrorDetails, field: FieldInfo) -> str:
    if mistake["type"] == REFUSED:
        return mistake["msg"]
    expects = _expectation(field)
    if mistake["type"] == "missing":
        return f"missing; give {expects.form}"
    value = _shown(mistake["input"]) if field.repr else "the value"
    entry = expects.entry if isinstance(mistake["loc"][-1], int) else ""
    return f"{value} is not {entry or expects.noun}; give {expects.form}"


def _expectation(field: FieldInfo) -> Expects:
    for words in field.metadata:
        if isinstance(words, Expects):
            return words
    model = model_in(field)
    name = model.__name__.lower() if model else "section"
    return Expects("a section", f"a table, [{name}] with its settings under it")


def _shown(value: object) -> str:
    """Return a value in one short printable line."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    text = text if text.isprintable() else json.dumps(value, default=str)
    return text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + "..."
