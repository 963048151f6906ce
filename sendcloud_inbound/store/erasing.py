"""Deleting: messages with all that is theirs, and API_USERs with all that they have.

The one place that knows what belongs to a message. It goes in batches, each a transaction of its
own, so that clearing a large store does not hold up the mail that comes in.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select, text

from sendcloud_inbound.ports import MessageFilter, Notice, What
from sendcloud_inbound.rules.orders import GOING_MS
from sendcloud_inbound.store import grams
from sendcloud_inbound.store.book_tables import address_lists, labels, send_requests, templates
from sendcloud_inbound.store.list_tasks import forget_tasks
from sendcloud_inbound.store.lists import retire
from sendcloud_inbound.store.rows import storable
from sendcloud_inbound.store.tables import (
    api_users,
    contents,
    domains,
    emails,
    events,
    messages,
    outbox,
    outcome_rules,
    suppressions,
    webhook_attempts,
    webhook_posts,
    webhooks,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from sqlalchemy import Connection, Table

    from sendcloud_inbound.store.access import Access
    from sendcloud_inbound.store.database import Database
    from sendcloud_inbound.store.lists import StoredLists
    from sendcloud_inbound.store.news import StoredNews
    from sendcloud_inbound.store.orders import StoredOrders

    Find = Callable[[MessageFilter, int | None, int], Awaitable[Sequence[tuple[int, str]]]]
    """Returns key and messageId of the newest messages below a key."""
    Found = Sequence[Any]
    """Rows that begin with key and messageId."""
    Note = Callable[[Connection, Found, int], None]

_AT_ONCE = 200
_THEIRS: tuple[Table, ...] = (
    webhook_posts,
    events,
    suppressions,
    outcome_rules,
    webhooks,
    domains,
    labels,
    send_requests,
    templates,
)
_ANY_MESSAGE = select(messages.c.key).where(messages.c.api_user == text(":api_user")).limit(1)


class Erasing:
    """Deletes, as `ports.Eraser` says."""

    def __init__(
        self,
        access: Access,
        database: Database,
        news: StoredNews,
        orders: StoredOrders,
        *,
        lists: StoredLists,
        find: Find,
    ) -> None:
        self._access = access
        self._orders = orders
        self._lists = lists
        self._database = database
        self._news = news
        self._find = find
        self._one_at_a_time = asyncio.Lock()

    async def erase(self, wanted: MessageFilter) -> int:
        """Delete the messages that match, with all that is theirs; return how many there were.

        From the newest down, so that it ends, whatever comes in meanwhile.
        """
        erased, before = 0, None
        while found := await self._find(wanted, before, _AT_ONCE):
            erased += await self.drop(found)
            before = found[-1][0]
        if erased:
            self._news.tell([Notice(What.CLEARED, wanted.api_user)])
        return erased

    async def drop(self, found: Found, note: Note | None = None) -> int:
        """Delete some messages in one transaction; return how many of them were still there.

        `note` writes into that transaction.
        """

        def drop(conn: Connection) -> int:
            count = _erase(conn, [row[0] for row in found])
            if note is not None and count:
                note(conn, found, count)
            return count

        count = await self._access.write(drop)
        await asyncio.to_thread(self._discard, [row[1] for row in found])
        return count

    async def erase_api_user(self, api_user: str) -> int:
        """Delete all that is an API_USER's: mail and its events, orders, what it keeps beside mail.

        Itself last, if it was retired. Returns how many messages there were.
        """
        erased = 0
        async with self._one_at_a_time:
            while not self._is_somebody_elses(api_user):
                erased += await self.erase(MessageFilter(api_user=api_user))
                if await self._orders.revise(lambda conn: _forget(conn, storable(api_user))):
                    break
            await self._lists.sweep()
        return erased

    def _is_somebody_elses(self, api_user: str) -> bool:
        """Tell whether the name was given anew, since another removal was quicker."""
        known = self._orders.api_users().get(api_user)
        return known is not None and not known.is_going

    def _discard(self, message_ids: Sequence[str]) -> None:
        for message_id in message_ids:
            self._database.bodies.discard(message_id)


def _erase(conn: Connection, keys: Sequence[int]) -> int:
    """Delete messages by key; return how many there were.

    They are locked first (PostgreSQL), in the order in which they are finished: what a transaction
    under way is about to add to them is seen, and goes with them.
    """
    conn.execute(
        select(messages.c.key)
        .where(messages.c.key.in_(keys))
        .order_by(messages.c.key)
        .with_for_update()
    ).all()
    posts = select(webhook_posts.c.key).where(webhook_posts.c.message_key.in_(keys))
    conn.execute(delete(webhook_attempts).where(webhook_attempts.c.post_key.in_(posts)))
    for table in (webhook_posts, outbox, events, emails):
        conn.execute(delete(table).where(table.c.message_key.in_(keys)))
    conn.execute(delete(contents).where(contents.c.key.in_(keys)))
    count = conn.execute(delete(messages).where(messages.c.key.in_(keys))).rowcount
    grams.forget(conn, keys)
    return count


def _forget(conn: Connection, api_user: str) -> bool:
    """Delete what an API_USER has beside messages; False while it is going and has some still.

    Those were under way when it was retired.
    """
    going = (api_users.c.api_user == api_user, api_users.c.expires_at_ms == GOING_MS)
    if conn.execute(select(api_users.c.api_user).where(*going)).first() is not None:
        if conn.execute(_ANY_MESSAGE, {"api_user": api_user}).first() is not None:
            return False
        conn.execute(delete(api_users).where(*going))
    posts = select(webhook_posts.c.key).where(webhook_posts.c.api_user == api_user)
    conn.execute(delete(webhook_attempts).where(webhook_attempts.c.post_key.in_(posts)))
    for table in _THEIRS:
        column: Any = table.c.api_user
        conn.execute(delete(table).where(column == api_user))
    forget_tasks(conn, api_user)
    retire(conn, address_lists.c.api_user == api_user)
    return True
