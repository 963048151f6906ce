"""How tests run the program: in this process or, as a user does, in its own."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import Protocol

PROGRAM = (sys.executable, "-m", "sendcloud_inbound")
OURS = "SENDCLOUD_INBOUND_"


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    status: int
    stdout: str
    stderr: str


class Cli(Protocol):
    """Runs a command in this process."""

    def __call__(self, *arguments: str) -> Ran:
        """Return how `sendcloud-inbound ARGUMENTS` ended."""


def environment(**more: str) -> dict[str, str]:
    """Return this process's environment without settings of ours, and with more."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return plain | more
