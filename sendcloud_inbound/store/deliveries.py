"""The calls of webhooks, as people look at them: each with its attempts; and sent once more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, func, insert, not_, select

from sendcloud_inbound.ports import Attempt, Page, StoredPost
from sendcloud_inbound.rules.forms import signed_part
from sendcloud_inbound.rules.history import EventKind, PostState
from sendcloud_inbound.store import cursors
from sendcloud_inbound.store.rows import folded_address, storable, storable_position
from sendcloud_inbound.store.tables import (
    IS_WAITING,
    emails,
    messages,
    webhook_attempts,
    webhook_posts,
    webhooks,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, Row, Select

    from sendcloud_inbound.ports import Clock, PostFilter
    from sendcloud_inbound.store.access import Access
    from sendcloud_inbound.store.posts import StoredPosts

_PAGE = 200
"""Posts that are sent once more in one transaction: whoever writes meanwhile waits for it."""

_OF_MESSAGES = (EventKind.REQUEST, EventKind.ROUTE)
"""What is told of a message as a whole (SENDCLOUD.md 4.1), so of no recipient's email."""
_IS_OF_ONE = not_(webhook_posts.c.kind.in_([kind.value for kind in _OF_MESSAGES]))

_FROM = webhook_posts.outerjoin(messages, messages.c.key == webhook_posts.c.message_key).outerjoin(
    emails,
    (emails.c.message_key == webhook_posts.c.message_key)
    & (emails.c.position == webhook_posts.c.position)
    & _IS_OF_ONE,
)
_POSTS: Select[Any] = select(webhook_posts, messages.c.message_id, emails.c.recipient).select_from(
    _FROM
)
_COPIED = (
    "webhook_key",
    "api_user",
    "url",
    "message_key",
    "position",
    "kind",
    "fields",
)
"""What a post that is sent once more has of the first."""


class StoredDeliveries:
    """The posts there are and were, as `ports.PostLog` says."""

    def __init__(self, access: Access, clock: Clock, queue: StoredPosts) -> None:
        self._access = access
        self._clock = clock
        self._queue = queue

    async def posts(
        self, wanted: PostFilter, limit: int, cursor: str | None = None
    ) -> Page[StoredPost]:
        """List posts, newest first. `ValueError` when the cursor is none of ours."""
        page = _POSTS.where(*_conditions(wanted))
        if cursor is not None:
            page = page.where(webhook_posts.c.key < cursors.decode(cursor, 1)[0])
        page = page.order_by(webhook_posts.c.key.desc()).limit(limit + 1)
        items = await self._access.read(lambda conn: _items(conn, conn.execute(page).all(), limit))
        more = len(items) > limit
        return Page(
            items=tuple(items[:limit]),
            next_cursor=cursors.encode(items[limit - 1].key) if more else None,
        )

    async def post(self, key: int) -> StoredPost | None:
        """Return one."""
        one = _POSTS.where(webhook_posts.c.key == key)
        items = await self._access.read(lambda conn: _items(conn, conn.execute(one).all(), 1))
        return items[0] if items else None

    async def replay(self, key: int, *, is_fresh: bool) -> int | None:
        """Send one once more, as a new post; return its key."""
        these = select(webhook_posts.c.key).where(webhook_posts.c.key == key, _has_webhook())
        made = await self._replay_page(these, is_fresh)
        return made[0][1] if made else None

    async def replay_all(self, wanted: PostFilter, *, is_fresh: bool) -> int:
        """Send all that match and do not wait once more, oldest first; return how many."""
        newest = select(func.max(webhook_posts.c.key))
        last = await self._access.read(lambda conn: conn.scalars(newest).one()) or 0
        these = _once_more(wanted).where(webhook_posts.c.key <= last)
        count = after = 0
        while True:
            page = await self._replay_page(these.where(webhook_posts.c.key > after), is_fresh)
            count += len(page)
            if len(page) < _PAGE:
                return count
            after = page[-1][0]

    async def _replay_page(
        self,
        these: Select[Any],
        is_fresh: bool,  # noqa: FBT001 - among ourselves
    ) -> Sequence[tuple[int, int]]:
        made = await self._access.write(lambda conn: self._again(conn, these, is_fresh))
        self._queue.tell()
        return made

    def _again(
        self,
        conn: Connection,
        these: Select[Any],
        is_fresh: bool,  # noqa: FBT001 - among ourselves
    ) -> Sequence[tuple[int, int]]:
        """Insert posts like these; return the keys of both."""
        keys = conn.scalars(these).all()
        signed = {} if is_fresh else _signed(conn, keys)
        rows = conn.execute(
            select(*(webhook_posts.c[name] for name in ("key", *_COPIED)))
            .where(webhook_posts.c.key.in_(keys))
            .order_by(webhook_posts.c.key)
        )
        made: list[tuple[int, int]] = []
        for row in rows:
            new = insert(webhook_posts).values(self._new(row, signed.get(row.key)))
            made.append((row.key, conn.scalars(new.returning(webhook_posts.c.key)).one()))
        return made

    def _new(self, row: Row[Any], signed: str | None) -> dict[str, Any]:
        now_ms = self._clock.now_ms()
        return {
            **{name: getattr(row, name) for name in _COPIED},
            "signed": signed,
            "state": PostState.WAITING,
            "due_at_ms": now_ms,
            "created_at_ms": now_ms,
        }


