"""Takes messages into the index of full-text search, after they are settled, beside all the rest.

How far that is stands in the store as a fact, so any process goes on where another one ended.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import func, select, text

from sendcloud_inbound.store import grams
from sendcloud_inbound.store.operations import Do
from sendcloud_inbound.store.searching import NOT_INDEXED, REACHED, Searching, reached
from sendcloud_inbound.store.tables import QUEUED, messages

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select

    from sendcloud_inbound.ports import Clock
    from sendcloud_inbound.store.access import Access

LATE_MS = 10_000
"""A transaction that took a key is over by then, in a store that others write to as well."""

_INDEX_OCTETS = 10
"""About what each character of a text writes."""
_FIRST = NOT_INDEXED.order_by(messages.c.key).limit(1)
_NEXT: Select[Any] = NOT_INDEXED.where(messages.c.status != QUEUED).order_by(messages.c.key)
_HIGHEST = select(func.coalesce(func.max(messages.c.key), 0))
_NOTE = text(
    "INSERT INTO facts (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE "
    "SET value = excluded.value WHERE CAST(facts.value AS BIGINT) < CAST(excluded.value AS BIGINT)"
)


class _Found(NamedTuple):
    """What is to be done next, as of one moment."""

    texts: dict[int, str]
    reached: int
    """As it is noted."""
    highest: int
    """The highest key there is."""
    first_left: int | None
    """The lowest key that is not indexed."""


class StoredIndex:
    """The index, as `ports.SearchIndex` says."""

    def __init__(
        self, access: Access, clock: Clock, searching: Searching, *, is_shared: bool
    ) -> None:
        self._access = access
        self._clock = clock
        self._searching = searching
        self._is_shared = is_shared
        self._came = 0
        self._certain = self._highest = 0
        """The highest key of `LATE_MS` ago, below which all are committed; and of the last look."""
        self._looked_at_ms = clock.now_ms()

    def noted(self) -> None:
        """Note that a message was put."""
        self._came += 1

    def came(self) -> int:
        """Return how many were put since the last call; see `ports.SearchIndex`."""
        came, self._came = self._came, 0
        return came

    async def add(self, limit: int) -> int:
        """Take some more messages in; see `ports.SearchIndex`."""
        found = await self._access.read(lambda conn: self._find(conn, limit))
        upto = self._upto(found)
        if found.texts or upto > found.reached:
            do = Do(self._access.future(), lambda conn: _write(conn, found.texts, upto))
            do.octets += _INDEX_OCTETS * sum(map(len, found.texts.values()))
            await self._access.submit(do)
        return len(found.texts)

    def _find(self, conn: Connection, limit: int) -> _Found:
        place = {"reached": reached(conn)}
        highest = conn.scalars(_HIGHEST).one()  # before the first: what comes later is no gap
        first = conn.execute(_FIRST, place).first()
        rows = conn.execute(_NEXT.limit(limit), place).all()
        texts = dict(self._searching.texts(conn, rows))
        return _Found(texts, place["reached"], highest, None if first is None else first.key)

    def _upto(self, found: _Found) -> int:
        """Return up to which key there is certainly none that is not indexed.

        PostgreSQL's nodes take their keys before they commit, so a lower one may appear later.
        """
        upto = found.highest
        if self._is_shared:
            now_ms = self._clock.now_ms()
            if now_ms - self._looked_at_ms >= LATE_MS:
                self._certain, self._highest = self._highest, found.highest
                self._looked_at_ms = now_ms
            upto = min(upto, self._certain)
        return upto if found.first_left is None else min(upto, found.first_left - 1)


def _write(conn: Connection, texts: dict[int, str], upto: int) -> None:
    if texts:
        grams.add(conn, texts)
    conn.execute(_NOTE, {"name": REACHED, "value": str(upto)})
