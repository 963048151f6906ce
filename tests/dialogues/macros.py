"""The macros of transcripts, which keep long and encoded lines readable.

    $base64(text)       of the text's UTF-8 octets
    $repeat(N, text)    the text N times
    $recipients(N)      "rcpt0@ifaxin.com", "rcpt1@ifaxin.com" ... as JSON strings

Inner ones are replaced first; an argument holds no other parentheses.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_INNERMOST = re.compile(r"\$(\w+)\(([^()]*)\)")


class MacroError(Exception):
    """A macro is unknown or has a wrong argument."""


def expand_macros(text: str) -> str:
    """Replace macros until none is left."""
    while found := _INNERMOST.search(text):
        name, argument = found.groups()
        if name not in _MACROS:
            raise MacroError(f"unknown macro ${name}")
        text = text[: found.start()] + _MACROS[name](argument) + text[found.end() :]
    if re.search(r"\$\w+\(", text):
        raise MacroError("a macro is not closed, or has parentheses in its argument")
    return text


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _repeat(argument: str) -> str:
    count, comma, text = argument.partition(", ")
    if not comma:
        raise MacroError("$repeat takes a number, a comma and a blank, and a text")
    return text * _number(count)


def _recipients(count: str) -> str:
    return ", ".join(f'"rcpt{number}@ifaxin.com"' for number in range(_number(count)))


def _number(text: str) -> int:
    if not text.isdecimal():
        raise MacroError(f"{text!r} is no number")
    return int(text)


_MACROS: dict[str, Callable[[str], str]] = {
    "base64": _base64,
    "repeat": _repeat,
    "recipients": _recipients,
}
