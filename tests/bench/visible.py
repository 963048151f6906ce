"""How soon a mail is seen by who waits for it, after its 250: `python tests/bench/visible.py`.

One client sends, another waits; both are on an idle server of their own process. Beside it, what a
client that asks every 100 ms would add on average is 50 ms.
"""

from __future__ import annotations

import argparse
import json
import smtplib
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import httpx


def measure(ports: dict[str, dict[str, str]], mails: int) -> list[float]:
    """Return the milliseconds between 250 and the answer of `wait`, for each mail."""
    smtp, http = ports["smtp"], ports["http"]
    url = f"http://{http['host']}:{http['port']}/sandbox/v1/wait"
    took: list[float] = []
    with smtplib.SMTP(smtp["host"], int(smtp["port"])) as client, httpx.Client() as asking:
        client.login("sandbox_user", "sandbox_key")
        for number in range(mails):
            to, seen = f"user{number}@example.com", [0.0]

            def wait(to: str = to, seen: list[float] = seen) -> None:
                asking.get(url, params={"recipient": to, "timeout_s": 30}).raise_for_status()
                seen[0] = time.perf_counter()

            waiter = threading.Thread(target=wait)
            waiter.start()
            client.sendmail("a@b.c", [to], "Subject: x\r\n\r\nhello\r\n")
            taken = time.perf_counter()
            waiter.join()
            took.append((seen[0] - taken) * 1000)
    return took


def main() -> None:
    """Run a server, measure, print median and spread."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=200)
    mails = parser.parse_args().mails
    with tempfile.TemporaryDirectory() as folder:
        ports_file = Path(folder) / "ports.json"
        options = ["--smtp", "127.0.0.1:0", "--http", "127.0.0.1:0", "--store", "sqlite://"]
        command = [sys.executable, "-m", "sendcloud_inbound", "serve", *options]
        server = subprocess.Popen(
            [*command, "--log-level", "error", "--ports-file", str(ports_file)]
        )
        try:
            while not ports_file.exists():
                time.sleep(0.05)
            took = measure(json.loads(ports_file.read_text()), mails)
        finally:
            server.terminate()
            server.wait()
    cuts = statistics.quantiles(took, n=100)
    print(f"{mails} mails: median {statistics.median(took):.1f} ms, p99 {cuts[98]:.1f} ms")


if __name__ == "__main__":
    main()
