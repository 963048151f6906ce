"""The benchmarks that take long run, with little to do, to their last line."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler"),
]


def printed(cache: Path, script: str, *options: str) -> str:
    """Run a benchmark; return what it printed."""
    command = [sys.executable, str(Path(__file__).with_name(script)), *options]
    env = os.environ | {"XDG_CACHE_HOME": str(cache)}
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=280, check=False, env=env
    )
    assert done.returncode == 0, done.stderr
    assert not list((cache / "sendcloud-inbound/bench/runs").iterdir())
    return done.stdout


def test_expansion(tmp_path: Path) -> None:
    """It tells how many emails were made, and that mail came in beside it."""
    told = printed(tmp_path, "expansion.py", "--messages", "500", "--rounds", "1")
    first, second, last = told.splitlines()
    assert re.fullmatch(r"L1 alone: [\d,]+ messages a second; half of it .*", first)
    assert re.match(r"[\d,]+ emails a second, with their events; [\d,]+ small", second)
    assert re.fullmatch(r"median [\d,]+ emails a second; 50,000 wanted: (not )?reached", last)


def test_memory(tmp_path: Path) -> None:
    """It tells the memory after each tenth, for small messages and for large ones."""
    told = printed(tmp_path, "soak.py", "memory", "--messages", "100", "--large", "10")
    for what in ("100 messages of 2 kB", "10 messages of 15 MB"):
        series = re.search(
            rf"^{what}, .*:\n  ([\d ]+)\n  from the half on [+-]", told, re.MULTILINE
        )
        assert series
        assert len(series[1].split()) == 10


def test_stored(tmp_path: Path) -> None:
    """It tells what a full store costs, and how long each kind of question takes."""
    told = printed(tmp_path, "soak.py", "stored", "--messages", "1000", "--rounds", "1")
    lines = told.splitlines()
    assert lines[0].startswith("L1 at 1,000 stored messages: ")
    assert len(lines) == 5
    assert all(re.search(r": 99 of 100 within [\d.]+ ms, 20 wanted: ", line) for line in lines[1:])
