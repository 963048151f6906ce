"""A process that works on a store until it is killed: `python -m tests.store.crashing WHAT URL`."""

from __future__ import annotations

import asyncio
import sys
from itertools import count

from sendcloud_inbound.store import Store, open_store
from tests.builders import message_id, record
from tests.fakes import FakeClock

_numbers = count(1)


def content_of(message: str) -> bytes:
    """Return the content that goes with a messageId: every third one is large."""
    return message.encode() * (1 if int(message[12]) % 3 else 2000)


def tell(text: str) -> None:
    """Say it to the test at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


async def put(store: Store) -> None:
    """Put messages without end, and tell each one that is acknowledged."""
    while True:
        message = message_id(next(_numbers))
        await store.put(record(message_id=message, content=content_of(message)))
        tell(message)


async def load(store: Store) -> None:
    """Do so in ten sessions."""
    await asyncio.gather(*(put(store) for _ in range(10)))


async def large(store: Store) -> None:
    """Put large messages only, one after the other."""
    while True:
        await store.put(record(message_id=message_id(next(_numbers)), content=bytes(100_000)))


async def claim(store: Store) -> None:
    """Claim what there is, and do nothing with it."""
    tell(str(len(await store.claim(100, 3600))))
    await asyncio.Event().wait()


async def main(what: str, url: str) -> None:
    """Open the store and do as told."""
    store = await open_store(url, clock=FakeClock())
    tell("open")
    await {"load": load, "large": large, "claim": claim}[what](store)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
