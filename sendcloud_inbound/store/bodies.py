"""Where the exact bytes of a message lie: in its row, or in a file of its own beside the database.

A database file that many large messages go through is written twice for each (the log, then the
file). So SQLite keeps contents over 64 KiB as one file each, written and fsynced with its directory
before the row that speaks of it is committed; a crash between the two leaves an orphan, never a row
without its content. PostgreSQL keeps all in rows, for other machines cannot read our files.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote, unquote

if TYPE_CHECKING:
    from pathlib import Path

MAX_IN_ROW = 64 * 1024
"""Octets of the largest content that stands in a row where files are used."""


_PATTERN = "*.eml"
"""What the files' names are like; others in the directory are none of ours."""


class Bodies(Protocol):
    """Keeps the contents that do not stand in a row."""

    def in_row(self, content: bytes) -> bytes | None:
        """Return what stands in the row: the content, or None when it is a file."""

    def write(self, message_id: str, content: bytes) -> None:
        """Write one that is not in a row; `FileExistsError` when the messageId has one."""

    def sync(self) -> None:
        """Make the names of what was written as durable as the bytes."""

    def discard(self, message_id: str) -> None:
        """Take back a written one whose row was not committed; harmless if there is none."""

    def read(self, message_id: str) -> bytes:
        """Return one that is not in a row; `OSError` when it cannot be read."""

    def check(self) -> None:
        """Raise `OSError` when none can be written now."""


class BodiesInRows:
    """All contents stand in rows: nothing to do."""

    def in_row(self, content: bytes) -> bytes | None:
        """Return the content."""
        return content

    def write(self, message_id: str, content: bytes) -> None:
        """Raise `OSError`: there is no file to be had."""
        del content
        raise OSError(f"{message_id} has no file: its content stands in its row")

    def sync(self) -> None:
        """Do nothing."""

    def discard(self, message_id: str) -> None:
        """Do nothing."""

    def read(self, message_id: str) -> bytes:
        """Raise `OSError`: there is no file to be had."""
        raise OSError(f"{message_id} has no file: its content stands in its row")

    def check(self) -> None:
        """Do nothing: the row's own check is enough."""


class BodyFiles:
    """Large contents are files, named for their messageId, in one directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def in_row(self, content: bytes) -> bytes | None:
        """Return the content, or None when it is too large for a row."""
        return content if len(content) <= MAX_IN_ROW else None

    def write(self, message_id: str, content: bytes) -> None:
        """Write the file and fsync it; what a failure left of it is removed."""
        path = self._path(message_id)
        file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o660)
        try:
            _write_all(file, content)
            os.fsync(file)
        except OSError:
            self.discard(message_id)
            raise
        finally:
            os.close(file)

    def sync(self) -> None:
        """Fsync the directory, once for a group of files."""
        sync_directory(self.directory)

    def discard(self, message_id: str) -> None:
        """Remove the file; if even that fails, the next start sweeps it."""
        with suppress(OSError):
            self._path(message_id).unlink()

    def read(self, message_id: str) -> bytes:
        """Return the file's bytes."""
        return self._path(message_id).read_bytes()

    def check(self) -> None:
        """Raise `OSError` when the directory is gone or closed to us."""
        if not os.access(self.directory, os.W_OK | os.X_OK):
            msg = f"cannot write to {self.directory}"
            raise OSError(msg)

    def message_ids(self) -> list[str]:
        """Return the messageIds that have a file."""
        return [unquote(path.stem) for path in self.directory.glob(_PATTERN)]

    def _path(self, message_id: str) -> Path:
        # Quoted, no messageId can name a file elsewhere; ours stay readable.
        return self.directory / f"{quote(message_id, safe='')}.eml"


def sync_directory(directory: Path) -> None:
    """Make the names in `directory` durable."""
    opened = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _write_all(file: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(file, rest) :]
