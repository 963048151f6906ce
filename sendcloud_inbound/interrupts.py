"""Ctrl-C where KeyboardInterrupt does not do, for the program ends at once and without a word.

Raised in the midst of an import it may be lost. Where it came through an `exec` or `eval` of text,
with which dataclasses are made and annotations read, Python dies of the signal even when the
exception was caught.
"""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

INTERRUPTED = 130
"""The exit status, as shells have it."""


@contextmanager
def ending_at_once() -> Iterator[None]:
    """End the program at SIGINT: for imports, which leave nothing that must be tidied up."""
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.default_int_handler:  # it is ignored, as behind nohup
        yield
        return
    signal.signal(signal.SIGINT, lambda *_: end())
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def end() -> None:
    """End the program as interrupted."""
    os._exit(INTERRUPTED)
