"""Calls that come late or out of order on purpose, to test a receiver (see `rules.faults`)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sendcloud_inbound.ports import Told
from sendcloud_inbound.rules.history import PostState, WebhookFault

if TYPE_CHECKING:
    from sendcloud_inbound.ports import Clock, LentPost, PostQueue
    from sendcloud_inbound.rules.faults import Fault


class Held:
    """Knows which calls wait for the next one of their webhook to be made.

    They are in the store, due at the latest moment: if the process dies, they go out then.
    """

    def __init__(self, posts: PostQueue, clock: Clock) -> None:
        self._posts = posts
        self._clock = clock
        self._waiting: dict[int, dict[int, asyncio.Future[None]]] = {}
        """By webhook and post: done when it stands in the store that the post is held."""
        self._released: set[int] = set()

    def until_ms(self, post: LentPost, fault: Fault | None) -> int | None:
        """Return until when a post that is due is to be held back; None when it may go."""
        self._forget(post)
        if fault is None or post.attempts or post.key in self._released:
            self._released.discard(post.key)
            return None
        until_ms = fault.held_until_ms(post.created_at_ms)
        return until_ms if until_ms > self._clock.now_ms() else None

    async def hold(self, post: LentPost, until_ms: int) -> None:
        """Put a post back into the store until then."""
        await self._posts.finish(Told(post, PostState.WAITING, until_ms))

    def await_next(self, post: LentPost, fault: Fault | None, held: asyncio.Future[None]) -> None:
        """Note that a post which is being held goes out when a later one was sent."""
        if fault is not None and fault.kind is WebhookFault.OUT_OF_ORDER:
            self._waiting.setdefault(post.webhook_key, {})[post.key] = held

    async def release(self, sent: LentPost) -> None:
        """Let those go that were to come after this one."""
        waiting = self._waiting.get(sent.webhook_key, {})
        before = {key: held for key, held in waiting.items() if key < sent.key}
        if not before:
            return
        for key in before:
            del waiting[key]
        self._released |= before.keys()
        await asyncio.wait(before.values())
        await self._posts.hasten(before)

    def _forget(self, post: LentPost) -> None:
        waiting = self._waiting.get(post.webhook_key, {})
        waiting.pop(post.key, None)
        if not waiting:
            self._waiting.pop(post.webhook_key, None)
