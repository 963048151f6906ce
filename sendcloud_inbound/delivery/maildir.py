"""Writes each copy into a maildir, where mail programs and scripts can read it.

As delivery agents do (https://cr.yp.to/proto/maildir.html): into `tmp`, on disk, then by its final
name into `new`; lines end in LF. One maildir takes the copies of all recipients, which Delivered-To
tells apart. What a crash leaves in `tmp` its readers sweep, after 36 hours.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import socket
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING

from sendcloud_inbound.rules import ids
from sendcloud_inbound.rules.bounces import UNREACHED
from sendcloud_inbound.rules.headers import clean
from sendcloud_inbound.rules.model import EmailStatus, SendResult

if TYPE_CHECKING:
    from pathlib import Path

    from sendcloud_inbound.ports import Clock
    from sendcloud_inbound.rules.model import Outgoing

_DIRECTORIES = ("tmp", "new", "cur")


class Maildir:
    """The target that leaves a file for each copy."""

    def __init__(self, path: Path, clock: Clock) -> None:
        """Take a directory, which is made with the first copy if it is not there."""
        self._path = path
        self._clock = clock
        self._counter = count()
        # The format's own escapes: neither may stand in a name.
        self._host = socket.gethostname().replace("/", r"\057").replace(":", r"\072")
        self._read: tuple[int, frozenset[str]] = (0, frozenset())

    async def send(self, outgoing: Outgoing) -> SendResult:
        """Write one copy; to be tried again later when that fails, as with a full disk.

        A crash may send it again. Its name follows from its emailId, so it is then replaced, or
        left alone when somebody has read it.
        """
        try:
            name = await asyncio.to_thread(self._deliver, outgoing)
        except OSError as error:
            why = f"cannot write to the maildir {self._path}: {error.strerror or error}"
            return SendResult(None, UNREACHED, why[:500], None)
        return SendResult(EmailStatus.DELIVERED, None, f"in the maildir as {name}", None)

    async def close(self) -> None:
        """Do nothing: each copy is a file of its own, closed when it is delivered."""

    def _deliver(self, outgoing: Outgoing) -> str:
        """Write a copy unless it was read before; return its name."""
        self._make_directories()
        name = _name(outgoing)
        if name not in self._names_read():
            temporary = self._path / "tmp" / self._unique()
            try:
                _write(temporary, _with_envelope(outgoing))
                temporary.replace(self._path / "new" / name)
            except OSError:
                with suppress(OSError):
                    temporary.unlink()
                raise
            _sync(self._path / "new")
        return name

    def _make_directories(self) -> None:
        """Make what is missing, for us alone to read, and its name durable."""
        for directory in (self._path, *(self._path / name for name in _DIRECTORIES)):
            if not directory.is_dir():
                directory.mkdir(0o700, parents=True, exist_ok=True)
                _sync(directory.parent)

    def _names_read(self) -> frozenset[str]:
        """Return the names of copies that a reader has moved, without what it put behind them.

        The directory is listed anew when it has changed: it may hold a great many.
        """
        directory = self._path / "cur"
        changed_ns = directory.stat().st_mtime_ns
        if changed_ns != self._read[0]:
            # `:` begins the flags; Dovecot puts `,S=<size>` before them.
            with os.scandir(directory) as files:
                names = (file.name.partition(":")[0].partition(",")[0] for file in files)
                self._read = (changed_ns, frozenset(names))
        return self._read[1]

    def _unique(self) -> str:
        """Return a name that no other writer has: time, process, counter and host."""
        seconds, ms = divmod(self._clock.now_ms(), 1000)
        return f"{seconds}.M{ms}000P{os.getpid()}Q{next(self._counter)}.{self._host}"


def _name(outgoing: Outgoing) -> str:
    """Return a copy's final name: the time of its message, and what is its own in the world."""
    digest = hashlib.sha256(outgoing.email_id.encode("utf-8", "replace")).hexdigest()
    seconds = ids.parse_message_id(outgoing.message_id).epoch_ms // 1000
    return f"{seconds}.E{digest[:40]}.sendcloud-inbound"


def _with_envelope(outgoing: Outgoing) -> bytes:
    """Return the file's content: the envelope, which a file has no other place for, on top."""
    envelope = (
        f"Return-Path: <{clean(outgoing.mail_from)}>\nDelivered-To: {clean(outgoing.recipient)}\n"
    )
    return envelope.encode("utf-8", "replace") + outgoing.content.replace(b"\r\n", b"\n")


def _write(path: Path, content: bytes) -> None:
    """Make a file, and have it on disk."""
    opened = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    with os.fdopen(opened, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(opened)


def _sync(directory: Path) -> None:
    """Have the names in a directory on disk."""
    opened = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
