"""Where the benchmark keeps what it builds and installs: outside the tree, in the user's cache."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import platformdirs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

PATIENCE_S = 600


class NotThereError(Exception):
    """Something cannot be had on this machine; the text says what and why, in one line."""


def cache(*names: str) -> Path:
    """Return that folder of the cache, made if need be."""
    folder = platformdirs.user_cache_path("sendcloud-inbound", appauthor=False) / "bench"
    folder = folder.joinpath(*names)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def run(command: Sequence[str], folder: Path) -> None:
    """Run a command there.

    Raises:
        NotThereError: there is no such program, or it failed; with the end of what it said.
    """
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE_S, check=False
        )
    except OSError as error:
        raise NotThereError(f"{command[0]}: {error.strerror}") from error
    except subprocess.TimeoutExpired as error:
        raise NotThereError(f"{command[0]}: not done after {PATIENCE_S} s") from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or ["nothing said"]
        raise NotThereError(f"{' '.join(command[:2])}: {said[-1]}")
