"""The lock file: tells a process whether it is the only one that has the store.

Only then may it take the leases and the files without a row for leftovers of a killed process.
The kernel drops the lock with the process, however it ends; the file itself stays, for removing
it would let two processes lock two files of the same name.
"""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class LockFile:
    """A lock that is held exclusively at first, if nobody else has it, and shared from then on."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o660)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.is_alone = True
        except BlockingIOError:
            self.is_alone = False
            self.share()  # waits while another one, just starting, is at its leftovers

    def share(self) -> None:
        """Let others have the store too."""
        fcntl.flock(self._file, fcntl.LOCK_SH)
        self.is_alone = False

    def close(self) -> None:
        """Give the lock up."""
        os.close(self._file)
