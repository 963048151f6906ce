"""Where `import` takes messages from: what kind of source a PATH is, and those that are files."""

from __future__ import annotations

import json
import os
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from pydantic import BaseModel
from typer import BadParameter

from sendcloud_inbound.cli import mbox
from sendcloud_inbound.cli.archive import FOLDER, MESSAGES
from sendcloud_inbound.cli.composing import on_the_wire
from sendcloud_inbound.cli.formats import Format
from sendcloud_inbound.cli.letters import LARGEST, TOO_LARGE, Letter, Source, Unreadable
from sendcloud_inbound.cli.text import reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sendcloud_inbound.cli.letters import Letters

_URL = ("http://", "https://")
_SUFFIX, _MBOX_SUFFIX = ".eml", ".mbox"


class _Envelope(BaseModel):
    """The envelope that a message came in."""

    mail_from: str
    rcpt_to: list[str]


class _Session(BaseModel):
    """As much of its session."""

    label_id: str | None


class _Line(BaseModel):
    """As much of a line of messages.jsonl as is needed to send the message again."""

    file: str
    envelope: _Envelope
    session: _Session


def source(path: str, kind: Format) -> Source:
    """Return the messages of a source; `BadParameter` when it is none of that kind."""
    if path.startswith(_URL) and kind in {Format.AUTO, Format.MAILPIT}:
        from sendcloud_inbound.cli.mailpit import Mailpit  # noqa: PLC0415 - httpx

        return Mailpit(path).source()
    if kind is Format.MAILPIT:
        raise _wrong(path, "a Mailpit is named by its http://HOST:PORT")
    place = Path(path)
    try:
        return _files(place, _recognised(place) if kind is Format.AUTO else kind)
    except OSError as error:
        raise _wrong(path, f"it cannot be read: {reason(error)}") from error


def _recognised(path: Path) -> Format:
    if path.is_dir():
        return Format.EXPORT if (path / MESSAGES).exists() else Format.EML
    with path.open("rb") as file:
        begin = file.read(len(mbox.POSTMARK))
    is_mbox = begin == mbox.POSTMARK or (not begin and path.suffix.lower() == _MBOX_SUFFIX)
    return Format.MBOX if is_mbox else Format.EML


def _files(path: Path, kind: Format) -> Source:
    if kind is Format.EXPORT:
        return _export(path)
    if kind is Format.MBOX:
        return _mbox(path)
    if not path.is_dir():
        if path.stat().st_size == 0 and path.is_file():
            raise _wrong(str(path), "it is empty and holds no message")
        return Source(_eml([path]), 1)
    paths = _in(path)
    if not paths:
        raise _wrong(str(path), f"it holds neither {MESSAGES} of an export nor {_SUFFIX} files")
    return Source(_eml(paths), len(paths))


def _in(directory: Path) -> Sequence[Path]:
    """Return the .eml files, oldest first: `mailpit dump` gives each the time of its message."""
    with os.scandir(directory) as entries:
        found = [
            (entry.stat().st_mtime_ns, entry.name)
            for entry in entries
            if entry.name.lower().endswith(_SUFFIX) and entry.is_file()
        ]
    return [directory / name for _, name in sorted(found)]


def _eml(paths: Sequence[Path]) -> Letters:
    for path in paths:
        content = _content(path, str(path))
        if isinstance(content, Unreadable):
            yield content
        else:
            yield Letter(str(path), on_the_wire(content))


def _mbox(path: Path) -> Source:
    with path.open("rb") as file:
        if file.read(len(mbox.POSTMARK)) not in {mbox.POSTMARK, b""}:
            raise _wrong(str(path), "it is no mbox, which begins with 'From '")
    return Source(_in_mbox(path), None)


def _in_mbox(path: Path) -> Letters:
    with path.open("rb") as file:
        for number, content in enumerate(mbox.split(file, LARGEST), 1):
            place = f"{path} message {number}"
            yield Unreadable(place, TOO_LARGE) if content is None else Letter(place, content)


def _export(directory: Path) -> Source:
    if not (directory / MESSAGES).is_file():
        raise _wrong(str(directory), f"it is no directory made by export: {MESSAGES} is not there")
    with (directory / MESSAGES).open("rb") as lines:
        total = sum(1 for _ in lines)
    return Source(_exported(directory), total)


def _exported(directory: Path) -> Letters:
    with (directory / MESSAGES).open("rb") as lines:
        for number, line in enumerate(lines, 1):
            yield _letter(directory, f"{directory / MESSAGES} line {number}", line)


def _letter(directory: Path, place: str, line: bytes) -> Letter | Unreadable:
    """Return an exported message octet for octet, in the envelope that it came in."""
    try:
        # Numbers stay text: X-SMTPAPI may hold some that Python does not read.
        found = _Line.model_validate(json.loads(line, parse_int=str, parse_float=str))
    except (ValueError, RecursionError):  # ValidationError is a ValueError
        return Unreadable(place, "it is no message of an export")
    file = PurePosixPath(found.file)
    if file.parts != (FOLDER, file.name) or file.name == "..":
        return Unreadable(place, f"its file {found.file!r} is not in {FOLDER}")
    content = _content(directory / file, place)
    if isinstance(content, Unreadable):
        return content
    envelope = found.envelope
    return Letter(
        place,
        content,
        envelope.mail_from,
        tuple(envelope.rcpt_to),
        found.session.label_id,
    )


def _content(path: Path, place: str) -> bytes | Unreadable:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:  # ValueError: a null octet in the name
        why = reason(error) if isinstance(error, OSError) else str(error)
        return Unreadable(place, f"{path} cannot be read: {why}")
    return content if len(content) <= LARGEST else Unreadable(place, TOO_LARGE)


def _wrong(path: str, why: str) -> BadParameter:
    return BadParameter(f"{path} cannot be imported: {why}", param_hint="PATH")
