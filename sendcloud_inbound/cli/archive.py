"""What `export` leaves in a directory and `import` reads again.

    DIR/messages/<message_id>.eml   the exact octets of each message
    DIR/messages.jsonl              each message as GET messages/{message_id} has it, and its `file`
    DIR/emails.jsonl                the rows of their emails
    DIR/events.jsonl                what happened to them

One JSON object a line, oldest message first.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from typer import BadParameter

from sendcloud_inbound.cli.failure import CommandFailed
from sendcloud_inbound.cli.report.folder import message_file
from sendcloud_inbound.cli.text import as_json, reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

MESSAGES, EMAILS, EVENTS = "messages.jsonl", "emails.jsonl", "events.jsonl"
FOLDER = "messages"


@dataclass(frozen=True, slots=True)
class Exported:
    """One message with all that is known of it."""

    message_id: str
    detail: str
    """JSON in the server's own spelling: read into Python's numbers, X-SMTPAPI's would lose it."""
    raw: bytes
    emails: Sequence[dict[str, Any]]
    events: Sequence[dict[str, Any]]


class Archive:
    """The directory while it is written.

    All is written into a directory within it, and named as it stays when all is there,
    messages.jsonl last. What is interrupted leaves nothing, and what is killed no half file under
    a name of the format.
    """

    def __init__(self, directory: Path) -> None:
        """Take a directory that is empty or not there yet; `BadParameter` for any other."""
        _check(directory)
        self._directory = directory
        self._was_there = directory.is_dir()
        self._open = ExitStack()
        self._files: dict[str, BinaryIO] = {}

    def __enter__(self) -> Self:
        with _told(self._directory), ExitStack() as undoing:
            self._directory.mkdir(parents=True, exist_ok=True)
            self._partial = Path(tempfile.mkdtemp(prefix=".partial-", dir=self._directory))
            undoing.callback(self._clean_up)
            (self._partial / FOLDER).mkdir()
            for name in (MESSAGES, EMAILS, EVENTS):
                self._files[name] = self._open.enter_context((self._partial / name).open("xb"))
            undoing.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            with _told(self._directory):
                self._open.close()
                if kind is None:
                    self._finish()
        finally:
            self._clean_up()

    def add(self, exported: Exported) -> None:
        """Write one message."""
        name = message_file(exported.message_id)
        with _told(self._directory):
            (self._partial / name).write_bytes(exported.raw)
            self._write(MESSAGES, _with_file(exported.detail, name))
            for file, rows in ((EMAILS, exported.emails), (EVENTS, exported.events)):
                for row in rows:
                    self._write(file, as_json(row))

    def _write(self, name: str, line: str) -> None:
        self._files[name].write(line.encode(errors="backslashreplace") + b"\n")

    def _finish(self) -> None:
        for name in (FOLDER, EMAILS, EVENTS, MESSAGES):
            (self._partial / name).rename(self._directory / name)

    def _clean_up(self) -> None:
        shutil.rmtree(self._partial, ignore_errors=True)
        if not self._was_there:
            with suppress(OSError):  # it is not empty: the export is there
                self._directory.rmdir()


def _check(directory: Path) -> None:
    try:
        first = next(directory.iterdir(), None)
    except FileNotFoundError:
        return
    except OSError as error:
        raise BadParameter(
            f"{directory} cannot be used: {reason(error)}", param_hint="DIR"
        ) from error
    if first is not None:
        raise BadParameter(
            f"{directory} is not empty ({first.name} is there): name a new directory",
            param_hint="DIR",
        )


@contextmanager
def _told(directory: Path) -> Iterator[None]:
    """Say where it could not be written."""
    try:
        yield
    except OSError as error:
        raise CommandFailed(f"{directory} cannot be written: {reason(error)}") from error


def _with_file(detail: str, name: str) -> str:
    """Add the file's name to a JSON object, which is not read for it."""
    return f'{detail.rstrip()[:-1]},"file":{json.dumps(name)}}}'
