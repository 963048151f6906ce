"""A mail to a list of 100,000 members: `python tests/bench/lists.py [--members N]`.

How soon it is answered, how long it takes until each member has an email, and how much memory the
server takes on for it. `mail/taskinfo` is asked all the while: once the task is done it stays so.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from rich.progress import track

LOGIN = {"apiUser": "batch_user", "apiKey": "batch_key"}
LIST = "people@maillist.sendcloud.org"
AT_ONCE = 1_000
DONE = "Completion of the request"


@dataclass(frozen=True)
class Server:
    """A running server, asked by HTTP."""

    client: httpx.Client
    process: subprocess.Popen[bytes]

    def call(self, path: str, **form: Any) -> Any:
        """Return what a call of SendCloud's API gives."""
        answer = self.client.post(f"/api/{path}", data=LOGIN | form).raise_for_status().json()
        if not answer["result"]:
            raise SystemExit(f"{path}: {answer}")
        return answer["info"]

    def peak_mb(self) -> float:
        """Return the most memory that the server has had, in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def fill(server: Server, members: int) -> None:
    """Make the API_USER and its list."""
    user = {"api_user": "batch_user", "api_key": "batch_key", "type": "batch"}
    server.client.post("/sandbox/v1/api-users", json=user).raise_for_status()
    server.call("addresslist/add", address=LIST, name="People")
    for start in track(range(0, members, AT_ONCE), "members"):
        numbers = range(start, min(start + AT_ONCE, members))
        server.call(
            "addressmember/add",
            address=LIST,
            members=";".join(f"user{number}@example.com" for number in numbers),
            vars=";".join(f'{{"money": {number}}}' for number in numbers),
        )


def measure(server: Server, members: int) -> None:
    """Send, wait for the end, say what it took."""
    before_mb = server.peak_mb()
    began = time.perf_counter()
    mail = {"from": "a@ifaxin.com", "subject": "s", "html": "You owe %money%, %recipient%."}
    (number,) = server.call("mail/send", to=LIST, useAddressList="true", **mail)["maillistTaskId"]
    answered_s = time.perf_counter() - began
    while server.call("mail/taskinfo", maillistTaskId=number)["data"]["status"] != DONE:
        time.sleep(0.05)
    handed_over_s = time.perf_counter() - began
    waiting = {"params": {"status": "queued", "limit": 1}}
    while server.client.get("/sandbox/v1/messages", **waiting).json()["items"]:  # type: ignore[arg-type]
        time.sleep(0.05)
    expanded_s = time.perf_counter() - began
    info = server.call("data/emailStatus", days="1", limit="1")
    if int(info["total"]) != members:
        raise SystemExit(f"{info['total']} emails for {members} members")
    print(f"answered after {answered_s * 1000:.0f} ms")
    print(
        f"all {members} handed over after {handed_over_s:.1f} s, expanded after {expanded_s:.1f} s"
    )
    print(f"most memory: {before_mb:.0f} MB before, {server.peak_mb():.0f} MB after")


def main() -> None:
    """Run a server and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=100_000)
    members = parser.parse_args().members
    with tempfile.TemporaryDirectory() as folder:
        ports_file, store = Path(folder) / "ports.json", f"sqlite:///{folder}/store.db"
        where = ["--smtp", "127.0.0.1:0", "--http", "127.0.0.1:0", "--store", store]
        command = [sys.executable, "-m", "sendcloud_inbound", "serve", *where]
        process = subprocess.Popen(
            [*command, "--log-level", "error", "--ports-file", str(ports_file)]
        )
        try:
            while not ports_file.exists():
                time.sleep(0.05)
            http = json.loads(ports_file.read_text())["http"]
            url = f"http://{http['host']}:{http['port']}"
            with httpx.Client(base_url=url, timeout=60) as client:
                server = Server(client, process)
                fill(server, members)
                measure(server, members)
        finally:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    main()
