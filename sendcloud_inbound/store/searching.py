"""Full-text search: the keys of the messages that hold all words of a query, newest first.

What is indexed is found by its grams. What is not indexed yet, because it has just come in, is
looked through, the newest `MOST_FRESH` of it: so a message is found as soon as it is stored,
unless more than that came in after it and the index is behind.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, bindparam, select

from sendcloud_inbound.rules import search
from sendcloud_inbound.rules.searchable import Searched, text_of
from sendcloud_inbound.store import grams
from sendcloud_inbound.store.rows import addresses_of, storable
from sendcloud_inbound.store.tables import emails, facts, messages, search_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import BindParameter, Connection, Row

    from sendcloud_inbound.ports import MessageFilter
    from sendcloud_inbound.store.statements import Place

    Contents = Callable[[Connection, Sequence[int]], dict[int, bytes]]
    """Returns the contents of messages that can be read, by key."""

MOST_FRESH = 500
"""Messages that a search looks through: together some 100 ms."""
REACHED = "searchable_to"
"""The fact: up to which key all messages are indexed."""

_FIRST, _MOST = 100, 1600
"""Keys that are asked for at once: more and more, when few of them are wanted."""
_BEYOND = 2**63 - 1
_OCTETS_AT_ONCE = 4 * 1024 * 1024
_KEYS: BindParameter[Any] = bindparam("keys", expanding=True)

_REACHED = select(facts.c.value).where(facts.c.name == REACHED)
NOT_INDEXED: Select[Any] = (
    select(messages.c.key, messages.c.size)
    .outerjoin(search_texts, search_texts.c.message_key == messages.c.key)
    .where(search_texts.c.message_key.is_(None), messages.c.key > bindparam("reached"))
)
_FACTS = select(
    messages.c.key,
    messages.c.api_user,
    messages.c.subject,
    messages.c.mail_from,
    messages.c.rcpt_to,
).where(messages.c.key.in_(_KEYS))
_RECIPIENTS = (
    select(emails.c.message_key, emails.c.recipient)
    .where(emails.c.message_key.in_(_KEYS))
    .order_by(emails.c.message_key, emails.c.position)
)


class Searching:
    """Finds messages by their words."""

    def __init__(self, contents: Contents) -> None:
        self._contents = contents

    def places(
        self, conn: Connection, wanted: MessageFilter, after: Place | None
    ) -> Iterator[list[int] | None]:
        """Yield the keys of messages that hold the words of `wanted.q`, in portions, newest first.

        Just None, for any, when there is no word to look for.
        """
        sought = search.words(wanted.q or "")
        if not sought:
            yield None
            return
        below = _BEYOND if after is None else after[0] + 1
        fresh = self._fresh(conn, wanted, sought, below)
        if wanted.api_user is not None:  # or somebody else's mail is found first
            sought = (*search.owner(wanted.api_user), *sought)
        count = _FIRST
        while below:
            found = grams.find(conn, sought, below, count)
            floor = found[-1] if len(found) == count else 0
            keys = grams.holding(conn, sought, found) if found else []
            keys += [key for key in fresh if floor <= key < below]
            if keys:
                yield keys
            below, count = floor, min(2 * count, _MOST)

    def texts(self, conn: Connection, rows: Sequence[Row[Any]]) -> Iterator[tuple[int, str]]:
        """Yield key and text of messages, of rows with key and size, a few at a time in memory."""
        for some in _portions(rows):
            yield from self._texts_of(conn, some)

    def _fresh(
        self, conn: Connection, wanted: MessageFilter, sought: Sequence[str], below: int
    ) -> list[int]:
        """Return the keys of messages that are not indexed, but hold the words."""
        latest = NOT_INDEXED.where(messages.c.key < below)
        if wanted.api_user is not None:
            latest = latest.where(messages.c.api_user == storable(wanted.api_user))
        latest = latest.order_by(messages.c.key.desc()).limit(MOST_FRESH)
        rows = conn.execute(latest, {"reached": reached(conn)}).all()
        return [key for key, text in self.texts(conn, rows) if search.matches(text, sought)]

    def _texts_of(self, conn: Connection, keys: Sequence[int]) -> Iterator[tuple[int, str]]:
        recipients: defaultdict[int, list[str]] = defaultdict(list)
        for key, recipient in conn.execute(_RECIPIENTS, {"keys": keys}):
            recipients[key].append(recipient)
        contents = self._contents(conn, keys)
        for row in conn.execute(_FACTS, {"keys": keys}):
            addresses = (row.mail_from, *addresses_of(row.rcpt_to), *recipients[row.key])
            content = contents.get(row.key, b"")
            yield row.key, text_of(Searched(row.api_user, row.subject, addresses, content))


def reached(conn: Connection) -> int:
    """Return up to which key all messages are indexed."""
    return int(conn.scalar(_REACHED) or 0)


def _portions(rows: Sequence[Row[Any]]) -> Iterator[list[int]]:
    """Yield the keys of rows, so many at a time as may be in memory together."""
    keys: list[int] = []
    octets = 0
    for row in rows:
        if keys and octets + row.size > _OCTETS_AT_ONCE:
            yield keys
            keys, octets = [], 0
        keys.append(row.key)
        octets += row.size
    if keys:
        yield keys
