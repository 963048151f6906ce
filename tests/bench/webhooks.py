"""How many webhook calls a second the real program makes, while another receiver hangs.

    .venv/bin/python tests/bench/webhooks.py [--calls 10000] [--rounds 3]

The receiver is a process of its own and does as little as it can; calls are stored before the
program starts, and the clock runs from the first call that comes to the last.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, cast

import uvloop

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.launching import started
from tests.processes import ProgramProcess
from tests.webhooks.telling import hook, opened, post_to, put

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

_OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
_FIELDS = json.dumps(
    {
        "event": "deliver",
        "message": "Successfully delivered",
        "apiUser": "sandbox_user",
        "category": "sandbox_user",
        "labelId": "0",
        "maillistTaskId": "",
        "mail_list_task_id": "",
        "emailId": "1426571113174_27372_24044_6376.sc-10_10_127_119-inbound0$ben@ifaxin.com",
        "recipient": "ben@ifaxin.com",
        "userHeaders": "{}",
    }
)


class _Quick(asyncio.Protocol):
    """Answers 200 to each call, which comes in one piece or two, and notes the time."""

    def __init__(self, on_call: Callable[[], None]) -> None:
        self._on_call = on_call
        self._octets = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        self._octets += data
        head, blank, body = self._octets.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0] or 0)
        if blank and len(body) >= length:
            self._octets = b""
            self._transport.write(_OK)
            self._on_call()


def _receive(pipe: Connection, calls: int) -> None:
    """Tell the ports, then the rate once so many calls came."""
    times: list[float] = []
    all_came = asyncio.Event()

    def note() -> None:
        times.append(time.monotonic())
        if len(times) == calls:
            all_came.set()

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        quick = await loop.create_server(lambda: _Quick(note), "127.0.0.1", 0)
        hanging = await loop.create_server(asyncio.Protocol, "127.0.0.1", 0)
        pipe.send([server.sockets[0].getsockname()[1] for server in (quick, hanging)])
        await all_came.wait()
        pipe.send(calls / (times[-1] - times[0]))

    uvloop.run(serve())


async def _fill(url: str, ports: list[int], calls: int) -> None:
    async with opened(url) as store:
        webhooks = [await hook(store, f"http://127.0.0.1:{port}/hook") for port in ports]
        for first in range(0, calls, 1000):
            numbers = range(first, min(first + 1000, calls))
            await put(store, *(post_to(w, n, fields=_FIELDS) for n in numbers for w in webhooks))


def measure(calls: int) -> float:
    """Return the calls a second of one round."""
    ours, theirs = multiprocessing.Pipe()
    receiver = multiprocessing.Process(target=_receive, args=(theirs, calls))
    receiver.start()
    with tempfile.TemporaryDirectory() as folder:
        program = ProgramProcess(Path(folder))
        asyncio.run(_fill(program.store, ours.recv(), calls))
        program.start(launch=started)
        try:
            rate: float = ours.recv()
        finally:
            program.stop()
            receiver.kill()
            receiver.join()
    return rate


def main() -> None:
    """Measure, and print the rates and their median."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    rates = [measure(given.calls) for _ in range(given.rounds)]
    print(*(f"{rate:.0f}" for rate in rates), f"median {statistics.median(rates):.0f} calls/s")


if __name__ == "__main__":
    main()
