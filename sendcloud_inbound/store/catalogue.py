"""The reader's side: listings and single messages, on connections and threads of their own.

SQLite's log lets them read beside the writer, and none of them ever holds its lock. A filter on a
header field is no matter for SQL: its page is filled from as many rows as it takes, the header of
each looked at. A full-text search names the messages first (`searching.py`), the rest is as ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from sendcloud_inbound.ports import Beside, Page
from sendcloud_inbound.rules import headers
from sendcloud_inbound.store import cursors, statements
from sendcloud_inbound.store.rows import storable, storable_position, stored_email, stored_message
from sendcloud_inbound.store.searching import Searching
from sendcloud_inbound.store.tables import messages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import Connection, Row, Select

    from sendcloud_inbound.ports import MessageFilter, StoredEmail, StoredMessage
    from sendcloud_inbound.store.access import Access
    from sendcloud_inbound.store.database import Database
    from sendcloud_inbound.store.statements import Place

Item = TypeVar("Item")

_ROWS_AT_ONCE = 100
"""How many rows a search through headers takes at a time."""


@dataclass(frozen=True, slots=True)
class _Listing(Generic[Item]):
    """A kind of listing: its statement, its order, its items."""

    select: Callable[[MessageFilter, Place | None, int], Select[Any]]
    order: tuple[str, ...]
    item: Callable[[Row[Any]], Item]

    def place(self, row: Row[Any]) -> Place:
        return tuple(getattr(row, column) for column in self.order)


class _Part(NamedTuple):
    """A part of a listing: among which messages, behind which place, how much at once."""

    keys: list[int] | None
    after: Place | None
    portion: int


_MESSAGES = _Listing(statements.list_messages, ("key",), stored_message)
_SETTLED = _Listing(statements.list_settled_messages, ("key",), stored_message)
_EMAILS = _Listing(statements.list_emails, ("key", "position"), stored_email)


class StoredMail:
    """What is stored, as `ports.Catalogue` says; the writing is in `store.Store`."""

    def __init__(self, database: Database, access: Access) -> None:
        self._database = database
        self._access = access
        self._searching = Searching(self._contents)

    async def messages(
        self,
        wanted: MessageFilter,
        limit: int,
        cursor: str | None = None,
        *,
        is_settled: bool = False,
    ) -> Page[StoredMessage]:
        """List messages, newest first. `ValueError` when the cursor is none of ours."""
        listing = _SETTLED if is_settled else _MESSAGES
        return await self._list(listing, wanted, limit, cursor)

    async def count(self, wanted: MessageFilter, most: int) -> int:
        """Return how many messages match, `most` when it is more: no further is looked."""
        if wanted.q or wanted.header:
            return len(await self._found(wanted, None, most))
        statement = statements.count_messages(wanted, most)
        return await self._access.read(lambda conn: conn.scalar(statement) or 0)

    async def emails(
        self, wanted: MessageFilter, limit: int, cursor: str | None = None
    ) -> Page[StoredEmail]:
        """List emails, newest message first, then by position."""
        return await self._list(_EMAILS, wanted, limit, cursor)

    async def message(self, message_id: str) -> StoredMessage | None:
        """Return one message."""
        row = await self._access.read(lambda conn: _one(conn, statements.MESSAGE, message_id))
        return None if row is None else stored_message(row)

    async def beside(self, message_id: str, api_user: str | None = None) -> Beside:
        """Return the messages that came before and after one, of an API_USER or of all."""

        def ask(conn: Connection) -> Beside:
            newer, older = (
                conn.scalar(statements.next_message(message_id, api_user, is_newer=is_newer))
                for is_newer in (True, False)
            )
            return Beside(newer, older)

        return await self._access.read(ask)

    async def email(self, message_id: str, position: int) -> StoredEmail | None:
        """Return one email of a message; there is none at a position that no column holds."""
        row = await self._access.read(
            lambda conn: _one(conn, statements.EMAIL, message_id, position)
        )
        return None if row is None else stored_email(row)

    async def content(self, message_id: str) -> bytes | None:
        """Return a message's exact bytes."""

        def ask(conn: Connection) -> bytes | None:
            row = _one(conn, statements.CONTENT, message_id)
            return None if row is None else self._content_of(row)

        return await self._access.read(ask)

    async def transcript(self, message_id: str) -> bytes | None:
        """Return the dialogue a message came by, as it was put."""
        row = await self._access.read(lambda conn: _one(conn, statements.TRANSCRIPT, message_id))
        return None if row is None else row.transcript

    async def _found(
        self, wanted: MessageFilter, before: int | None, limit: int
    ) -> Sequence[tuple[int, str]]:
        """Return key and messageId of the newest that match, below a key."""
        after = None if before is None else (before,)

        def ask(conn: Connection) -> list[tuple[int, str]]:
            rows = self._rows(conn, _MESSAGES, wanted, after, limit)
            return [(row.key, row.message_id) for _, row in zip(range(limit), rows, strict=False)]

        return await self._access.read(ask)

    async def _list(
        self, listing: _Listing[Item], wanted: MessageFilter, limit: int, cursor: str | None
    ) -> Page[Item]:
        after = None if cursor is None else cursors.decode(cursor, len(listing.order))

        def ask(conn: Connection) -> list[Row[Any]]:
            found = self._rows(conn, listing, wanted, after, limit + 1)
            return [row for _, row in zip(range(limit + 1), found, strict=False)]

        rows = await self._access.read(ask)
        more = len(rows) > limit
        return Page(
            items=tuple(map(listing.item, rows[:limit])),
            next_cursor=cursors.encode(*listing.place(rows[limit - 1])) if more else None,
        )

    def _rows(
        self,
        conn: Connection,
        listing: _Listing[Any],
        wanted: MessageFilter,
        after: Place | None,
        count: int,
    ) -> Iterator[Row[Any]]:
        """Yield the rows of a listing that match, read in portions."""
        portion = count if wanted.header is None else _ROWS_AT_ONCE
        known: dict[int, bool] = {}  # the emails of a message share its header
        for among in self._searching.places(conn, wanted, after):
            yield from self._among(conn, listing, wanted, _Part(among, after, portion), known)

    def _among(
        self,
        conn: Connection,
        listing: _Listing[Any],
        wanted: MessageFilter,
        part: _Part,
        known: dict[int, bool],
    ) -> Iterator[Row[Any]]:
        keys, after, portion = part
        while True:
            page = listing.select(wanted, after, portion)
            rows = conn.execute(
                page if keys is None else page.where(messages.c.key.in_(keys))
            ).all()
            for row in rows:
                if wanted.header is None or self._has_header(conn, row, wanted.header, known):
                    yield row
            if len(rows) < portion:
                return
            after = listing.place(rows[-1])

    def _has_header(
        self, conn: Connection, row: Row[Any], header: tuple[str, str], known: dict[int, bool]
    ) -> bool:
        if row.key not in known:
            found = _one(conn, statements.CONTENT, row.message_id)
            known[row.key] = found is not None and _holds(self._content_of(found), *header)
        return known[row.key]

    def _contents(self, conn: Connection, keys: Sequence[int]) -> dict[int, bytes]:
        """Return the contents that can be read; an error only when none can."""
        contents: dict[int, bytes] = {}
        failure: OSError | None = None
        for row in conn.execute(statements.CONTENTS, {"keys": keys}):
            try:
                contents[row.key] = self._content_of(row)
            except OSError as error:
                failure = error
        if failure is not None and not contents:
            raise failure
        return contents

    def _content_of(self, row: Row[Any]) -> bytes:
        content: bytes | None = row.content
        return self._database.bodies.read(row.message_id) if content is None else content


def _one(
    conn: Connection, statement: Select[Any], message_id: str, position: int | None = None
) -> Row[Any] | None:
    key: dict[str, str | int] = {"message_id": storable(message_id)}
    if position is not None:
        key["position"] = storable_position(position)
    return conn.execute(statement, key).one_or_none()


def _holds(content: bytes, name: str, value: str) -> bool:
    """Return whether a header field of that name has that value, as sent or as people read it."""
    wanted = name.lower()
    return any(
        field.name.lower() == wanted
        and value in (headers.decode_text(field.raw), headers.unfold(field.raw).decode("latin-1"))
        for field in headers.scan(content).fields()
    )
