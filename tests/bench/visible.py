"""How soon a mail is seen by who waits for it, after its 250: `python tests/bench/visible.py`.

One client sends, another waits; both are on an idle server of their own process. Beside it, what a
client that asks every 100 ms would add on average is 50 ms. `--others 500` lets so many wait for
mail of the same API_USER that never comes.
"""

from __future__ import annotations

import argparse
import json
import smtplib
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
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


def let_wait(stack: ExitStack, http: dict[str, str], others: int) -> None:
    """Let so many wait for mail that never comes; return when all of them do."""
    for number in range(others):
        link = stack.enter_context(socket.create_connection((http["host"], int(http["port"]))))
        query = f"api_user=sandbox_user&recipient=nobody{number}@example.com&timeout_s=300"
        line = f"GET /sandbox/v1/wait?{query} HTTP/1.1\r\nHost: {http['host']}\r\n\r\n"
        link.sendall(line.encode())
    # The server takes requests in their order, but for what its reading threads have before them.
    url = f"http://{http['host']}:{http['port']}/sandbox/v1/wait"
    httpx.get(url, params={"absent": True, "timeout_s": 2}, timeout=60).raise_for_status()


def main() -> None:
    """Run a server, measure, print median and spread."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=200)
    parser.add_argument("--others", type=int, default=0)
    options = parser.parse_args()
    mails, others = options.mails, options.others
    with tempfile.TemporaryDirectory() as folder:
        ports_file = Path(folder) / "ports.json"
        where = ["--smtp", "127.0.0.1:0", "--http", "127.0.0.1:0", "--store", "sqlite://"]
        command = [sys.executable, "-m", "sendcloud_inbound", "serve", *where]
        server = subprocess.Popen(
            [*command, "--log-level", "error", "--ports-file", str(ports_file)]
        )
        try:
            while not ports_file.exists():
                time.sleep(0.05)
            ports = json.loads(ports_file.read_text())
            with ExitStack() as stack:
                let_wait(stack, ports["http"], others)
                took = measure(ports, mails)
        finally:
            server.terminate()
            server.wait()
    median, p99 = statistics.median(took), statistics.quantiles(took, n=100)[98]
    print(f"{mails} mails, {others} others: median {median:.1f} ms, p99 {p99:.1f} ms")


if __name__ == "__main__":
    main()
