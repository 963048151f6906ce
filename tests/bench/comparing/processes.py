"""What a running server takes: time and memory of its process and all that it started."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

TICK_S = 1 / os.sysconf("SC_CLK_TCK")
PAGE_KB = os.sysconf("SC_PAGE_SIZE") / 1024
_REST_S = 0.1
_PATIENCE_S = 20.0


def tree(pid: int) -> list[int]:
    """Return a process and its descendants."""
    found = [pid]
    for each in found:
        with suppress(OSError):
            for task in Path(f"/proc/{each}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
    return found


def cpu_seconds(pid: int) -> float:
    """Return user and system time of the tree so far."""
    ticks = 0
    for each in tree(pid):
        with suppress(OSError):
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks * TICK_S


def memory_kb(pid: int) -> float:
    """Return the resident memory of the tree."""
    pages = 0
    for each in tree(pid):
        with suppress(OSError):
            pages += int(Path(f"/proc/{each}/statm").read_text().split()[1])
    return pages * PAGE_KB


def wait_for_rest(pid: int) -> None:
    """Return once the tree does next to nothing, or after a bounded time."""
    until = time.monotonic() + _PATIENCE_S
    before = cpu_seconds(pid)
    while time.monotonic() < until:
        time.sleep(_REST_S)
        now = cpu_seconds(pid)
        if now - before <= TICK_S:
            return
        before = now
