"""From a line to the stream, in one system call, past Python's buffers.

A reader that went away so leaves nothing behind in a buffer, which would fail again when the
interpreter flushes it at its end, and turn exit status 0 into 120.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable


class Sink:
    """Where lines go; one that cannot be written is dropped."""

    def __init__(self) -> None:
        self._stream: TextIO | None = None
        self._write: Callable[[bytes], int | None] = len  # which writes nothing, and all of it

    def attach(self, stream: TextIO | None) -> None:
        """Write to that stream from now on; None drops everything."""
        self._stream = stream  # kept: a forgotten file closes itself
        buffer = getattr(stream, "buffer", None)
        if buffer is not None:
            self._write = getattr(buffer, "raw", buffer).write
        else:
            self._write = len if stream is None else self._write_text
        with suppress(OSError, ValueError):
            if stream is not None:
                stream.flush()  # what was printed before comes before

    def is_terminal(self) -> bool:
        """Tell whether a person may be watching."""
        try:
            return self._stream is not None and self._stream.isatty()
        except ValueError:  # closed
            return False

    def msg(self, line: bytes) -> None:
        """Write a line; a full pipe that does not block takes a part of it at a time, or none."""
        try:
            while line:
                line = line[self._write(line) or len(line) :]
        except (OSError, ValueError):
            return  # closed, broken or full: mail goes on without the line

    debug = info = warning = error = critical = exception = msg

    def _write_text(self, line: bytes) -> int:
        if self._stream is not None:
            self._stream.write(line.decode())
            self._stream.flush()
        return len(line)