def _once_more(wanted: PostFilter) -> Select[Any]:
    return (
        select(webhook_posts.c.key)
        .select_from(_FROM)
        .where(*_conditions(wanted), not_(IS_WAITING), _has_webhook())
        .order_by(webhook_posts.c.key)
        .limit(_PAGE)
    )


def _has_webhook() -> ColumnElement[bool]:
    return exists().where(webhooks.c.key == webhook_posts.c.webhook_key)


def _signed(conn: Connection, keys: Sequence[int]) -> Mapping[int, str]:
    """Return the signed part of the last attempt at each post, where one was made."""
    attempts = (
        select(webhook_attempts.c.post_key, webhook_attempts.c.request)
        .where(webhook_attempts.c.post_key.in_(keys))
        .order_by(webhook_attempts.c.key)
    )
    return {row.post_key: signed_part(row.request) for row in conn.execute(attempts)}


def _conditions(wanted: PostFilter) -> Iterator[ColumnElement[bool]]:
    for its, value in (
        (webhook_posts.c.api_user, wanted.api_user),
        (webhook_posts.c.kind, wanted.kind),
        (webhook_posts.c.state, wanted.state),
        (webhook_posts.c.url, wanted.url),
    ):
        if value is not None:
            yield its == storable(value)
    if wanted.webhook_key is not None:
        yield webhook_posts.c.webhook_key == wanted.webhook_key
    if wanted.since_ms is not None:
        yield webhook_posts.c.created_at_ms >= wanted.since_ms
    if wanted.message_id is not None:
        its_key = select(messages.c.key).where(messages.c.message_id == storable(wanted.message_id))
        yield webhook_posts.c.message_key == its_key.correlate(None).scalar_subquery()
    if wanted.position is not None:
        yield emails.c.position == storable_position(wanted.position)
    if wanted.recipient is not None:
        yield from _to(folded_address(wanted.recipient))


def _to(folded: str) -> Iterator[ColumnElement[bool]]:
    yield emails.c.recipient_folded == folded
    # Says nothing new, but finds the messages by the index of addresses.
    theirs = select(emails.c.message_key).where(emails.c.recipient_folded == folded)
    yield webhook_posts.c.message_key.in_(theirs.correlate(None))


def _items(conn: Connection, rows: Sequence[Row[Any]], limit: int) -> list[StoredPost]:
    attempts = _attempts(conn, [row.key for row in rows[:limit]])
    return [_item(row, attempts.get(row.key, [])) for row in rows]


def _attempts(conn: Connection, keys: Sequence[int]) -> Mapping[int, list[Attempt]]:
    found: dict[int, list[Attempt]] = {}
    theirs = (
        select(webhook_attempts)
        .where(webhook_attempts.c.post_key.in_(keys))
        .order_by(webhook_attempts.c.key)
    )
    for _, post_key, *attempt in conn.execute(theirs):
        found.setdefault(post_key, []).append(Attempt(*attempt))
    return found


def _item(row: Row[Any], attempts: Sequence[Attempt]) -> StoredPost:
    return StoredPost(
        key=row.key,
        webhook_key=row.webhook_key,
        api_user=row.api_user,
        url=row.url,
        kind=EventKind(row.kind),
        message_id=row.message_id,
        position=row.position,
        recipient=row.recipient,
        fields=row.fields,
        fault=row.fault,
        signed=row.signed,
        state=PostState(row.state),
        due_at_ms=row.due_at_ms,
        created_at_ms=row.created_at_ms,
        attempts=tuple(attempts),
    )
