"""How long a search takes: `.venv/bin/python tests/bench/searching.py [MESSAGES] [STORE URL]`.

Fills a store with messages of 2 kB in two languages, indexes them, and asks for common and rare
words, in Chinese too, for all API_USERs and for one.
"""

from __future__ import annotations

import asyncio
import random  # noqa: TID251 - the same mail each time
import statistics
import sys
import tempfile
import time
from typing import TYPE_CHECKING

from sendcloud_inbound.app.clock import SandboxClock
from sendcloud_inbound.ports import MessageFilter
from sendcloud_inbound.store import open_store
from tests.builders import expansion, record

if TYPE_CHECKING:
    from sendcloud_inbound.store import Store

_DICE = random.Random(1)  # noqa: S311 - no secrets
_LETTERS = "etaoinshrdlucmfwypvbgk"
_WORDS = ["".join(_DICE.choices(_LETTERS, k=_DICE.randint(2, 9))) for _ in range(20_000)]
_SIGNS = [chr(0x4E00 + number) for number in _DICE.sample(range(20_000), 3_000)]
_ROUNDS = 100
_AT_ONCE = 500
USERS = 50


def mail(number: int, length: int = 230) -> bytes:
    """Return a message of so many words, some of them common, and half as many Chinese signs."""
    skewed = (_DICE.random() for _ in range(length))
    words = " ".join(_WORDS[int(20_000 * one**2)] for one in skewed)
    signs = "".join(_SIGNS[int(3_000 * _DICE.random() ** 2)] for _ in range(length // 2))
    head = f"Subject: Order A{number:07}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    return f"{head}{words}\r\n{signs}\r\n".encode()


async def _fill(store: Store, messages: int) -> None:
    for start in range(0, messages, _AT_ONCE):
        numbers = range(start, start + _AT_ONCE)
        puts = (
            record(api_user=f"user_{n % USERS}", content=mail(n), rcpt_to=(f"r{n}@ifaxin.com",))
            for n in numbers
        )
        await asyncio.gather(*map(store.put, puts))
        finished = 0
        while finished < _AT_ONCE:
            await store.wait(1)
            claims = await store.claim(_AT_ONCE, 60)
            finished += len(claims)
            await store.finish(
                {claim.key: expansion(*claim.rcpt_to, subject="Order") for claim in claims}
            )


async def _index(store: Store) -> list[float]:
    took: list[float] = []
    while True:
        began = time.perf_counter()
        if not await store.index.add(32):
            return took
        took.append(time.perf_counter() - began)


def queries(messages: int) -> dict[str, list[MessageFilter]]:
    """Return what people might look for in so many messages, by its kind."""

    def some(make: object) -> list[str]:
        return [make() for _ in range(_ROUNDS)]  # type: ignore[operator]

    words = {
        "an order's number": some(lambda: f"a{_DICE.randrange(messages):07}"),
        "an address": some(lambda: f"r{_DICE.randrange(messages)}@ifaxin.com"),
        "a word": some(lambda: _DICE.choice(_WORDS)),
        "two words": some(lambda: " ".join(_DICE.choices(_WORDS, k=2))),
        "a Chinese character": some(lambda: _DICE.choice(_SIGNS)),
        "two of them": some(lambda: "".join(_DICE.choices(_SIGNS, k=2))),
        "a letter": some(lambda: _DICE.choice(_LETTERS)),
        "what is not there": some(lambda: "".join(_DICE.choices(_LETTERS, k=8)) + "zq"),
    }
    asked = {name: [MessageFilter(q=q) for q in these] for name, these in words.items()}
    for name in ("a word", "an order's number", "two of them"):
        theirs = [
            MessageFilter(q=q, api_user=f"user_{_DICE.randrange(USERS)}") for q in words[name]
        ]
        asked[f"{name}, of one API_USER"] = theirs
    return asked


async def _main(messages: int, url: str) -> None:
    store = await open_store(url, clock=SandboxClock())
    await _fill(store, messages)
    began = time.perf_counter()
    steps = await _index(store)
    seconds = time.perf_counter() - began
    print(f"indexed {messages} in {seconds:.0f} s, the longest step {max(steps) * 1000:.0f} ms")
    everything: list[float] = []
    for name, asked in queries(messages).items():
        took, found = [], 0
        for wanted in asked:
            began = time.perf_counter()
            found += len((await store.messages(wanted, 50)).items)
            took.append((time.perf_counter() - began) * 1000)
        everything += took
        median = statistics.median(took)
        print(f"{name:36} median {median:7.1f} ms, longest {max(took):7.1f}, found {found}")
    p99 = statistics.quantiles(everything, n=100)[98]
    print(f"of all {len(everything)}, 99 in 100 within {p99:.1f} ms")
    await store.close()


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as directory:
        asyncio.run(
            _main(count, sys.argv[2] if len(sys.argv) > 2 else f"sqlite:///{directory}/s.db")
        )
