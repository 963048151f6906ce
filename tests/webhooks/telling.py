"""A teller on a real store and real sockets, and posts for it to tell."""

from __future__ import annotations

import asyncio
import json
import os
import ssl
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from sendcloud_inbound.accounts import Accounts
from sendcloud_inbound.app.clock import SandboxClock
from sendcloud_inbound.ports import PostFilter
from sendcloud_inbound.rules.history import EventKind, Post, PostState
from sendcloud_inbound.rules.orders import Webhook
from sendcloud_inbound.store import open_store
from sendcloud_inbound.webhooks import Manner, Teller
from sendcloud_inbound.webhooks.poster import HttpPoster
from tests.builders import account, expansion, record

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sendcloud_inbound.ports import PostQueue, StoredPost
    from sendcloud_inbound.store import Store

ACCOUNTS = Accounts([account(), account(api_user="other_user", app_key="other_appkey")])
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


CLOCK = SandboxClock()


@asynccontextmanager
async def opened(url: str = "sqlite://") -> AsyncIterator[Store]:
    """Give a store, closed after the test."""
    store = await open_store(url, clock=CLOCK)
    yield store
    await store.close()


@asynccontextmanager
async def telling(
    store: Store, timeout_s: float = 3, posts: PostQueue | None = None, **manner: Any
) -> AsyncIterator[Teller]:
    """Run a teller until the block ends."""
    teller = Teller(
        posts or store.posts,
        ACCOUNTS,
        lambda: HttpPoster(timeout_s, NO_TLS),
        clock=CLOCK,
        random_octets=os.urandom,
        manner=Manner(**manner),
    )
    task = asyncio.create_task(teller.run())
    try:
        yield teller
    finally:
        teller.stop()
        await asyncio.wait_for(task, 20)


async def hook(store: Store, url: str) -> Webhook:
    """Store a webhook."""
    return await store.orders.add_webhook(Webhook(0, None, url))


def post_to(webhook: Webhook, number: int = 0, **fields: Any) -> Post:
    """Return a post that is due, told apart by its number."""
    now_ms = CLOCK.now_ms()
    values: dict[str, Any] = {
        "webhook_key": webhook.key,
        "api_user": "sandbox_user",
        "url": webhook.url,
        "kind": EventKind.DELIVER,
        "position": 0,
        "fields": json.dumps({"event": "deliver", "number": str(number)}),
        "due_at_ms": now_ms,
        "created_at_ms": now_ms,
    }
    return Post(**values | fields)


async def put(store: Store, *posts: Post) -> None:
    """Store posts, with the message that they are about."""
    await store.put(record(received_at_ms=CLOCK.now_ms()))
    (claim,) = await store.claim(1, 60)
    await store.finish({claim.key: expansion(posts=posts)})


async def over(store: Store, count: int, patience_s: float = 20) -> list[StoredPost]:
    """Return the posts, oldest first, once so many wait no more."""
    async with asyncio.timeout(patience_s):
        while True:
            found = await store.deliveries.posts(PostFilter(), 500)
            done = [post for post in found.items if post.state is not PostState.WAITING]
            if len(done) >= count:
                return list(found.items)[::-1]
            await asyncio.sleep(0.02)
