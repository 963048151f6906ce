"""From lines to the stream, in one system call, past Python's buffers.

A reader that went away so leaves nothing behind in a buffer, which would fail again when the
interpreter flushes it at its end, and turn exit status 0 into 120.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from threading import get_ident
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Callable, Iterator


class Sink:
    """Where lines go; one that cannot be written is dropped."""

    def __init__(self) -> None:
        self._stream: TextIO | None = None
        self._write: Callable[[bytes], int | None] = len  # which writes nothing, and all of it
        self._loop: AbstractEventLoop | None = None
        self._its_thread = 0
        self._gathered: list[bytes] = []

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

    @contextmanager
    def gathered(self, loop: AbstractEventLoop) -> Iterator[None]:
        """Write the lines of `loop`, which runs in this thread, once per turn."""
        self._loop, self._its_thread = loop, get_ident()
        try:
            yield
        finally:
            self._loop = None
            self._flush()

    def msg(self, line: bytes) -> None:
        """Write a line, or let it wait for the end of the loop's turn."""
        if self._loop is None or get_ident() != self._its_thread:
            self._put(line)
            return
        if not self._gathered:
            self._loop.call_soon(self._flush)
        self._gathered.append(line)

    def _flush(self) -> None:
        lines, self._gathered = self._gathered, []
        self._put(b"".join(lines))

    def _put(self, line: bytes) -> None:
        """Write lines; a full pipe that does not block takes a part of it at a time, or none."""
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
