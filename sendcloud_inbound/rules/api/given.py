"""The parameters of a call of the HTTP API, and how each kind of them is read (SENDCLOUD.md 7)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from sendcloud_inbound.rules.headers import clean

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

LOGIN = ("apiUser", "apiKey")
"""What every call has (SENDCLOUD.md 7.2)."""

_FLAGS = {"true": True, "false": False, "1": True, "0": False}
_WHOLE = re.compile(r"[0-9]{1,18}")
_LONGEST_SHOWN = 80


class Refused(Exception):  # noqa: N818 - it names what becomes of the call
    """A call is answered with a code of `rules.results`; `detail` says why, for people."""

    def __init__(self, code: int, detail: str, appended: str = "") -> None:
        """`appended` goes behind the message of the code, on the wire (SENDCLOUD.md 7.3)."""
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.appended = appended


class File(NamedTuple):
    """A file that came in a part of a multipart body."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Given:
    """The parameters of a call. Empty ones are absent: clients send them so."""

    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: Mapping[str, tuple[File, ...]] = field(default_factory=dict)

    def unknown(self, known: Collection[str]) -> list[str]:
        """Return the names, of values and files, that a call does not know; the login is known."""
        names = dict.fromkeys([*self.texts, *self.files])
        return [name for name in names if name not in known and name not in LOGIN]

    def text(self, name: str) -> str:
        """Return the first value that is not empty; an empty text when there is none."""
        return next((text for text in self.texts.get(name, ()) if text), "")

    def as_file(self, *names: str) -> str:
        """Return what is to be added when one of these is missed; nothing when none is a file."""
        found = next((name for name in names if name in self.files), None)
        return "" if found is None else f": {found} is given as a file, not as a text"

    def needed(self, name: str, code: int) -> str:
        """Return a text; `Refused` with `code` when there is none."""
        if text := self.text(name).strip():
            return text
        raise Refused(code, f"{name} is missing or empty{self.as_file(name)}")

    def filled(self, name: str, code: int) -> str:
        """Return a text, empty when it is absent; `Refused` with `code` when it is given empty.

        The code of such a parameter says that it "cannot be empty", though it may be left out.
        """
        if name in self.texts:
            return self.needed(name, code)
        return ""

    def optional(self, name: str, code: int) -> str | None:
        """Return a text, None when it is absent; `Refused` with `code` when it is there and empty.

        For the parameters whose documents have a code for that.
        """
        return self.needed(name, code) if name in self.texts else None

    def listed(self, name: str) -> list[str]:
        """Return the entries of a list: `;` between them, or the parameter given repeatedly.

        Some clients repeat it instead (SENDCLOUD.md 7.14).
        """
        entries = (entry.strip() for text in self.texts.get(name, ()) for entry in text.split(";"))
        return [entry for entry in entries if entry]

    def flag(self, name: str, code: int, *, default: bool) -> bool:
        """Return `true` or `false`, in any case; `Refused` with `code` when it is neither."""
        text = self.text(name).strip()
        if not text:
            return default
        if (flag := _FLAGS.get(text.lower())) is None:
            raise Refused(code, f"{name} is true or false, not {shown(text)}")
        return flag

    def number(self, name: str, code: int) -> int | None:
        """Return a whole number, None when it is absent; `Refused` with `code` for all else."""
        text = self.text(name).strip()
        if not text:
            return None
        if _WHOLE.fullmatch(text) is None:
            raise Refused(code, f"{name} is a whole number, not {shown(text)}")
        return int(text)


def shown(text: str) -> str:
    """Return a client's own text as a detail repeats it."""
    text = clean(text)
    return repr(text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}...")
