"""Foreign text on a terminal: what came with a mail must not move the cursor or paint anything."""

from __future__ import annotations

import json
import re

_BEYOND_ASCII = re.compile(r"[^\x00-\x7e]")


def visible(text: str) -> str:
    r"""Return a text with all that does not print as itself escaped, such as `\x1b` or `\n`."""
    return text if text.isprintable() else "".join(map(_visible, text))


def as_json(value: object, indent: int | None = None) -> str:
    """Return a value as JSON that is fit for a terminal."""
    return readable_json(json.dumps(value, ensure_ascii=False, indent=indent))


def readable_json(text: str) -> str:
    r"""Return JSON that leaves Chinese as it is and escapes what does not print: `\u009b`.

    JSON escapes the controls of ASCII by itself; the rest can only stand in its strings.
    """
    return _BEYOND_ASCII.sub(_visible_in_json, text)


def reason(error: OSError) -> str:
    """Return why something failed, in a few words."""
    words = error.strerror or str(error)
    return words[:1].lower() + words[1:]


def _visible(character: str) -> str:
    if character.isprintable():
        return character
    return character.encode("unicode_escape").decode()


def _visible_in_json(found: re.Match[str]) -> str:
    character = found[0]
    return character if character.isprintable() else json.dumps(character)[1:-1]
