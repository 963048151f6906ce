"""What a running program keeps in memory of the mail that went through it."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.processes import ProgramProcess, message

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.one_engine,
    pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's"),
]

MESSAGES = 12
LARGE = 15_000_000
MOST_MB = 45
"""Three messages; it was 75 while the heap kept what they had taken, with more sessions 300."""


def resident_mb(pid: int) -> float:
    """Return the resident memory of a process."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found
    return int(found[1]) / 1024


def test_large_messages_leave_nothing_behind(tmp_path: Path) -> None:
    """Their memory goes back to the system, whatever the C library would keep."""
    program = ProgramProcess(tmp_path, "--log-level", "warning")
    program.start()
    try:
        with program.client() as client:
            before = resident_mb(program.process.pid)
            for number in range(MESSAGES):
                client.mail("a@ifaxin.com")
                client.rcpt("ben@ifaxin.com")
                assert client.data(message(number, LARGE))[0] == 250
        program.wait_until_expanded()
        assert resident_mb(program.process.pid) - before < MOST_MB
    finally:
        program.stop()
