"""From an event to a line: masked, stamped, one line whatever a client sent.

Made to be quick, for one line stands on the path of every message.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from json.encoder import encode_basestring_ascii as quote
from math import isfinite
from typing import TYPE_CHECKING, Any

from structlog.dev import ConsoleRenderer, plain_traceback
from structlog.processors import format_exc_info

if TYPE_CHECKING:
    from structlog.typing import EventDict, WrappedLogger

    Render = Callable[[str, str, str, EventDict], str]
    """(time, level, event, fields) to a line without its end."""

MASK = "****"
_SECRETS = frozenset(
    {"apikey", "appkey", "authorization", "password", "secret", "signature", "token"}
)
_SPELLINGS = frozenset({*_SECRETS, "api_key", "app_key", "apiKey", "appKey", "Authorization"})


class Line:
    """The one processor: an event becomes a line of octets, whatever it holds."""

    def __init__(self, render: Render) -> None:
        self._render = render
        self._clock = Stamp()

    def __call__(self, _logger: WrappedLogger, method: str, event: EventDict) -> bytes:
        """Return the line, or one that says which error kept it from being written."""
        now, name = self._clock.now(), event.pop("event", "")
        try:
            line = self._render(now, method, str(name), mask(event))
        except Exception as error:  # noqa: BLE001 - any value's own methods may have failed
            line = self._render(now, method, "event_unwritable", {"error": type(error).__name__})
        return (line + "\n").encode("utf-8", "backslashreplace")


class Stamp:
    """The time in ISO 8601 UTC; all but the milliseconds is made once a second."""

    def __init__(self) -> None:
        self._second = (0, "")

    def now(self) -> str:
        """Return the time of the call."""
        second, nanoseconds = divmod(time.time_ns(), 1_000_000_000)
        known, text = self._second
        if second != known:
            text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
            self._second = (second, text)
        return f"{text}.{nanoseconds // 1_000_000:03}Z"


def mask(event: EventDict) -> EventDict:
    """Hide the values of secret names; an exception becomes its text."""
    if not _SPELLINGS.isdisjoint(event):
        event.update(dict.fromkeys(_SPELLINGS & event.keys(), MASK))
    return format_exc_info(None, "", event) if "exc_info" in event else event


def _plain(value: object) -> object:
    """Return a value as text, number, list or table, without secrets and octets."""
    match value:
        case str() | int() | float() | None:
            return value
        case bytes() | bytearray() | memoryview():
            return f"<{memoryview(value).nbytes} octets>"
        case Mapping():
            return {str(k): MASK if _is_secret(k) else _plain(v) for k, v in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_plain(item) for item in value]
        case _:
            return str(value)


def _is_secret(name: object) -> bool:
    return str(name).lower().replace("-", "").replace("_", "") in _SECRETS


def json_line(now: str, level: str, name: str, fields: EventDict) -> str:
    """Write a JSON object in ASCII.

    By hand: a JSONEncoder takes a quarter longer, and secrets deep inside would need a pass more.
    """
    line = f'{{"timestamp":"{now}","level":"{level}","event":{quote(name)}'
    for key, value in fields.items():
        spell = _SPELLING.get(type(value), _spell_any)
        line += _key(key) + spell(value)
    return line + "}"


@lru_cache(maxsize=256)  # the names of fields are few
def _key(name: str) -> str:
    return f",{quote(name)}:"


def _spell_any(value: object) -> str:
    return _ENCODER.encode(_plain(value))


_ENCODER = json.JSONEncoder(separators=(",", ":"), allow_nan=False)
_SPELLING: dict[type, Callable[[Any], str]] = {
    str: quote,
    int: int.__repr__,
    bool: lambda value: "true" if value else "false",
    type(None): lambda _: "null",
    list: lambda items: _spell_any(items) if items else "[]",
    float: lambda number: repr(number) if isfinite(number) else f'"{number}"',
}


class Console:
    """structlog's console lines, with every character that could act on a terminal escaped."""

    def __init__(self, *, colors: bool) -> None:
        self._renderer = ConsoleRenderer(
            colors=colors, sort_keys=False, exception_formatter=plain_traceback
        )

    def __call__(self, now: str, level: str, name: str, fields: EventDict) -> str:
        """Return the line, without its end."""
        safe = {_printable(key): _shown(key, _plain(value)) for key, value in fields.items()}
        head = {"timestamp": now, "level": level, "event": _printable(name)}
        return str(self._renderer(None, level, {**safe, **head}))


def _shown(key: str, value: object) -> object:
    if not isinstance(value, str):
        return value  # its repr is written, which escapes by itself
    if key == "exception":  # indented, so that no line of it passes for an event
        return "\n".join("  " + _printable(line) for line in value.split("\n"))
    return _printable(value)


def _printable(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
