"""How soon a server is there, beside a bare aiosmtpd: `python tests/bench/startup.py`.

From the start of the process to the first banner, by turns; of sendcloud-inbound to `/readyz` too,
which wants SMTP, HTTP and the store.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.bench.comparing.servers import free_port, wait_for_banner

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LOOK_S = 0.002


@contextmanager
def process(command: Sequence[str]) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """Run a program until the block ends; give the time at which it was started, too."""
    began = time.perf_counter()
    with subprocess.Popen(command) as started:
        yield started, began
        started.terminate()


def aiosmtpd() -> float:
    """Return the seconds until `python -m aiosmtpd -n` answers."""
    port = free_port()
    command = [sys.executable, "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{port}"]
    with process(command) as (started, began):
        wait_for_banner(port, started)
        return time.perf_counter() - began


def ours() -> tuple[float, float]:
    """Return the seconds until the banner, and until all of it is ready."""
    with tempfile.TemporaryDirectory() as folder:
        ports_file = Path(folder) / "ports.json"
        options = ["--smtp", "127.0.0.1:0", "--http", "127.0.0.1:0", "--store", "sqlite://"]
        command = [sys.executable, "-m", "sendcloud_inbound", "serve", *options]
        command += ["--log-level", "error", "--ports-file", str(ports_file)]
        with process(command) as (started, began):
            while not ports_file.exists():
                time.sleep(_LOOK_S)
            ports = json.loads(ports_file.read_text())
            wait_for_banner(int(ports["smtp"]["port"]), started)
            banner = time.perf_counter() - began
            urllib.request.urlopen(f"http://127.0.0.1:{ports['http']['port']}/readyz").close()
            return banner, time.perf_counter() - began


def told(name: str, took: Sequence[float]) -> None:
    """Print median and spread."""
    low, high = min(took), max(took)
    print(f"{name:32} {statistics.median(took):.2f} s ({low:.2f} to {high:.2f})")


def main() -> None:
    """Start both by turns; the first round only warms the files up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    ours()
    aiosmtpd()
    measured = [(*ours(), aiosmtpd()) for _ in range(rounds)]
    banner, ready, peer = zip(*measured, strict=True)
    told("sendcloud-inbound, 220", banner)
    told("sendcloud-inbound, ready", ready)
    told("python -m aiosmtpd -n, 220", peer)


if __name__ == "__main__":
    main()
