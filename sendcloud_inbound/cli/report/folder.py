"""The directory of a report: what an earlier one left there goes, what is of others stays.

A list of our own files stands beside them. Each is noted there before it is made, so that even a
report that was cut off can be told from what others have put into the directory.
"""

from __future__ import annotations

import hashlib
import re
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, BinaryIO

from typer import BadParameter

from sendcloud_inbound.cli.failure import CommandFailed
from sendcloud_inbound.cli.text import reason

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MANIFEST = "manifest.txt"
_HEAD = "Files of a report by sendcloud-inbound; the next report in this directory replaces them:"
_DIRECTORIES = ("messages", "emails")
_OURS = re.compile(
    r"index\.html|findings\.xml|(?:messages|emails|events|webhook-deliveries)\.json"
    r"|messages/[\w.-]+\.eml|emails/[0-9]+\.(?:eml|html|txt)",
    re.ASCII,
)
"""Every name that a file of a report can have, seen from the directory."""
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")
_LONGEST_NAME = 100


class Folder:
    """The directory that a report is written to."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._is_begun = False

    def prepare(self) -> None:
        """Make the directory and take an earlier report away; `BadParameter` when that cannot be.

        A report that is there afterwards is of this run.
        """
        try:
            if self.path.exists() and not self.path.is_dir():
                raise _unfit(f"{self.path} is a file; name a directory")
            self.path.mkdir(parents=True, exist_ok=True)
            self._remove(self._earlier())
            self._begin()
            (self.path / _MANIFEST).unlink()
        except OSError as error:
            raise _unfit(f"{self.path} cannot be written: {reason(error)}") from error
        self._is_begun = False

    def write(self, name: str, content: bytes) -> None:
        """Write a file whole."""
        with self.open(name) as file:
            file.write(content)

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """Make a file, to be written to; `CommandFailed` when the system does not let us."""
        path = self.path / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._note(name)
            with path.open("xb") as file:
                yield file
        except OSError as error:
            raise CommandFailed(f"{path} cannot be written: {reason(error)}") from error

    def _note(self, name: str) -> None:
        """Add a name to the list."""
        if not self._is_begun:
            self._begin()
        with (self.path / _MANIFEST).open("a") as manifest:
            manifest.write(f"{name}\n")

    def _begin(self) -> None:
        """Make the list; somebody else's file of that name is not touched."""
        with (self.path / _MANIFEST).open("x") as manifest:
            manifest.write(f"{_HEAD}\n")
        self._is_begun = True

    def _earlier(self) -> frozenset[str]:
        """Return the files of an earlier report; `BadParameter` when others use such names."""
        names: frozenset[str] = frozenset()
        with suppress(FileNotFoundError):
            head, *listed = (self.path / _MANIFEST).read_text(errors="replace").split("\n")
            if head != _HEAD:
                raise self._foreign(_MANIFEST)
            names = frozenset(name for name in listed if _OURS.fullmatch(name))
        for name in self._present():
            if _OURS.fullmatch(name) and name not in names:
                raise self._foreign(name)
        return names

    def _present(self) -> Iterator[str]:
        """Yield the names of all that stands where a report would put its files."""
        for path in (self.path, *(self.path / name for name in _DIRECTORIES)):
            if path.is_dir():
                yield from (each.relative_to(self.path).as_posix() for each in path.iterdir())

    def _remove(self, names: frozenset[str]) -> None:
        """Remove an earlier report, its list last; a directory that others use too is left."""
        for name in names:
            (self.path / name).unlink(missing_ok=True)
        for directory in _DIRECTORIES:
            with suppress(OSError):
                (self.path / directory).rmdir()
        (self.path / _MANIFEST).unlink(missing_ok=True)

    def _foreign(self, name: str) -> BadParameter:
        return _unfit(
            f"{self.path / name} is not of an earlier report; name another directory or move it"
        )


def message_file(message_id: str) -> str:
    """Return the name of a message's file, safe whatever its id is, and its own."""
    safe = _UNSAFE.sub("_", message_id)[:_LONGEST_NAME]
    if safe != message_id:
        digest = hashlib.sha256(message_id.encode("utf-8", "surrogatepass")).hexdigest()
        safe = f"{safe}-{digest[:16]}"
    return f"messages/{safe}.eml"


def email_file(number: int, suffix: str) -> str:
    """Return the name of one file of an email: it is told by its number, not by its recipient."""
    return f"emails/{number}.{suffix}"


def _unfit(why: str) -> BadParameter:
    return BadParameter(why, param_hint="--report")
