"""How long the inbox takes: `.venv/bin/python tests/bench/inbox.py [MESSAGES] [STORE URL]`.

Fills a store with messages of fifty API_USERs, puts them into the search index, and asks for the
page as a browser does, from the request to the last octet: the first part, older ones, and what
each filter finds, be it common, rare, or nowhere. A store that has mail already is not filled.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from typing import TYPE_CHECKING

from sendcloud_inbound.app.clock import SandboxClock
from sendcloud_inbound.ports import MessageFilter
from sendcloud_inbound.rules.history import Event, EventKind
from sendcloud_inbound.rules.model import Level, MessageStatus
from sendcloud_inbound.store import open_store
from tests.builders import NOW_MS, expansion, finding, record
from tests.http.serving import application, serving

if TYPE_CHECKING:
    import httpx

    from sendcloud_inbound.ports import Claim
    from sendcloud_inbound.rules.model import Expansion
    from sendcloud_inbound.store import Store

_MOST_MS = 300
"""What the first part may take with 100,000 messages."""
_ROUNDS = 20
_AT_ONCE = 500
_USERS = 50
_RARE = 5_000
"""One message in so many is invalid, opened, and has a finding."""
_CONTENT = b"Subject: An order\r\n\r\n" + b"Hello, what you ordered is on its way.\r\n" * 10
_ASKED = {
    "first part": "",
    "of one API_USER": "api_user=user_7",
    "of nobody": "api_user=nobody",
    "common status": "status=expanded",
    "rare status": "status=invalid",
    "status of none": "status=refused",
    "rare finding": "finding=advice",
    "finding of none": "finding=refused",
    "common event": "event=deliver",
    "rare event": "event=open",
    "event of none": "event=click",
    "a recipient": "recipient=r77@ifaxin.com",
    "a recipient of none": "recipient=nobody@ifaxin.com",
    "a label": "label_id=7",
    "a label of none": "label_id=8",
    "a word": "q=hello",
    "a number": "q=a0000077",
    "a word of none": "q=zqzqzq",
    "rare, of one API_USER": "api_user=user_0&finding=advice&event=open",
}


def _outcome(claim: Claim) -> Expansion:
    number = int(claim.rcpt_to[0][1:].partition("@")[0])
    events = [Event(EventKind.DELIVER, claim.api_user, NOW_MS)]
    if number % _RARE:
        return expansion(*claim.rcpt_to, subject=f"Order A{number:07}", events=tuple(events))
    events.append(Event(EventKind.OPEN, claim.api_user, NOW_MS))
    return expansion(
        *claim.rcpt_to,
        subject="A rare one",
        status=MessageStatus.INVALID,
        findings=(finding(level=Level.ADVICE),),
        events=tuple(events),
    )


async def _fill(store: Store, messages: int) -> None:
    for start in range(0, messages, _AT_ONCE):
        puts = (
            record(
                api_user=f"user_{number % _USERS}",
                label_id="7" if number % _RARE == 1 else None,
                received_at_ms=NOW_MS + number,
                rcpt_to=(f"r{number}@ifaxin.com",),
                content=_CONTENT,
            )
            for number in range(start, min(start + _AT_ONCE, messages))
        )
        left = len(await asyncio.gather(*map(store.put, puts)))
        while left:
            await store.wait(1)
            claims = await store.claim(_AT_ONCE, 60)
            await store.finish({claim.key: _outcome(claim) for claim in claims})
            left -= len(claims)
    while await store.index.add(_AT_ONCE):
        pass


async def _ask(client: httpx.AsyncClient, query: str) -> tuple[float, float]:
    """Return how long a page took, and how much of that the processor worked, in ms."""
    began, worked = time.perf_counter(), time.process_time()
    answer = await client.get(f"/?{query}", timeout=60)
    took_ms = (time.perf_counter() - began) * 1000
    assert answer.status_code == 200, answer.text
    return took_ms, (time.process_time() - worked) * 1000


async def _deepest(client: httpx.AsyncClient, pages: int) -> str:
    """Return the query of a page that is far from the first."""
    cursor = ""
    for _ in range(pages):
        answer = await client.get(f"/sandbox/v1/messages?limit=500&cursor={cursor}", timeout=60)
        cursor = answer.json()["next_cursor"] or cursor
    return f"cursor={cursor}"


async def _main(messages: int, url: str) -> None:
    store = await open_store(url, clock=SandboxClock())
    if not await store.count(MessageFilter(), 1):
        began = time.perf_counter()
        await _fill(store, messages)
        print(f"filled with {messages} in {time.perf_counter() - began:.0f} s")
    async with serving(application(store)) as client:
        page = await client.get("/", timeout=60)
        print(f"a page of 50: {len(page.content):,} octets, without its assets")
        asked = {**_ASKED, "far from the first": await _deepest(client, 50)}
        for name, query in asked.items():
            measured = [await _ask(client, query) for _ in range(_ROUNDS)]
            took, worked = zip(*measured, strict=True)
            median, cpu = statistics.median(took), statistics.median(worked)
            print(f"{name:24} median {median:7.1f} ms ({cpu:6.1f} CPU), longest {max(took):7.1f}")
            if name == "first part":
                print(f"{'':24} {'within' if median < _MOST_MS else 'MORE THAN'} {_MOST_MS} ms")
    await store.close()


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as directory:
        asyncio.run(
            _main(count, sys.argv[2] if len(sys.argv) > 2 else f"sqlite:///{directory}/s.db")
        )
