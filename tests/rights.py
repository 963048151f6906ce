"""A directory that may not be written to, and somebody who has to keep to that: not root."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_NOBODY = 65534


@contextmanager
def closed_folder() -> Iterator[Path]:
    """Make a directory that its owner and everybody may read alone."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o555)
        yield Path(folder)


@contextmanager
def without_rights() -> Iterator[None]:
    """Be nobody for a while, if root: it may write everywhere."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(_NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
